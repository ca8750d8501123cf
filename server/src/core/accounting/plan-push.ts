import type { LocalDate } from "../dates.ts";
import { tooOldForFeed } from "./feed-start.ts";
import {
  type HoldReason,
  holdReasons,
  type LineKind,
  type PushableLine,
  type PushedLine,
  type PushRules,
} from "./push-rules.ts";

export type PushPlan = {
  /** What goes now, oldest first, in batches that the package takes. */
  readonly batches: readonly (readonly PushedLine[])[];
  readonly held: readonly HeldLine[];
};

export type HeldLine = {
  readonly transactionId: string;
  readonly bookedOn: LocalDate;
  readonly reason: HoldReason;
};

export type PushInput = PushTerms & {
  /** Every line of the account that stands, pushed ones too: their amounts are part of the balance. Any order. */
  readonly lines: readonly PushableLine[];
  /** Of them, those that are not to be pushed (again): pushed, under way, or left out by a person. */
  readonly settled: ReadonlySet<string>;
};

/** What a feed is pushed by, whatever its lines. */
export type PushTerms = {
  readonly rules: PushRules;
  readonly feedStartOn: LocalDate;
  /** The day of the newest line that was pushed; null where none was. */
  readonly lastPushedOn: LocalDate | null;
  readonly today: LocalDate;
  /** The account's balance behind all posted lines, in minor units; null where the bank has told none. */
  readonly balanceMinor: bigint | null;
  /** Push only what is reconciled. */
  readonly reconciledOnly: boolean;
};

/**
 * Decides what is pushed now, in which order and in which words, and why the rest is not. The order is that of days,
 * and of ids within a day; the balance behind each line is counted back from the account's own. The result does not
 * depend on the order of the input.
 */
export function planPush(input: PushInput): PushPlan {
  const ordered = [...input.lines].sort(inOrder);
  const balances = balancesBehind(ordered, input.balanceMinor);
  const held: HeldLine[] = [];
  const due: PushedLine[] = [];
  let openBefore = false;
  for (const [at, line] of ordered.entries()) {
    const { transactionId, bookedOn } = line;
    if (input.settled.has(transactionId)) continue;
    const reason = holdReasonOf(line, input, openBefore);
    if (reason === "not_reconciled") openBefore = true;
    if (reason === null) due.push(sent(line, balances[at] ?? null, input.rules));
    else held.push({ transactionId, bookedOn, reason });
  }
  return { batches: inBatches(due, input.rules.batchLinesMax), held };
}

/** Held lines by their reason, in the order of the reasons. */
export function countHeld(held: readonly HeldLine[]): readonly HeldCount[] {
  return holdReasons.flatMap((reason) => {
    const days = held.flatMap((line) => (line.reason === reason ? [line.bookedOn] : [])).sort();
    const [firstOn] = days;
    const lastOn = days.at(-1);
    if (firstOn === undefined || lastOn === undefined) return [];
    return [{ reason, lines: days.length, firstOn, lastOn }];
  });
}

export type HeldCount = {
  readonly reason: HoldReason;
  readonly lines: number;
  readonly firstOn: LocalDate;
  readonly lastOn: LocalDate;
};

function inOrder(a: PushableLine, b: PushableLine): number {
  if (a.bookedOn !== b.bookedOn) return a.bookedOn < b.bookedOn ? -1 : 1;
  return a.transactionId < b.transactionId ? -1 : a.transactionId > b.transactionId ? 1 : 0;
}

/**
 * Why a line that was not sent is not pushed now; null where it is.
 * @param openBefore an earlier line that could go otherwise waits to be reconciled
 */
export function holdReasonOf(
  line: Pick<PushableLine, "bookedOn" | "pending" | "reconciled">,
  { rules, feedStartOn, lastPushedOn, today, reconciledOnly, balanceMinor }: PushTerms,
  openBefore: boolean,
): HoldReason | null {
  const { bookedOn } = line;
  if (line.pending) return "pending";
  if (bookedOn < feedStartOn) return "before_feed_start";
  if (bookedOn > today) return "in_the_future";
  if (tooOldForFeed(bookedOn, rules, today)) return "too_old";
  if (rules.refusesOlderThanLast && lastPushedOn !== null && bookedOn < lastPushedOn) {
    return "older_than_last_push";
  }
  if (reconciledOnly && !line.reconciled) return "not_reconciled";
  // Sent now, it would shut out the open line before it for good.
  if (reconciledOnly && rules.refusesOlderThanLast && openBefore) return "behind_unreconciled";
  if (rules.needsBalance && balanceMinor === null) return "no_balance";
  return null;
}

/** The balance behind each line of the order: what is known behind all of them, less what came later. */
function balancesBehind(
  ordered: readonly PushableLine[],
  balanceMinor: bigint | null,
): readonly (bigint | null)[] {
  const balances: (bigint | null)[] = ordered.map(() => null);
  if (balanceMinor === null) return balances;
  let behind = balanceMinor;
  for (let at = ordered.length - 1; at >= 0; at--) {
    const line = ordered[at];
    if (line === undefined || line.pending) continue;
    balances[at] = behind;
    behind -= line.amountMinor;
  }
  return balances;
}

function sent(line: PushableLine, balanceMinor: bigint | null, rules: PushRules): PushedLine {
  const { transactionId, bookedOn, amountMinor } = line;
  const kind = kindOf(amountMinor);
  const words = { description: "", counterpartyName: null, reference: null };
  return wordLine(
    { ...{ transactionId, bookedOn, amountMinor, balanceMinor, kind }, ...words },
    line,
    rules,
  );
}

/** What a line says of itself. */
export type LineWords = Pick<
  PushableLine,
  "description" | "counterpartyName" | "reference" | "revised" | "documents"
>;

/** A planned line in the words in which it is sent. A plan of very many is made without words, which each batch gets. */
export function wordLine(line: PushedLine, words: LineWords, rules: PushRules): PushedLine {
  const { revised } = words;
  return {
    ...line,
    description: wordsOf(words, rules.descriptionCharactersMax),
    counterpartyName: revised?.counterpartyName ?? words.counterpartyName,
    reference: revised?.reference ?? words.reference,
  };
}

/** The bank's words and the documents that it was matched to; a person's words alone, as they were written. */
function wordsOf(words: LineWords, charactersMax: number): string {
  const { revised, documents, counterpartyName, reference } = words;
  if (revised !== null && revised.description !== null) {
    return cut(revised.description, charactersMax);
  }
  // Packages refuse a line without words, and some banks give none.
  const given = [words.description, counterpartyName, reference];
  const description = given.find((text) => text !== null && text.trim() !== "") ?? "No description";
  if (documents.length === 0) return cut(description, charactersMax);
  // Long words must not push the documents out, nor many documents the words.
  const named = ` (${cut(documents.join(", "), Math.max(1, Math.floor(charactersMax / 2) - 3))})`;
  return cut(description, charactersMax - [...named].length) + named;
}

function kindOf(amountMinor: bigint): LineKind {
  return amountMinor < 0n ? "debit" : "credit";
}

function cut(text: string, charactersMax: number): string {
  const characters = [...text];
  if (characters.length <= charactersMax) return text;
  return `${characters.slice(0, charactersMax - 1).join("")}…`;
}

function inBatches<Row>(rows: readonly Row[], size: number): Row[][] {
  const batches: Row[][] = [];
  for (let start = 0; start < rows.length; start += size)
    batches.push(rows.slice(start, start + size));
  return batches;
}
