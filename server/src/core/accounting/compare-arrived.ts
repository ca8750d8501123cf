import type { LocalDate } from "../dates.ts";
import { daysBetween } from "../dates.ts";
import { normaliseText } from "../text.ts";

/** A line as it was pushed. Amounts in minor units, money in positive. */
export type SentLine = {
  readonly transactionId: string;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint | null;
  readonly description: string;
};

/** A line as the books have it. */
export type FoundLine = {
  readonly externalId: string;
  /** The id that it was pushed with, the transaction's, where the platform keeps it. */
  readonly lineId: string | null;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint | null;
  readonly description: string;
};

export type ArrivalComparison = {
  /** What became of each sent line, in their order. */
  readonly lines: readonly ComparedLine[];
  /**
   * What is there too often: an id that was not sent, or one or a day and amount that were sent less often. Never what
   * somebody else may have written into the same account.
   */
  readonly unexpected: readonly FoundLine[];
  /** Lines of the books' own, which resemble nothing that was sent. They say nothing about what arrived. */
  readonly others: readonly FoundLine[];
  readonly confirmed: number;
  readonly missing: number;
  readonly changed: number;
  readonly sentMinor: bigint;
  /** Of all that was sent and is there, and of what is unexpected. */
  readonly arrivedMinor: bigint;
  /** Every line is there once, of its day and amount, and none too often. */
  readonly agrees: boolean;
};

export type ComparedLine = {
  readonly transactionId: string;
  /** changed: it is there, with another day or amount. Packages join and cut words: those alone are no change. */
  readonly state: "confirmed" | "missing" | "changed";
  readonly found: FoundLine | null;
};

/** A package may book a line on another day; further away it is another line. */
const daysMovedMax = 5;
/** Words that say too little to be looked for within others. */
const tellingCharacters = 6;
/** Lines of a day, or of an amount, among which joined or cut words are looked for: hostile books must not cost hours. */
const likeWordsMax = 200;

/**
 * Recognises each pushed line among those that the books have: by the id that it was pushed with, else by day, amount
 * and balance, by day, amount and words, by day and amount. What is left may have been changed there: the words are
 * the same, or joined with others, or cut short, and the day or the amount is not. Equal lines are counted: sent three
 * times and there twice, one is missing.
 * The result does not depend on the order of either side.
 */
export function compareArrived(
  sent: readonly SentLine[],
  found: readonly FoundLine[],
): ArrivalComparison {
  const pairing = new Pairing(sent, found);
  // Doubled there and one of the two changed: the line that is as it was sent is the one that arrived.
  pairing.pairBy(
    (line) => `${line.transactionId} ${dayAndAmount(line)}`,
    (line) => line.lineId && `${line.lineId} ${dayAndAmount(line)}`,
  );
  pairing.pairBy(
    (line) => line.transactionId,
    (line) => line.lineId,
  );
  for (const key of [dayAmountAndBalance, dayAmountAndWords, dayAndAmount, dayAndWords]) {
    pairing.pairBy(key, withoutId(key));
  }
  pairing.pairBy(amountAndWords, withoutId(amountAndWords), daysMovedMax);
  pairing.pairLikeWords(({ bookedOn }) => bookedOn, 0);
  pairing.pairLikeWords(({ amountMinor }) => String(amountMinor), daysMovedMax);
  return conclude(sent, pairing);
}

function conclude(sent: readonly SentLine[], pairing: Pairing): ArrivalComparison {
  const lines = sent.map((line): ComparedLine => {
    const found = pairing.foundOf(line);
    return { transactionId: line.transactionId, state: stateOf(line, found), found };
  });
  const count = (state: ComparedLine["state"]) =>
    lines.reduce((sum, line) => sum + (line.state === state ? 1 : 0), 0);
  const sentKeys = new Set(sent.map(dayAndAmount));
  const isDouble = (line: FoundLine) => line.lineId !== null || sentKeys.has(dayAndAmount(line));
  const unexpected = pairing.unpaired().filter(isDouble);
  const arrived = [...lines.flatMap(({ found }) => found ?? []), ...unexpected];
  const confirmed = count("confirmed");
  return {
    lines,
    unexpected,
    others: pairing.unpaired().filter((line) => !isDouble(line)),
    confirmed,
    missing: count("missing"),
    changed: count("changed"),
    sentMinor: totalOf(sent),
    arrivedMinor: totalOf(arrived),
    agrees: confirmed === sent.length && unexpected.length === 0,
  };
}

function stateOf(sent: SentLine, found: FoundLine | null): ComparedLine["state"] {
  if (found === null) return "missing";
  return dayAndAmount(sent) === dayAndAmount(found) ? "confirmed" : "changed";
}

