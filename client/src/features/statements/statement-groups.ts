import { absolute, addDecimals, isZero, subtractDecimals } from "../../lib/decimal.ts";
import type { MoneyValue } from "../../lib/format.ts";
import type { AccountChoice, Decision, FileStatement } from "./documents.ts";

/** Statements of one account, in the file's order: a bank may put each day or page in one of its own. */
export interface StatementGroup {
  key: string;
  /** What the file calls the account. */
  named: string;
  account: FileStatement["account"];
  currency: string | null;
  positions: number[];
  statements: FileStatement[];
  firstOn: string | null;
  lastOn: string | null;
  lines: number;
  opening: MoneyValue | null;
  credits: MoneyValue | null;
  debits: MoneyValue | null;
  closing: MoneyValue | null;
}

/** The file's statements by the account that each names, in the order in which the accounts come. */
export function groupStatements(statements: readonly FileStatement[]): StatementGroup[] {
  const groups = new Map<string, FileStatement[]>();
  for (const statement of statements) {
    const { account, accountName, accountMask, currency } = statement;
    const key = JSON.stringify([account?.id ?? null, accountName, accountMask, currency]);
    groups.set(key, [...(groups.get(key) ?? []), statement]);
  }
  return [...groups].map(([key, members]) => groupOf(key, members));
}

/**
 * What the lines make of the opening balance, and how far the stated closing balance is from it.
 * Null where the file lacks one of the figures.
 */
export function proofOf(
  part: Pick<StatementGroup, "opening" | "closing" | "credits" | "debits">,
): { computed: MoneyValue; difference: MoneyValue; agrees: boolean } | null {
  const { opening, closing, credits, debits } = part;
  if (!opening || !closing || opening.currency !== closing.currency) return null;
  const amount = subtractDecimals(
    addDecimals(opening.amount, absolute(credits?.amount ?? "0")),
    absolute(debits?.amount ?? "0"),
  );
  const difference = subtractDecimals(closing.amount, amount);
  return {
    computed: { amount, currency: opening.currency },
    difference: { amount: difference, currency: opening.currency },
    agrees: isZero(difference),
  };
}

/**
 * The decision that a group's lines go to an account: for the accounts that the file names, by its
 * statements; for a file that names none, for the whole of it.
 */
export function accountDecision(
  { named, positions }: Pick<StatementGroup, "named" | "positions">,
  accountId: string,
): Decision {
  if (named === "") return { accountId };
  return { statementAccounts: positions.map((position) => ({ position, accountId })) };
}

/** The one open account of the file's currency whose number ends as the file's does; undefined where none or several do. */
export function likelyAccount(
  group: Pick<StatementGroup, "statements" | "currency">,
  accounts: readonly AccountChoice[],
): AccountChoice | undefined {
  const { mask } = knownOf(group);
  const alike = accounts.filter(
    (account) =>
      account.closedAt === null &&
      account.mask === mask &&
      (group.currency === null || account.currency === group.currency),
  );
  return mask && alike.length === 1 ? alike[0] : undefined;
}

/** What the file tells of an account, to begin a new one with. */
export function knownOf({ statements }: Pick<StatementGroup, "statements">) {
  const [first] = statements;
  return {
    ...(first?.accountName ? { name: first.accountName } : {}),
    ...(first?.accountMask ? { mask: first.accountMask } : {}),
  };
}

function groupOf(key: string, statements: FileStatement[]): StatementGroup {
  const [first] = statements;
  const last = statements.at(-1);
  const mask = first?.accountMask ? `••${first.accountMask}` : "";
  return {
    key,
    named: [first?.accountName, mask].filter(Boolean).join(" "),
    account: first?.account ?? null,
    currency: first?.currency ?? null,
    positions: statements.map(({ position }) => position),
    statements,
    firstOn: edge(
      statements.map(({ firstOn }) => firstOn),
      "first",
    ),
    lastOn: edge(
      statements.map(({ lastOn }) => lastOn),
      "last",
    ),
    lines: statements.reduce((sum, { lines }) => sum + lines, 0),
    opening: first?.openingBalance ?? null,
    closing: last?.closingBalance ?? null,
    credits: sum(statements.map(({ credits }) => credits)),
    debits: sum(statements.map(({ debits }) => debits)),
  };
}

function edge(days: (string | null)[], which: "first" | "last"): string | null {
  const known = days.filter((day) => day !== null).toSorted();
  return (which === "first" ? known[0] : known.at(-1)) ?? null;
}

/** Null where nothing is known, or currencies differ. */
function sum(values: (MoneyValue | null)[]): MoneyValue | null {
  const known = values.filter((value) => value !== null);
  const currency = known[0]?.currency;
  if (currency === undefined || known.some((value) => value.currency !== currency)) return null;
  return { amount: addDecimals(...known.map(({ amount }) => amount)), currency };
}
