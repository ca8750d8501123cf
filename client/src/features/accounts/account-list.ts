import type { AccountPath } from "../connections/labels.ts";
import type { ShownAccount } from "./documents.ts";

export interface AccountGroup {
  key: string;
  heading: string;
  /** The bank's connection, where one feeds the group. */
  connection: ShownAccount["connection"];
  colour: string | null;
  hint: string;
  accounts: ShownAccount[];
}

const paths: { path: AccountPath | null; heading: string; hint: string }[] = [
  { path: null, heading: "Without a path", hint: "Nothing brings their transactions" },
  { path: "STANDARD", heading: "Standard", hint: "Through an aggregator" },
  { path: "MANUAL_UPLOAD", heading: "Manual upload", hint: "Statements are uploaded each month" },
  { path: "NON_STANDARD", heading: "Non-standard", hint: "Through a connector, or pushed" },
];

/** Accounts by how their lines arrive, those that nothing feeds first. */
export function groupByPath(accounts: ShownAccount[]): AccountGroup[] {
  return paths
    .map(({ path, heading, hint }) => ({
      key: path ?? "none",
      heading,
      hint,
      connection: null,
      colour: null,
      accounts: accounts.filter((account) => account.path === path).toSorted(byName),
    }))
    .filter((group) => group.accounts.length > 0);
}

/** Accounts by bank: one group for each connection, and one for each bank without. */
export function groupByBank(accounts: ShownAccount[]): AccountGroup[] {
  const groups = new Map<string, AccountGroup>();
  for (const account of accounts.toSorted(byName)) {
    const connection = account.connection?.status === "DELETED" ? null : account.connection;
    const key = connection?.id ?? `bank ${account.institutionName}`;
    const group = groups.get(key) ?? {
      key,
      heading: account.institutionName,
      hint: connection ? `by way of ${connection.provider.label}` : "",
      connection,
      colour: account.institutionColour,
      accounts: [],
    };
    group.accounts.push(account);
    groups.set(key, group);
  }
  return [...groups.values()].toSorted((left, right) => left.heading.localeCompare(right.heading));
}

/** Accounts by the block that they belong to, those of none last. */
export function groupByBlock(accounts: ShownAccount[]): AccountGroup[] {
  const groups = new Map<string, AccountGroup>();
  for (const account of accounts.toSorted(byName)) {
    const key = account.block?.id ?? "none";
    const group = groups.get(key) ?? {
      key,
      heading: account.block?.name ?? "Without a block",
      hint: "",
      connection: null,
      colour: null,
      accounts: [],
    };
    group.accounts.push(account);
    groups.set(key, group);
  }
  return [...groups.values()].toSorted(
    (left, right) =>
      Number(left.key === "none") - Number(right.key === "none") ||
      left.heading.localeCompare(right.heading),
  );
}

function byName(left: ShownAccount, right: ShownAccount): number {
  return (
    left.institutionName.localeCompare(right.institutionName) ||
    left.name.localeCompare(right.name) ||
    left.id.localeCompare(right.id)
  );
}
