import { formatDecimal } from "../money.ts";
import type { PairChange, PairCode } from "./explain-pair.ts";
import { profileFor } from "./profile.ts";
import { type MatchingInput, proposeMatches } from "./propose-matches.ts";
import { convert, indexRates } from "./rates.ts";
import type { MatchableItem, MatchableTransaction, PairScore, SignalName } from "./types.ts";

/** A pair that was not matched, as it was explained. */
export type UnmatchedPair = {
  readonly transaction: MatchableTransaction;
  readonly item: MatchableItem;
  readonly pair: PairScore;
  readonly code: PairCode;
  /** How many it lost to, or is as good as. */
  readonly rivals: number;
};

/** The smallest that a profile may have: equals are never decided between. */
const marginPointsMin = 1;

type Attempt = { readonly change: PairChange; readonly input: MatchingInput };

/** Where one of these keeps them apart, no single change brings them together. */
const beyondChange: readonly PairCode[] = [
  "matched",
  "other_direction",
  "other_block",
  "transaction_settled",
  "item_settled",
];

/**
 * The smallest single change that would match a pair, or null. Each is tried on the books: first what was decided about
 * the pair, then what the bank's texts say, then the amount, last the profile, which would change other pairs too.
 */
export function findChange(input: MatchingInput, unmatched: UnmatchedPair): PairChange | null {
  if (beyondChange.includes(unmatched.code)) return null;
  for (const attempt of attemptsOf(input, unmatched)) {
    if (attempt !== null && isMatched(attempt.input, unmatched)) return attempt.change;
  }
  return null;
}

function isMatched(input: MatchingInput, { transaction, item }: UnmatchedPair): boolean {
  return proposeMatches({ ...input, suggestions: false }).matches.some((match) =>
    match.payments.some((one) => one.transactionId === transaction.id && one.itemId === item.id),
  );
}

function* attemptsOf(input: MatchingInput, unmatched: UnmatchedPair): Generator<Attempt | null> {
  const { transaction, item, code } = unmatched;
  if (code === "declined") yield withoutDecline(input, unmatched);
  if (transaction.pending) {
    yield {
      change: { code: "booked", values: {} },
      input: withLine(input, transaction, { pending: false }),
    };
  }
  if (code === "automatic_off") {
    const automatic = { invoice: true, demand: true };
    yield { change: { code: "automatic", values: {} }, input: { ...input, automatic } };
  }
  if (code === "no_rate") yield withRate(input, unmatched);
  yield withoutRivals(input, unmatched);
  if (!hasSignal(unmatched, "document_number_exact") && item.kind !== "demand") {
    const reference = `${transaction.reference ?? ""} ${item.number}`.trim();
    const values = { value: item.number };
    yield {
      change: { code: "number", values },
      input: withLine(input, transaction, { reference }),
    };
  }
  if (!hasSignal(unmatched, "name_exact") && item.kind !== "demand") {
    const { counterpartyName } = item;
    const values = { value: counterpartyName };
    yield {
      change: { code: "name", values },
      input: withLine(input, transaction, { counterpartyName }),
    };
  }
  if (item.kind === "demand") yield* withUnit(input, unmatched);
  yield withAmount(input, unmatched);
  yield* withProfile(input, unmatched);
}

function withoutDecline(input: MatchingInput, { transaction, item }: UnmatchedPair): Attempt {
  const declined = input.declined?.filter(
    (one) => one.transactionId !== transaction.id || one.itemId !== item.id,
  );
  return { change: { code: "not_declined", values: {} }, input: { ...input, declined } };
}

/** At the rate that makes the two worth the same, so that only the rate's absence is tried. */
function withRate(input: MatchingInput, { transaction, item }: UnmatchedPair): Attempt {
  const { currency: base, bookedOn: day } = transaction;
  const quote = item.currency;
  const [paid, open] = [transaction.openMinor, item.openMinor].map(Number) as [number, number];
  const plain = (minor: number, currency: typeof base) =>
    Number(formatDecimal({ amountMinor: BigInt(minor), currency }));
  const rate = (plain(open, quote) / plain(paid, base)).toFixed(12);
  const rates = new Map([...(input.rates ?? []), ...indexRates([{ base, quote, day, rate }])]);
  return { change: { code: "rate", values: { base, quote, day } }, input: { ...input, rates } };
}

function withoutRivals(
  input: MatchingInput,
  { transaction, item, rivals }: UnmatchedPair,
): Attempt | null {
  if (rivals === 0) return null;
  const alone = { ...input, transactions: [transaction], items: [item] };
  return { change: { code: "without_rivals", values: { count: String(rivals) } }, input: alone };
}

function* withUnit(input: MatchingInput, { transaction, item }: UnmatchedPair): Generator<Attempt> {
  const said = transaction.reference ?? "";
  for (const [code, value] of [
    ["number", item.unitNumber],
    ["name", item.surname],
  ] as const) {
    if (value === null) continue;
    const reference = `${said} ${value}`.trim();
    yield {
      change: { code, values: { value } },
      input: withLine(input, transaction, { reference }),
    };
  }
}

function withAmount(input: MatchingInput, { transaction, item }: UnmatchedPair): Attempt | null {
  const { currency, bookedOn } = transaction;
  const due =
    currency === item.currency
      ? item.openMinor
      : input.rates &&
        convert(input.rates, item.openMinor, item.currency, currency, bookedOn)?.amountMinor;
  if (due === undefined || due <= 0n || due === transaction.openMinor) return null;
  const amountMinor = transaction.amountMinor < 0n ? -due : due;
  const value = formatDecimal({ amountMinor: due, currency });
  return {
    change: { code: "amount", values: { value } },
    input: withLine(input, transaction, { amountMinor, openMinor: due }),
  };
}

function* withProfile(input: MatchingInput, { item, pair }: UnmatchedPair): Generator<Attempt> {
  const profile = profileFor(input.profiles, item.kind);
  if (profile.marginPoints > marginPointsMin) {
    yield {
      change: { code: "margin", values: { value: String(marginPointsMin) } },
      input: withDefinition(input, profile.family, { marginPoints: marginPointsMin }),
    };
  }
  if (pair.score < profile.automaticScoreMin && pair.score > 0) {
    yield {
      change: { code: "threshold", values: { value: String(pair.score) } },
      input: withDefinition(input, profile.family, { automaticScoreMin: pair.score }),
    };
  }
}

function withDefinition(
  input: MatchingInput,
  family: "invoice" | "demand",
  over: { readonly marginPoints?: number; readonly automaticScoreMin?: number },
): MatchingInput {
  const profile = { ...input.profiles[family], ...over };
  return { ...input, profiles: { ...input.profiles, [family]: profile } };
}

function withLine(
  input: MatchingInput,
  { id }: MatchableTransaction,
  over: Partial<MatchableTransaction>,
): MatchingInput {
  const transactions = input.transactions.map((one) => (one.id === id ? { ...one, ...over } : one));
  return { ...input, transactions };
}

function hasSignal({ pair }: UnmatchedPair, signal: SignalName): boolean {
  return pair.evidence.some((one) => one.signal === signal);
}
