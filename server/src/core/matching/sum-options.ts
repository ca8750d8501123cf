import { mayMeet } from "./candidates.ts";
import type { Pair } from "./compare-pair.ts";
import { compareIn, type MatchingContext } from "./context.ts";
import { namesAnother } from "./edges.ts";
import { asPartOfSum } from "./evidence.ts";
import { namedMonths } from "./named-months.ts";
import { type Edge, type Option, plainLine } from "./option.ts";
import type { PreparedTransaction } from "./prepare.ts";
import type { Client, NamedClients } from "./resolve-client.ts";
import { expectedByChance, findSubsetSum } from "./subset-sum.ts";

/** A sum that chance would make more often than this proves nothing. */
const chanceMax = 0.02;
/** The unit is named as well, which a client's other sums lack. */
const chanceOfUnitMax = 0.1;
const namesOfStrangersMax = 0.8;

export type SumOption = {
  readonly option: Option | null;
  /** A sum that proves too little to be taken, and is worth showing. */
  readonly shown?: Option | null;
  readonly bounded: boolean;
};
const none: SumOption = { option: null, bounded: false };

/**
 * One payment for several documents: all items that the texts name, when their open amounts sum to exactly what is paid.
 * Its score is the sum of its pairs', each with the sum's points in place of its own amount's.
 */
export function namedSum(edges: readonly Edge[], context: MatchingContext): Option | null {
  const named = edges.filter((edge) => edge.named && edge.pair.amount.rate === null);
  const [first] = named;
  if (first === undefined || named.length < 2) return null;
  if (named.length > context.bounds.itemsOfBundleMax) return null;
  if (first.pair.transaction.transaction.pending) return null;
  const exact = named.filter(({ pair }) => pair.number?.signal === "document_number_exact");
  // Where some are named whole, digits that only look like another's number do not count.
  for (const own of exact.length >= 2 && exact.length < named.length ? [named, exact] : [named]) {
    const sum = own.reduce((total, { pair }) => total + pair.item.openMinor, 0);
    const numbers = new Set(own.map(({ pair }) => pair.item.number.compact));
    if (sum !== first.pair.transaction.openMinor || numbers.size !== own.length) continue;
    return sumOption(own, own.length === exact.length);
  }
  return null;
}

/**
 * One payment for several documents that it does not name: the only items of the payer that sum to it, or all of a month
 * that the texts name.
 * @returns bounded where the payer has more items open than are tried
 */
export function unnamedSum(
  transaction: PreparedTransaction,
  edges: readonly Edge[],
  clients: NamedClients,
  context: MatchingContext,
): SumOption {
  if (transaction.transaction.pending || edges.some(({ named }) => named)) return none;
  const client = onlyClient(clients);
  if (client === null || client.items.length < 2) return none;
  // Among so many no sum is looked for, nor are they compared: a line would cost as much as the client has items.
  if (client.items.length > context.bounds.candidatesOfKeyMax) {
    return { option: null, bounded: true };
  }
  const pairs: Pair[] = [];
  for (const item of client.items) {
    if (item.item.kind === "demand" || item.item.currency !== transaction.transaction.currency)
      continue;
    if ((context.open[item.place] ?? 0) < item.openMinor) continue;
    if (!mayMeet(transaction, item)) continue;
    if (context.isDeclined(transaction.transaction.id, item.item.id)) continue;
    if (item.issuedDay - transaction.bookedDay > 3) continue;
    const pair = compareIn(context, transaction, item, clients);
    if (pair !== null && pair.number === null) pairs.push(pair);
    else if (pair !== null && namesAnother(pair)) return none;
  }
  if (pairs.length < 2) return none;
  return searchSums(transaction, pairs, edges, context);
}

