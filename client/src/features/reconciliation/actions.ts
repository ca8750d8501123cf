import { formatMoney } from "../../lib/format.ts";
import { mutate } from "../../lib/mutate.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import type { BankTransaction } from "../transactions/fragments.ts";
import {
  type Allocation,
  BookStandaloneDocument,
  ConfirmMatchDocument,
  ExcludeDocument,
  IncludeDocument,
  VoidMatchDocument,
} from "./documents.ts";
import type { Match } from "./fragments.ts";
import {
  ConfirmTransferDocument,
  type Transfer,
  UndoTransferDocument,
} from "./transfer-documents.ts";

/** What was done, the lines as they are now, and how it is taken back. */
export interface Done {
  transactionId: string;
  lines: BankTransaction[];
  undo: () => Promise<Done | Failed>;
}

export interface Failed {
  problem: "conflict" | "other";
  message: string;
}

export type Result = Done | Failed;

export function hasFailed(result: Result): result is Failed {
  return "problem" in result;
}

/** Puts amounts of a line on open items. */
export async function confirmMatch(allocations: Allocation[]): Promise<Result> {
  const outcome = await mutate(ConfirmMatchDocument, { allocations });
  if (!outcome.ok) return failure(outcome);
  const { match, transactions } = outcome.value;
  return {
    transactionId: allocations[0]?.transactionId ?? "",
    lines: transactions,
    undo: () => voidMatch(match),
  };
}

/** Makes an expense or an income of a line, and matches the two; undone with its match. */
export async function bookStandalone(
  transactionId: string,
  categoryId: string,
  description: string | null,
): Promise<Result> {
  const outcome = await mutate(BookStandaloneDocument, { transactionId, categoryId, description });
  if (!outcome.ok) return failure(outcome);
  const { match, transactions } = outcome.value;
  return { transactionId, lines: transactions, undo: () => voidMatch(match) };
}

/** Undoes a match as a whole; its payments are void, the lines and open items as before. */
export async function voidMatch(match: Match): Promise<Result> {
  const outcome = await mutate(VoidMatchDocument, { id: match.id, reason: null });
  if (!outcome.ok) return failure(outcome);
  return {
    transactionId: match.payments[0]?.transaction.id ?? "",
    lines: outcome.value.transactions,
    undo: () => matchAgain(match),
  };
}

/** What a match said before it was undone, said again. */
async function matchAgain({ payments }: Match): Promise<Result> {
  // An item that was made of the line went with its match: only a new one can take its place.
  const standalone = payments.find(({ openItem }) => openItem.standalone);
  if (standalone) {
    const { transaction, openItem } = standalone;
    if (transaction.category) {
      return bookStandalone(transaction.id, transaction.category.id, openItem.description);
    }
    const message = `${openItem.number} went with its match. Categorise the transaction to book it again.`;
    return { problem: "other", message };
  }
  return confirmMatch(
    payments.map(({ transaction, openItem, kind, amount, transactionAmount }) => ({
      ...{ transactionId: transaction.id, openItemId: openItem.id, kind },
      ...{ amount: amount.amount, transactionAmount: transactionAmount.amount },
    })),
  );
}

export async function excludeLine(id: string, reason: string): Promise<Result> {
  const outcome = await mutate(ExcludeDocument, { id, reason });
  if (!outcome.ok) return failure(outcome);
  return { transactionId: id, lines: [outcome.value], undo: () => includeLine(id, reason) };
}

/** @param reason why it had been excluded, to take the inclusion back */
export async function includeLine(id: string, reason: string | null): Promise<Result> {
  const outcome = await mutate(IncludeDocument, { id });
  if (!outcome.ok) return failure(outcome);
  return {
    transactionId: id,
    lines: [outcome.value],
    undo: () => excludeLine(id, reason ?? "Excluded again"),
  };
}

/** Takes two lines for one movement of money. @param lookedAt the line that it was said of */
export async function confirmTransfer(
  pair: { out: string; in: string },
  lookedAt: string,
): Promise<Result> {
  const outcome = await mutate(ConfirmTransferDocument, pair);
  if (!outcome.ok) return failure(outcome);
  const transfer = outcome.value;
  return {
    transactionId: lookedAt,
    lines: sidesOf(transfer),
    undo: () => undoTransfer(transfer, lookedAt, { maySuggestAgain: true }),
  };
}

/** Both lines come back in. The pair is remembered as none, except by who takes back a slip. */
export async function undoTransfer(
  transfer: Pick<Transfer, "id">,
  lookedAt: string,
  { maySuggestAgain = false } = {},
): Promise<Result> {
  const outcome = await mutate(UndoTransferDocument, { id: transfer.id, maySuggestAgain });
  if (!outcome.ok) return failure(outcome);
  const pair = { out: outcome.value.out?.id ?? "", in: outcome.value.in?.id ?? "" };
  return {
    transactionId: lookedAt,
    lines: sidesOf(outcome.value),
    undo: () => confirmTransfer(pair, lookedAt),
  };
}

function sidesOf(transfer: Pick<Transfer, "out" | "in">): BankTransaction[] {
  return [transfer.out, transfer.in].filter((line) => line !== null);
}

/** "INV-2041 and 2 more", for a toast. */
export function namesOf(match: Pick<Match, "payments">): string {
  const numbers = [...new Set(match.payments.map((payment) => payment.openItem.number))];
  const [first = "nothing", ...rest] = numbers;
  return rest.length === 0 ? first : `${first} and ${rest.length} more`;
}

export function describeLine(
  line: Pick<BankTransaction, "counterpartyName" | "description" | "amount">,
): string {
  return `${line.counterpartyName ?? line.description}, ${formatMoney(line.amount, { signed: true })}`;
}

/** Runs an undo that a toast offered, tells how it went, and hands on the lines as they are now. */
export async function takeBack(done: Done, onLines: (done: Done) => void): Promise<void> {
  const result = await done.undo();
  if (hasFailed(result)) toast.error(result.message);
  else onLines(result);
}

function failure(outcome: {
  problem: { __typename: string } | undefined;
  message: string;
}): Failed {
  const gone =
    outcome.problem?.__typename === "ConflictProblem" ||
    outcome.problem?.__typename === "NotFoundProblem";
  return { problem: gone ? "conflict" : "other", message: outcome.message };
}
