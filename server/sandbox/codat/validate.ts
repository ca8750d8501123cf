import { addDays } from "../../../prisma/story/calendar.ts";
import type { BookAccount } from "./books.ts";
import type { Connection, SourceAccount } from "./companies.ts";
import type { Finding, PushedTransaction } from "./facts.ts";
import type { FeedRules } from "./packages.ts";
import type { Push } from "./pushes.ts";

export interface Verdict {
  readonly errors: Finding[];
  readonly warnings: Finding[];
}

/**
 * Looks a batch through by its package's rules: one error and none of it is taken.
 * @param of.today ISO date of the bank's calendar
 */
export function validateTransactions(of: {
  push: Push;
  transactions: readonly PushedTransaction[];
  connection: Connection;
  source: SourceAccount | undefined;
  target: BookAccount | undefined;
  today: string;
  strictIds: boolean;
}): Verdict {
  const { source, target, push } = of;
  const rules = of.connection.package.feeds;
  const ready = source?.status === "connected" && target !== undefined && rules !== null;
  if (!ready) {
    const itemId = push.body.dataType === "bankTransactions" ? push.body.accountId : null;
    const message = "The bank account is not connected to an account of the books.";
    return { errors: [{ itemId, message, validatorName: "BankAccount" }], warnings: [] };
  }
  const newest = rules.refusesOlder ? newestDay(target) : null;
  const seen = new Set<string>();
  const errors = of.transactions.flatMap((one, at) => {
    const known = of.strictIds && (seen.has(one.id) || source.takenIds.has(one.id));
    seen.add(one.id);
    const before = of.transactions[at - 1];
    const standing = { rules, source, newest, known, before, today: of.today };
    return complaints(one, standing).map(([validatorName, message]) => {
      return { itemId: one.id, message, validatorName };
    });
  });
  return {
    errors: [...errors, ...refusedOnPurpose(push, of.transactions)],
    warnings: of.transactions.filter(signDisagrees).map(({ id }) => ({
      itemId: id,
      message: "The transaction type does not agree with the sign of the amount.",
      validatorName: "TransactionType",
    })),
  };
}

type Complaint = [validatorName: string, message: string];

function complaints(
  one: PushedTransaction,
  of: {
    rules: FeedRules;
    source: SourceAccount;
    newest: string | null;
    /** An id that was there before. */
    known: boolean;
    before: PushedTransaction | undefined;
    today: string;
  },
): Complaint[] {
  const { rules, source, newest, before, today } = of;
  const day = one.date.slice(0, 10);
  const found: Complaint[] = [];
  const say = (is: boolean, validator: string, message: string) => {
    if (is) found.push([validator, message]);
  };
  say(rules.needsBalance && one.balance === null, "Balance", "A balance is required.");
  const words = (one.description ?? "").trim();
  say(words === "", "Description", "A description is required.");
  const longest = rules.descriptionCharactersMax;
  const tooLong = [...words].length > longest;
  say(tooLong, "Description", `The description may have ${longest} characters at most.`);
  const unordered = before !== undefined && day < before.date.slice(0, 10);
  say(unordered, "Order", "Transactions must be in the order of their dates, oldest first.");
  say(day > today, "Date", "The date is in the future.");
  const start = source.feedStart ?? today;
  say(day < start, "FeedStartDate", `The date is before the feed's start, ${start}.`);
  const back = rules.daysBackMax;
  const old = back !== null && day < addDays(today, -back);
  say(old, "Date", `The date lies more than ${back} days back.`);
  const older = newest !== null && day < newest;
  say(older, "Date", `The date is before the newest transaction of the account, ${newest}.`);
  say(of.known, "Id", "A transaction with this id exists already.");
  return found;
}

function newestDay({ lines }: BookAccount): string | null {
  return lines.reduce<string | null>(
    (newest, { date }) => (newest === null || date > newest ? date : newest),
    null,
  );
}

function refusedOnPurpose(push: Push, transactions: readonly PushedTransaction[]): Finding[] {
  const { refusedWords, refusedLine } = push.fate;
  return transactions
    .filter(
      (one, at) =>
        at === refusedLine || (refusedWords !== null && one.description?.includes(refusedWords)),
    )
    .map(({ id }) => ({
      itemId: id,
      message: "The description holds words that are not accepted.",
      validatorName: "Description",
    }));
}

function signDisagrees({ amount, transactionType }: PushedTransaction): boolean {
  if (transactionType === null) return false;
  return (
    (amount < 0 && incoming.has(transactionType)) || (amount > 0 && outgoing.has(transactionType))
  );
}

const incoming = new Set(["Credit", "Div", "Dep", "DirectDep"]);
const outgoing = new Set([
  ...["Debit", "Fee", "SerChg", "Check", "Payment", "Cash", "DirectDebit", "RepeatPmt"],
]);
