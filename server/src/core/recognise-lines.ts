import { bareText } from "./bare-text.ts";
import { dayNumber, type LocalDate } from "./dates.ts";
import { addAll } from "./lists.ts";
import { postingDaysMax } from "./pending-postings.ts";
import { tokens } from "./text.ts";

/** A line that comes from one source. All lines given together are of one account. */
export interface IncomingLine {
  /** Names it among those that come. */
  readonly position: number;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly pending: boolean;
  /** Description and counterparty, as the source words them. */
  readonly text: string;
  readonly reference: string | null;
}

/** A line that the books have from another source. */
export interface KnownLine {
  readonly id: string;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly pending: boolean;
  readonly text: string;
  readonly reference: string | null;
}

/**
 * Which days either side tells of, so that a line on a day of which the other side says nothing is not taken for that of
 * the day beside: the payment of the last day of a feed is not the same payment on the first day of a file.
 */
export interface Coverage {
  readonly incoming: Days;
  readonly known: Days;
}

export interface Days {
  readonly first: LocalDate;
  readonly last: LocalDate;
}

/** `same_day`, `posted` for one that was pending, `near_day` where the two sources book it on different days. */
export type Recognition = "same_day" | "posted" | "near_day";

export interface Recognised {
  readonly id: string;
  readonly how: Recognition;
}

/** How far apart two sources book one payment. */
export const nearDaysMax = 5;
/** How far from an incoming line a known one can lie that it is taken for. */
export const recognitionDaysMax = Math.max(nearDaysMax, postingDaysMax);

/**
 * Which known line each incoming one is, by position; those that the books lack are not in it. Of one amount always, one
 * to one, in whatever order the lines are given:
 *
 * 1. on the same day, in the same words;
 * 2. on the same day: the likest first, then as many as are left, because either source tells the whole day, and equal
 *    payments count, not their wording. Of three that come and two that are known, one is new;
 * 3. a pending line and its posting, within ten days, where only one of either could be meant;
 * 4. within five days, where both sources tell of both days, the words or the reference are alike, and only one of
 *    either could be meant.
 *
 * The work grows with the lines, also where all are of one amount: see `alikeMax`.
 */
export function recogniseLines(
  incoming: readonly IncomingLine[],
  known: readonly KnownLine[],
  coverage: Coverage,
): Map<number, Recognised> {
  const found = new Map<number, Recognised>();
  const knownByAmount = groupBy(known.map(toWords), (line) => line.amountMinor);
  for (const [amount, coming] of groupBy(incoming.map(toWords), (line) => line.amountMinor)) {
    const alike = knownByAmount.get(amount);
    if (alike !== undefined) recogniseGroup(new Group(coming, alike, found), coverage);
  }
  return found;
}

/** A shorter one stands in many a text by chance. */
const referenceCharactersMin = 6;
/** More lines of one amount on one day, or around it, are not compared with each other: they are told apart by order alone. */
const alikeMax = 50;
/** Of 1: below it, likeness is chance. */
const likenessMin = 0.3;
/** Of 1: as much as two sources' words for one payment share, and two payments' rarely. */
const likenessClear = 0.6;

function recogniseGroup(group: Group, coverage: Coverage): void {
  group.eachDay((coming, known) => {
    const knownByText = groupBy(known, (line) => line.bare);
    for (const [bare, same] of groupBy(coming, (line) => line.bare)) {
      group.pairInOrder(same, knownByText.get(bare) ?? []);
    }
  });
  group.eachDay((coming, known) => {
    if (coming.length <= alikeMax && known.length <= alikeMax) pairByLikeness(group, coming, known);
    group.pairInOrder(
      coming.filter((line) => group.isOpen(line)),
      known.filter((line) => group.isOpen(line)),
    );
  });
  group.pairUnique(postingDaysMax, (coming, known) => coming.pending !== known.pending);
  const [covered, told] = [daysOf(coverage.incoming), daysOf(coverage.known)];
  group.pairUnique(nearDaysMax, (coming, known) => {
    // A direct debit has the same mandate every week: of a day that the other side does not tell of, nothing is known.
    if (!isWithin(known.day, covered) || !isWithin(coming.day, told)) return false;
    return shareReference(coming, known) || likeness(coming, known) >= likenessClear;
  });
}

function pairByLikeness(group: Group, coming: readonly Incoming[], known: readonly Known[]) {
  const pairs = coming.flatMap((line, row) =>
    known.map((other, column) => ({ line, other, row, column, score: likeness(line, other) })),
  );
  // Rows and columns are in an order that does not depend on how the lines were given.
  pairs.sort((a, b) => b.score - a.score || a.row - b.row || a.column - b.column);
  for (const { line, other, score } of pairs) {
    if (score < likenessMin) return;
    if (group.isOpen(line) && group.isOpen(other)) group.pair(line, other, "same_day");
  }
}

type Worded<Line> = Line & {
  readonly day: number;
  readonly bare: string;
  readonly words: ReadonlySet<string>;
  /** Null for one that says too little. */
  readonly bareReference: string | null;
};
type Incoming = Worded<IncomingLine>;
type Known = Worded<KnownLine>;

