import type { CurrencyCode } from "../currencies.ts";
import { dayNumber } from "../dates.ts";
import { formatDecimal, magnitude, money } from "../money.ts";
import { convert, type RateTable } from "./rates.ts";
import { type TransferTexts, transferTexts } from "./transfer-texts.ts";
import type {
  FoundTransfers,
  ReasonNotTransfer,
  TransferCandidatePair,
  TransferEvidence,
  TransferInput,
  TransferLine,
  TransferPair,
} from "./transfer-types.ts";

/** Between the two bookings, either way round. */
export const transferDaysMax = 4;
/** A bank's margin on a change of currency lies within it. */
export const transferTolerancePercent = 3;
/** Of one line, counted and shown: more are as undecided as so many. */
const candidatesOfLineMax = 8;
/** Across currencies: of one day, within the tolerance, looked at. */
const amountsOfDayMax = 64;

/**
 * Money that went from one own account to another: two lines of different accounts, equal and opposite, at most four
 * days apart, where neither has another line that would do as well. Across currencies by rates, within a tolerance, and
 * only where neither has an equal amount in its own currency.
 *
 * That alone would take an invoice of 500 that was paid while a supplier of 500 was: among lines of round amounts such
 * pairs are common. So something must say that it is a transfer (a word for it, the other account's name or digits, the
 * organisation itself as the other side, one reference on both), nothing may say otherwise (another own account, an
 * open document's number, somebody else as the payer or payee), and both must be in one set of books. What is in doubt is a candidate with its reason.
 *
 * The outcome does not depend on the order of the transactions.
 */
export function findTransfers(input: TransferInput): FoundTransfers {
  const lines = [...input.transactions].sort((a, b) => (a.id < b.id ? -1 : 1));
  const texts = transferTexts(input);
  const declined = new Set(
    (input.declined ?? []).map((pair) => keyOf(pair.outTransactionId, pair.inTransactionId)),
  );
  const links = new Links(declined);
  linkEqual(lines, links);
  linkAcross(lines, input, links);
  return decide(links, texts, input.onlyCertain ?? false);
}

type Link = {
  readonly out: TransferLine;
  readonly into: TransferLine;
  readonly days: number;
  readonly differenceMinor: bigint;
  readonly rate: string | null;
};

/** The possible pairs, by each of their two lines. */
class Links {
  readonly all: Link[] = [];
  readonly #counts = new Map<string, number>();
  readonly #declined: ReadonlySet<string>;

  constructor(declined: ReadonlySet<string>) {
    this.#declined = declined;
  }

