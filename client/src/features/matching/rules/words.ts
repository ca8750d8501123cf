import type { Rule, RuleWarning } from "./documents.ts";

export type RuleField = Rule["conditions"]["texts"][number]["field"];
export type RuleTest = Rule["conditions"]["texts"][number]["test"];
export type RuleActionKind = Rule["action"]["kind"];

export const fieldOptions: { value: RuleField; label: string }[] = [
  { value: "ANY", label: "Any text" },
  { value: "COUNTERPARTY", label: "Counterparty" },
  { value: "DESCRIPTION", label: "Description" },
  { value: "REFERENCE", label: "Reference" },
];

export const testOptions: { value: RuleTest; label: string }[] = [
  { value: "CONTAINS", label: "contains" },
  { value: "ALL_WORDS", label: "has all words of" },
  { value: "STARTS_WITH", label: "starts with" },
  { value: "EQUALS", label: "is exactly" },
];

export const actionOptions: { value: RuleActionKind; label: string; hint: string }[] = [
  {
    value: "CATEGORISE",
    label: "Give it a category",
    hint: "For fees, interest and the like; can be booked at once.",
  },
  {
    value: "EXCLUDE",
    label: "Exclude it",
    hint: "Leaves it out of reconciliation, with a reason.",
  },
  {
    value: "MATCH_CLIENT",
    label: "Say whose it is",
    hint: "Only what this client owes or is owed is matched with it.",
  },
  {
    value: "TRANSFER",
    label: "Mark it as a transfer",
    hint: "Money between own accounts, excluded from reconciliation.",
  },
];

export const warningLabels: Record<RuleWarning["kind"], string> = {
  DEAD: "Never acts",
  SHADOWED: "Shadowed",
  CONFLICTING: "Conflict",
};