function toWords<Line extends IncomingLine | KnownLine>(line: Line): Worded<Line> {
  const reference = line.reference === null ? "" : bareText(line.reference);
  let words: ReadonlySet<string> | undefined;
  return {
    ...line,
    day: dayNumber(line.bookedOn),
    bare: bareText(line.text),
    bareReference: reference.length >= 6 && /\d/.test(reference) ? reference : null,
    get words() {
      words ??= new Set(tokens(line.text));
      return words;
    },
  };
}

/** The lines of one amount of either side, and what is still open of them. */
class Group {
  readonly #coming: Map<number, Incoming[]>;
  readonly #known: Map<number, Known[]>;
  readonly #taken = new Set<Incoming | Known>();
  readonly #found: Map<number, Recognised>;

  constructor(
    coming: readonly Incoming[],
    known: readonly Known[],
    found: Map<number, Recognised>,
  ) {
    this.#found = found;
    const byText = (a: Incoming | Known, b: Incoming | Known) =>
      compare(a.bare, b.bare) || compare(a.reference ?? "", b.reference ?? "");
    this.#coming = groupBy(
      [...coming].sort((a, b) => byText(a, b) || a.position - b.position),
      ({ day }) => day,
    );
    this.#known = groupBy(
      // A posted line before a pending one: that is likelier to be what the file has.
      [...known].sort(
        (a, b) => Number(a.pending) - Number(b.pending) || byText(a, b) || compare(a.id, b.id),
      ),
      ({ day }) => day,
    );
  }

  isOpen(line: Incoming | Known): boolean {
    return !this.#taken.has(line);
  }

  pair(coming: Incoming, known: Known, how: Recognition): void {
    this.#taken.add(coming);
    this.#taken.add(known);
    this.#found.set(coming.position, {
      id: known.id,
      how: coming.pending === known.pending ? how : "posted",
    });
  }

  pairInOrder(coming: readonly Incoming[], known: readonly Known[]): void {
    for (const [at, line] of coming.entries()) {
      const other = known[at];
      if (other === undefined) return;
      this.pair(line, other, "same_day");
    }
  }

  /** Calls with what is open of each day on which both sides have something. */
  eachDay(work: (coming: readonly Incoming[], known: readonly Known[]) => void): void {
    for (const [day, coming] of this.#coming) {
      const open = this.#open(coming);
      const known = this.#open(this.#known.get(day) ?? []);
      if (open.length > 0 && known.length > 0) work(open, known);
    }
  }

  /** Pairs what is open within so many days, where each could only be the other. */
  pairUnique(days: number, couldBe: (coming: Incoming, known: Known) => boolean): void {
    const coming = this.#openByDay(this.#coming);
    const known = this.#openByDay(this.#known);
    const pairs: [Incoming, Known][] = [];
    for (const line of [...coming.values()].flat()) {
      const [meant, ...others] = around(known, line.day, days).filter((it) => couldBe(line, it));
      if (meant === undefined || others.length > 0) continue;
      const rivals = around(coming, meant.day, days).filter((it) => couldBe(it, meant));
      if (rivals.length === 1) pairs.push([line, meant]);
    }
    for (const [line, meant] of pairs) this.pair(line, meant, "near_day");
  }

  #openByDay<Line extends Incoming | Known>(byDay: ReadonlyMap<number, Line[]>) {
    const open = new Map<number, Line[]>();
    for (const [day, lines] of byDay) {
      const left = this.#open(lines);
      if (left.length > 0) open.set(day, left);
    }
    return open;
  }

  #open<Line extends Incoming | Known>(lines: readonly Line[]): Line[] {
    return lines.filter((line) => this.isOpen(line));
  }
}

/** None where there are more than can be told apart: then also no rivals, and nothing is paired. */
function around<Line>(byDay: ReadonlyMap<number, readonly Line[]>, day: number, days: number) {
  const lines: Line[] = [];
  for (let at = day - days; at <= day + days; at++) {
    const ofDay = byDay.get(at) ?? [];
    if (lines.length + ofDay.length > alikeMax) return [];
    addAll(lines, ofDay);
  }
  return lines;
}

/** 0 to 1: how much of the shorter text's letters, by words, the other has too. */
function likeness(a: Worded<unknown>, b: Worded<unknown>): number {
  const [few, many] = a.words.size <= b.words.size ? [a.words, b.words] : [b.words, a.words];
  let [all, shared] = [0, 0];
  for (const word of few) {
    all += word.length;
    if (many.has(word)) shared += word.length;
  }
  return all === 0 ? 0 : shared / all;
}

/** One names the other's reference, in the reference or among its words. */
function shareReference(a: Worded<unknown>, b: Worded<unknown>): boolean {
  const named = (reference: string | null, other: Worded<unknown>) =>
    reference !== null &&
    reference.length >= referenceCharactersMin &&
    (other.bareReference === reference || other.bare.includes(reference));
  return named(a.bareReference, b) || named(b.bareReference, a);
}

interface DayNumbers {
  readonly first: number;
  readonly last: number;
}

function daysOf({ first, last }: Days): DayNumbers {
  return { first: dayNumber(first), last: dayNumber(last) };
}

function isWithin(day: number, { first, last }: DayNumbers): boolean {
  return day >= first && day <= last;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function groupBy<Line, Key>(lines: readonly Line[], keyOf: (line: Line) => Key): Map<Key, Line[]> {
  const groups = new Map<Key, Line[]>();
  for (const line of lines) {
    const key = keyOf(line);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return groups;
}