function searchSums(
  transaction: PreparedTransaction,
  pairs: readonly Pair[],
  edges: readonly Edge[],
  { bounds }: MatchingContext,
): SumOption {
  const parts = pairs.map((pair) => ({ pair, minor: pair.item.openMinor }));
  const months = namedMonths(transaction);
  if (months.length > 0) {
    const own = parts.filter(({ pair }) => months.includes(pair.item.item.issuedOn.slice(0, 7)));
    const sum = own.reduce((total, { minor }) => total + minor, 0);
    if (own.length >= 2 && sum === transaction.openMinor) {
      return { option: sumOption(edgesFor(own, edges), false), bounded: false };
    }
  }
  // Where one item is of that very amount, it is the plain reading.
  if (parts.some(({ minor }) => minor === transaction.openMinor)) return none;
  if (parts.length > bounds.partsOfSumMax) return { option: null, bounded: true };
  const { only } = findSubsetSum(parts, transaction.openMinor);
  if (only === null) return none;
  const all = parts.map(({ minor }) => minor);
  const option = sumOption(edgesFor(only, edges), false);
  const byChance = expectedByChance(all, transaction.openMinor, 2 ** parts.length) > chanceMax;
  return byChance ? shownOnly(option) : { option, bounded: false };
}

/**
 * One payment for several demands of one unit or leaseholder that the reference names: the only ones that sum to it.
 */
export function demandSum(
  transaction: PreparedTransaction,
  edges: readonly Edge[],
  { bounds }: MatchingContext,
): SumOption {
  const named = edges.filter(
    ({ pair, blocked }) =>
      pair.units.length > 0 &&
      blocked !== "pending" &&
      blocked !== "competing" &&
      blocked !== "other_client" &&
      pair.amount.rate === null,
  );
  const [first] = named;
  if (first === undefined || named.length < 2) return none;
  const of = ({ pair }: Edge) => `${pair.item.unit} ${pair.item.surname}`;
  // Where several units are named, or one that others owe too, a sum over some of them says little.
  const own = named.filter((edge) => edge.pair.score - pointsOfAmount(edge) === bestOf(named));
  if (own.some((edge) => of(edge) !== of(own[0] as Edge))) return none;
  const parts = own.map(({ pair }) => ({ pair, minor: pair.item.openMinor }));
  if (parts.some(({ minor }) => minor === transaction.openMinor)) return none;
  if (parts.length > bounds.partsOfSumMax) return { option: null, bounded: true };
  const { only } = findSubsetSum(parts, transaction.openMinor);
  if (only === null) return none;
  const option = sumOption(edgesFor(only, edges), false);
  const all = parts.map(({ minor }) => minor);
  const chance = expectedByChance(all, transaction.openMinor, 2 ** parts.length);
  // All that the unit owes is no choice among sums.
  if (only.length < parts.length && chance > chanceOfUnitMax) return shownOnly(option);
  return { option, bounded: false };
}

function bestOf(edges: readonly Edge[]): number {
  return Math.max(...edges.map((edge) => edge.pair.score - pointsOfAmount(edge)));
}

function pointsOfAmount({ pair }: Edge): number {
  return pair.profile.points[pair.amount.signal];
}

/** A sum that chance could make is for a person to judge. */
function shownOnly(option: Option | null): SumOption {
  for (const edge of option?.edges ?? []) edge.refused = "amount_only";
  return { option: null, shown: option, bounded: false };
}

/** The one client that is named, where nobody else is named nearly as well. */
export function onlyClient(clients: NamedClients): Client | null {
  let best: Client | null = null;
  for (const [client, { share }] of clients) {
    if (share < namesOfStrangersMax) continue;
    if (best !== null) return null;
    best = client;
  }
  return best;
}

function edgesFor(
  parts: readonly { readonly pair: Pair }[],
  edges: readonly Edge[],
): readonly Edge[] {
  return parts.map(
    ({ pair }) =>
      edges.find((edge) => edge.pair.item === pair.item) ?? {
        pair,
        named: false,
        blocked: null,
        refused: null,
      },
  );
}

function sumOption(edges: readonly Edge[], certain: boolean): Option | null {
  const pairs = edges.map(({ pair }) => asPartOfSum(pair));
  const [first] = pairs;
  if (first === undefined) return null;
  const score = pairs.reduce((total, pair) => total + pair.score, 0);
  if (score < (first.profile.automaticScoreMin - first.profile.marginPoints) * pairs.length)
    return null;
  return {
    transactions: [first.transaction],
    uses: pairs.map(({ item }) => ({ item, minor: item.openMinor })),
    lines: pairs.map(({ transaction, item }) => plainLine(transaction, item, item.openMinor)),
    pairs,
    edges,
    score,
    weight: score / pairs.length,
    certain: certain && score >= first.profile.automaticScoreMin * pairs.length,
  };
}
