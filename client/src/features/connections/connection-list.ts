import { addDecimals, compareDecimals } from "../../lib/decimal.ts";
import type { MoneyValue } from "../../lib/format.ts";
import type { Connection } from "./documents.ts";
import { isUnfinished, needsPerson } from "./labels.ts";
import { consentSoonDays } from "./steps.ts";

/** How much a connection asks of people: what the list is grouped by, the most urgent first. */
export const urgencies = [
  { name: "person", heading: "Needs you", hint: "Nothing arrives until somebody acts" },
  { name: "soon", heading: "Worth a look", hint: "Data arrives; something should be done soon" },
  { name: "trouble", heading: "Late or in trouble", hint: "Tried again without your help" },
  { name: "fine", heading: "In order", hint: "" },
  { name: "gone", heading: "Disconnected", hint: "Their history is kept" },
] as const;

export type Urgency = (typeof urgencies)[number]["name"];

export function urgencyOf(connection: Connection): Urgency {
  const { status, stale } = connection;
  if (status === "DELETED") return "gone";
  if (needsPerson(status) || isUnfinished(status)) return "person";
  if (status === "RECONNECT_AVAILABLE" || status === "PARTIALLY_ACTIVE") return "soon";
  if (consentEndsSoon(connection)) return "soon";
  if (status === "DEGRADED" || stale) return "trouble";
  return "fine";
}

export function consentEndsSoon({ status, consentDaysLeft }: Connection): boolean {
  return (
    consentDaysLeft !== null &&
    consentDaysLeft <= consentSoonDays &&
    status !== "DELETED" &&
    status !== "EXPIRED"
  );
}

/** What the strip above the list counts, each a filter of its own. */
export const views = [
  { name: "active", words: ["active", "active"], tone: "positive", fits: isActive },
  { name: "person", words: ["needs you", "need you"], tone: "negative", fits: asksPerson },
  { name: "partly", words: ["partly active", "partly active"], tone: "warning", fits: isPartly },
  {
    name: "renew",
    words: ["can be renewed", "can be renewed"],
    tone: "warning",
    fits: isRenewable,
  },
  { name: "degraded", words: ["degraded", "degraded"], tone: "warning", fits: isDegraded },
  {
    name: "ends",
    words: ["consent ends soon", "consents end soon"],
    tone: "warning",
    fits: consentEndsSoon,
  },
  {
    name: "stale",
    words: ["without fresh data", "without fresh data"],
    tone: "warning",
    fits: isStale,
  },
] as const satisfies {
  name: string;
  words: [one: string, many: string];
  tone: "positive" | "warning" | "negative";
  fits: (connection: Connection) => boolean;
}[];

function isActive({ status }: Connection): boolean {
  return status === "ACTIVE";
}
function asksPerson(connection: Connection): boolean {
  return urgencyOf(connection) === "person";
}
function isPartly({ status }: Connection): boolean {
  return status === "PARTIALLY_ACTIVE";
}
function isRenewable({ status }: Connection): boolean {
  return status === "RECONNECT_AVAILABLE";
}
function isDegraded({ status }: Connection): boolean {
  return status === "DEGRADED";
}
function isStale({ stale, status }: Connection): boolean {
  return stale && status !== "DELETED";
}

export interface ConnectionFilter {
  search: string;
  statuses: string[];
  providers: string[];
  view: string;
}

/** Those that fit every filter that is set. The search looks at banks, providers and accounts. */
export function filterConnections(all: Connection[], filter: ConnectionFilter): Connection[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  const view = views.find(({ name }) => name === filter.view);
  return all.filter(
    (connection) =>
      (filter.statuses.length === 0 || filter.statuses.includes(connection.status)) &&
      (filter.providers.length === 0 || filter.providers.includes(connection.provider.name)) &&
      (!view || view.fits(connection)) &&
      words.every((word) => textOf(connection).includes(word)),
  );
}

function textOf({ institutionName, provider, accounts }: Connection): string {
  const names = accounts.map(({ name, mask }) => `${name} ${mask ?? ""}`);
  return [institutionName, provider.label, ...names].join(" ").toLowerCase();
}

export const sortOptions = [
  { value: "urgency", label: "Urgency" },
  { value: "name", label: "Bank" },
  { value: "data", label: "Oldest data" },
  { value: "consent", label: "Consent ends" },
];

interface ConnectionGroup {
  name: string;
  heading: string;
  hint: string;
  connections: Connection[];
}

/** Groups by urgency, or one group in another order. Groups without a connection are left out. */
export function groupConnections(shown: Connection[], sort: string): ConnectionGroup[] {
  if (sort !== "urgency") {
    const connections = shown.toSorted(
      sort === "data" ? byData : sort === "consent" ? byConsent : byName,
    );
    return connections.length > 0 ? [{ name: "all", heading: "", hint: "", connections }] : [];
  }
  return urgencies
    .map((urgency) => ({
      ...urgency,
      connections: shown.filter((each) => urgencyOf(each) === urgency.name).toSorted(byName),
    }))
    .filter(({ connections }) => connections.length > 0);
}

function byName(left: Connection, right: Connection): number {
  return (
    left.institutionName.localeCompare(right.institutionName) ||
    left.createdAt.localeCompare(right.createdAt)
  );
}

function byData(left: Connection, right: Connection): number {
  const [a, b] = [left.successfullyAggregatedAt ?? "", right.successfullyAggregatedAt ?? ""];
  return a.localeCompare(b) || byName(left, right);
}

function byConsent(left: Connection, right: Connection): number {
  const [a, b] = [left.consentDaysLeft ?? Infinity, right.consentDaysLeft ?? Infinity];
  return a === b ? byName(left, right) : a - b;
}

/** What the accounts hold together, by currency, the largest sum first. */
export function totalsOf(
  accounts: readonly { balance: MoneyValue | null; closedAt: string | null; inScope: boolean }[],
): MoneyValue[] {
  const sums = new Map<string, string>();
  for (const { balance, closedAt, inScope } of accounts) {
    if (!balance || closedAt || !inScope) continue;
    sums.set(balance.currency, addDecimals(sums.get(balance.currency) ?? "0", balance.amount));
  }
  return [...sums]
    .map(([currency, amount]) => ({ amount, currency }))
    .toSorted((left, right) => compareDecimals(right.amount, left.amount));
}