function totalOf(lines: readonly { readonly amountMinor: bigint }[]): bigint {
  return lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

type Content = Pick<SentLine, "bookedOn" | "amountMinor" | "balanceMinor" | "description">;

function dayAmountAndBalance(line: Content): string | null {
  return line.balanceMinor === null ? null : `${dayAndAmount(line)} ${line.balanceMinor}`;
}

function dayAmountAndWords(line: Content): string | null {
  return `${dayAndAmount(line)} ${normaliseText(line.description)}`;
}

function dayAndAmount({ bookedOn, amountMinor }: Content): string {
  return `${bookedOn} ${amountMinor}`;
}

function dayAndWords({ bookedOn, description }: Content): string | null {
  const words = normaliseText(description);
  return words === "" ? null : `${bookedOn} ${words}`;
}

function amountAndWords({ amountMinor, description }: Content): string | null {
  const words = normaliseText(description);
  return words === "" ? null : `${amountMinor} ${words}`;
}

/** Joined: what was sent stands as whole words within. Cut: what is there is a beginning of what was sent. */
function isJoinedOrCut(sent: string, found: string): boolean {
  if (sent.length < tellingCharacters || found.length < tellingCharacters) return false;
  return ` ${found} `.includes(` ${sent} `) || sent.startsWith(found);
}

/** One that bears an id is known by it alone. */
function withoutId(key: (line: Content) => string | null): (line: FoundLine) => string | null {
  return (line) => (line.lineId === null ? key(line) : null);
}

/** Two sides of lines, and which of them have been recognised as one. */
class Pairing {
  #sent: readonly SentLine[];
  #found: readonly FoundLine[];
  readonly #foundOf = new Map<SentLine, FoundLine>();

  constructor(sent: readonly SentLine[], found: readonly FoundLine[]) {
    // Of equals the same ones are always taken first, whatever order they came in.
    this.#sent = [...sent].sort(inOrderOfSent);
    this.#found = [...found].sort(inOrderOfFound);
  }

  foundOf(line: SentLine): FoundLine | null {
    return this.#foundOf.get(line) ?? null;
  }

  unpaired(): readonly FoundLine[] {
    return this.#found;
  }

  /**
   * Pairs one with one of what has the same key, earlier with earlier.
   * @param daysApartMax where the key holds no day
   */
  pairBy(
    keyOfSent: (line: SentLine) => string | null,
    keyOfFound: (line: FoundLine) => string | null,
    daysApartMax: number | null = null,
  ): void {
    if (this.#sent.length === 0 || this.#found.length === 0) return;
    const queues = new Map<string, Queue>();
    for (const line of this.#found) {
      const key = keyOfFound(line);
      if (key === null) continue;
      const queue = queues.get(key);
      if (queue) queue.lines.push(line);
      else queues.set(key, { lines: [line], next: 0 });
    }
    const taken = new Set<FoundLine>();
    this.#sent = this.#sent.filter((line) => {
      const key = keyOfSent(line);
      const queue = key === null ? undefined : queues.get(key);
      const partner = queue && takeFrom(queue, line, daysApartMax);
      if (partner === undefined) return true;
      taken.add(partner);
      this.#foundOf.set(line, partner);
      return false;
    });
    this.#found = this.#found.filter((line) => !taken.has(line));
  }

  /** Pairs what has the same key, words joined or cut there, and days this near: earlier with earlier. */
  pairLikeWords(keyOf: (line: Content) => string, daysApartMax: number): void {
    if (this.#sent.length === 0 || this.#found.length === 0) return;
    const alike = new Map<string, { line: FoundLine; words: string }[]>();
    for (const line of this.#found) {
      if (line.lineId !== null) continue;
      const lines = alike.get(keyOf(line)) ?? [];
      if (lines.length === 0) alike.set(keyOf(line), lines);
      if (lines.length < likeWordsMax) lines.push({ line, words: normaliseText(line.description) });
    }
    const taken = new Set<FoundLine>();
    this.#sent = this.#sent.filter((sent) => {
      const lines = alike.get(keyOf(sent));
      if (lines === undefined) return true;
      const words = normaliseText(sent.description);
      const at = lines.findIndex(
        ({ line, words: theirs }) =>
          Math.abs(daysBetween(sent.bookedOn, line.bookedOn)) <= daysApartMax &&
          isJoinedOrCut(words, theirs),
      );
      const [partner] = at < 0 ? [] : lines.splice(at, 1);
      if (partner === undefined) return true;
      taken.add(partner.line);
      this.#foundOf.set(sent, partner.line);
      return false;
    });
    this.#found = this.#found.filter((line) => !taken.has(line));
  }
}

/** Lines of one key in the order of days, of which those before `next` are used up. */
type Queue = { readonly lines: FoundLine[]; next: number };

function takeFrom(
  queue: Queue,
  sent: SentLine,
  daysApartMax: number | null,
): FoundLine | undefined {
  for (;;) {
    const line = queue.lines[queue.next];
    if (line === undefined) return undefined;
    const daysLater = daysApartMax === null ? 0 : daysBetween(sent.bookedOn, line.bookedOn);
    if (daysApartMax !== null && daysLater > daysApartMax) return undefined;
    queue.next += 1;
    // Too early for this one is too early for all that follow it.
    if (daysApartMax === null || daysLater >= -daysApartMax) return line;
  }
}

function inOrderOfSent(a: SentLine, b: SentLine): number {
  return compare(a.bookedOn, b.bookedOn) || compare(a.transactionId, b.transactionId);
}

function inOrderOfFound(a: FoundLine, b: FoundLine): number {
  return (
    compare(a.bookedOn, b.bookedOn) ||
    compare(a.externalId, b.externalId) ||
    compare(a.lineId ?? "", b.lineId ?? "") ||
    compare(a.amountMinor, b.amountMinor) ||
    compare(a.balanceMinor ?? 0n, b.balanceMinor ?? 0n) ||
    compare(a.description, b.description)
  );
}

function compare<Value extends string | bigint>(a: Value, b: Value): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