  add(link: Link): void {
    if (this.#declined.has(keyOf(link.out.id, link.into.id))) return;
    this.all.push(link);
    for (const { id } of [link.out, link.into]) this.doubt(id);
  }

  /** Counts a pair that is not kept. */
  doubt(id: string): void {
    this.#counts.set(id, this.countOf(id) + 1);
  }

  countOf(id: string): number {
    return this.#counts.get(id) ?? 0;
  }
}

function keyOf(outTransactionId: string, inTransactionId: string): string {
  return `${outTransactionId} ${inTransactionId}`;
}

type Sides = { readonly out: Map<string, Dated[]>; readonly into: Map<string, Dated[]> };
type Dated = { readonly line: TransferLine; readonly day: number };

function linkEqual(lines: readonly TransferLine[], links: Links): void {
  const byAmount = new Map<string, Sides>();
  for (const line of lines) {
    const key = `${line.currency} ${magnitude(line.amountMinor)}`;
    const sides = byAmount.get(key) ?? { out: new Map(), into: new Map() };
    byAmount.set(key, sides);
    const side = line.amountMinor < 0n ? sides.out : sides.into;
    const dated = { line, day: dayNumber(line.bookedOn) };
    const ofAccount = side.get(line.accountId);
    if (ofAccount) ofAccount.push(dated);
    else side.set(line.accountId, [dated]);
  }
  for (const { out, into } of byAmount.values()) {
    if (out.size === 0 || into.size === 0) continue;
    for (const dated of [...out.values(), ...into.values()]) dated.sort((a, b) => a.day - b.day);
    linkWithin(out, into, links);
  }
}

/**
 * By account and day, so that a thousand equal fees on one account are not compared with each other. A line that has
 * more others than the bound is in doubt, and so are they: those that it was not linked with are counted from their side.
 */
function linkWithin(
  out: ReadonlyMap<string, readonly Dated[]>,
  into: ReadonlyMap<string, readonly Dated[]>,
  links: Links,
): void {
  let bounded = false;
  for (const dated of out.values()) {
    for (const from of dated) {
      const found = near(from, into);
      bounded ||= found.length === candidatesOfLineMax;
      for (const to of found) {
        const days = to.day - from.day;
        links.add({ out: from.line, into: to.line, days, differenceMinor: 0n, rate: null });
      }
    }
  }
  if (!bounded) return;
  for (const dated of into.values()) {
    for (const to of dated) {
      if (near(to, out).length > links.countOf(to.line.id)) links.doubt(to.line.id);
    }
  }
}

function near(one: Dated, others: ReadonlyMap<string, readonly Dated[]>): Dated[] {
  const found: Dated[] = [];
  for (const [accountId, dated] of others) {
    if (accountId === one.line.accountId) continue;
    const first = lowerBound(dated, ({ day }) => day >= one.day - transferDaysMax);
    for (let place = first; place < dated.length; place++) {
      const other = dated[place];
      if (!other || other.day > one.day + transferDaysMax) break;
      if (found.length === candidatesOfLineMax) return found;
      found.push(other);
    }
  }
  return found;
}

/** Where there is an equal amount in the line's own currency, a converted one says nothing beside it. */
function linkAcross(lines: readonly TransferLine[], input: TransferInput, links: Links): void {
  const { rates, tolerancePercent = transferTolerancePercent } = input;
  if (!rates || rates.size === 0) return;
  const free = lines.filter(({ id }) => links.countOf(id) === 0);
  const incoming = byCurrencyAndDay(free.filter(({ amountMinor }) => amountMinor > 0n));
  if (incoming.size === 0) return;
  for (const out of free) {
    if (out.amountMinor > 0n) continue;
    const day = dayNumber(out.bookedOn);
    for (const [currency, days] of incoming) {
      if (currency === out.currency) continue;
      const worth = worthIn(rates, out, currency);
      if (worth === null) continue;
      const margin = (worth.amountMinor * BigInt(Math.round(tolerancePercent * 100))) / 10_000n;
      let count = 0;
      for (let other = day - transferDaysMax; other <= day + transferDaysMax; other++) {
        const found = withinAmounts(days.get(other) ?? [], worth.amountMinor, margin);
        for (const into of found) {
          if (into.accountId === out.accountId) continue;
          count += 1;
          if (count > candidatesOfLineMax) {
            // Not kept as a pair, but no longer the only one of the other line either.
            links.doubt(into.id);
            continue;
          }
          const differenceMinor = into.amountMinor - worth.amountMinor;
          links.add({ out, into, days: other - day, differenceMinor, rate: worth.rate });
        }
      }
    }
  }
}

function worthIn(rates: RateTable, out: TransferLine, currency: CurrencyCode) {
  const worth = convert(rates, -out.amountMinor, out.currency, currency, out.bookedOn);
  return worth !== null && worth.amountMinor > 0n ? worth : null;
}

function byCurrencyAndDay(
  lines: readonly TransferLine[],
): Map<CurrencyCode, Map<number, TransferLine[]>> {
  const found = new Map<CurrencyCode, Map<number, TransferLine[]>>();
  for (const line of lines) {
    const days = found.get(line.currency) ?? new Map<number, TransferLine[]>();
    found.set(line.currency, days);
    const day = dayNumber(line.bookedOn);
    const ofDay = days.get(day);
    if (ofDay) ofDay.push(line);
    else days.set(day, [line]);
  }
  for (const days of found.values()) {
    for (const ofDay of days.values()) {
      ofDay.sort((a, b) => order(a.amountMinor, b.amountMinor) || order(a.id, b.id));
    }
  }
  return found;
}

function withinAmounts(
  sorted: readonly TransferLine[],
  amountMinor: bigint,
  margin: bigint,
): TransferLine[] {
  const first = lowerBound(sorted, (line) => line.amountMinor >= amountMinor - margin);
  const found: TransferLine[] = [];
  for (let place = first; place < sorted.length; place++) {
    const line = sorted[place];
    if (!line || line.amountMinor > amountMinor + margin) break;
    if (found.length === amountsOfDayMax) break;
    found.push(line);
  }
  return found;
}

function lowerBound<Value>(sorted: readonly Value[], reached: (value: Value) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle];
    if (value !== undefined && reached(value)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function decide(links: Links, texts: TransferTexts, onlyCertain: boolean): FoundTransfers {
  const transfers: TransferPair[] = [];
  const candidates: TransferCandidatePair[] = [];
  const inOrder = links.all.sort(
    (a, b) => order(a.out.id, b.out.id) || order(a.into.id, b.into.id),
  );
  for (const link of inOrder) {
    if (onlyCertain && isUndecided(link, links)) continue;
    const evidence = texts.evidence(link.out, link.into);
    const pair = pairOf(link, evidence);
    const reason = doubtAbout(link, evidence, links, texts);
    if (reason === null) transfers.push(pair);
    else if (!onlyCertain) candidates.push({ ...pair, reason });
  }
  return { transfers, candidates };
}

function isUndecided({ out, into }: Link, links: Links): boolean {
  return links.countOf(out.id) > 1 || links.countOf(into.id) > 1;
}

function doubtAbout(
  link: Link,
  evidence: readonly TransferEvidence[],
  links: Links,
  texts: TransferTexts,
): ReasonNotTransfer | null {
  const { out, into } = link;
  if (texts.namesDocument(out) || texts.namesDocument(into)) return "names_document";
  if (texts.namesOtherAccount(out, into)) return "other_account_named";
  if (isUndecided(link, links)) return "several_candidates";
  if (out.blockId !== into.blockId) return "across_blocks";
  if (texts.namesOtherParty(out, into)) return "other_party_named";
  return evidence.length === 0 ? "nothing_says_transfer" : null;
}

function pairOf(link: Link, evidence: readonly TransferEvidence[]): TransferPair {
  const { out, into, days, differenceMinor, rate } = link;
  const amount = ({ amountMinor, currency }: TransferLine) =>
    `${formatDecimal(money(amountMinor, currency))} ${currency}`;
  const signal = rate === null ? "amounts_equal" : "amounts_converted";
  return {
    outTransactionId: out.id,
    inTransactionId: into.id,
    days,
    differenceMinor,
    currency: into.currency,
    rate,
    evidence: [
      { signal, transactionValue: amount(out), otherValue: amount(into) },
      { signal: "days_apart", transactionValue: out.bookedOn, otherValue: into.bookedOn },
      ...evidence,
    ],
  };
}

function order<Value extends string | bigint>(a: Value, b: Value): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
