import type { Pair } from "./compare-pair.ts";
import { compareIn, type MatchingContext } from "./context.ts";
import { barredBy, edgesOf, isCertain, isExactAmount, isNamesake, singlesOf } from "./edges.ts";
import type { LeftTransaction } from "./gather-options.ts";
import { type Edge, type Option, singleOption } from "./option.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { NamedClients } from "./resolve-client.ts";
import { demandSum, namedSum, onlyClient, type SumOption, unnamedSum } from "./sum-options.ts";

export type OptionsOfTransaction = LeftTransaction & {
  /** The sum of several items that it could pay, also where nothing may be automatic. */
  readonly sum: Option | null;
  readonly options: readonly Option[];
  /** Whether its client has more items open than sums are tried of. */
  readonly bounded: boolean;
};

/** What is certain about a transaction: an exact number, or several, with the exact amount. */
export function certainOptionsOf(
  context: MatchingContext,
  transaction: PreparedTransaction,
): readonly Option[] {
  if (transaction.transaction.pending || !context.automatic.invoice) return [];
  const items = itemsNamed(context, transaction);
  if (items.length === 0) return [];
  const clients = context.clients.namedBy(transaction);
  const pairs: Pair[] = [];
  for (const item of items) {
    if (item.item.kind === "demand") continue;
    if (context.isDeclined(transaction.transaction.id, item.item.id)) continue;
    const pair = compareIn(context, transaction, item, clients);
    if (pair === null || barredBy(pair, context) !== null) continue;
    if (pair.number?.signal === "document_number_exact") pairs.push(pair);
  }
  const edges: Edge[] = pairs
    .filter((pair) => !isNamesake(pair, pairs))
    .map((pair) => ({ pair, named: true, blocked: null, refused: null }));
  const singles = edges
    .filter(({ pair }) => isCertain(pair))
    .map((edge) => singleOption(edge, true));
  const sum = edges.length < 2 ? null : namedSum(edges, context);
  return sum?.certain ? [sum, ...singles] : singles;
}

/** Every way to use a transaction, and all that is worth showing of it. */
export function optionsOf(
  context: MatchingContext,
  transaction: PreparedTransaction,
): OptionsOfTransaction {
  const clients = context.clients.namedBy(transaction);
  const edges = edgesOf(context, transaction, clients, (pair) => pair.profile.suggestionScoreMin);
  const sum = sumOf(context, transaction, edges, clients);
  const shown = sum.option ?? sum.shown ?? null;
  const options = [...singlesOf(edges), ...(sum.option === null ? [] : [sum.option])];
  return {
    sum: shown,
    ...{ transaction, clients, options, bounded: sum.bounded },
    edges: [...edges, ...(shown?.edges ?? []).filter((edge) => !edges.includes(edge))],
    client: onlyClient(clients),
    named: namedItems(edges),
  };
}

/** Several items that it pays together: those that it names, those of the unit, or those of the client that alone sum to it. */
function sumOf(
  context: MatchingContext,
  transaction: PreparedTransaction,
  edges: readonly Edge[],
  clients: NamedClients,
): SumOption {
  const named = namedSum(allowed(edges), context);
  if (named !== null) return { option: named, bounded: false };
  if (!isFree(transaction, edges)) return { option: null, bounded: false };
  const ofUnit = demandSum(transaction, edges, context);
  if (ofUnit.option !== null || ofUnit.bounded) return ofUnit;
  return unnamedSum(transaction, edges, clients, context);
}

/** Whether every family that it touches is matched without a person. */
export function mayBeTaken({ pairs }: Option, { automatic }: MatchingContext): boolean {
  return pairs.every(({ profile }) => automatic[profile.family]);
}

/** Of a sum, what only its amount or its number's place in the texts speaks against is no obstacle. */
function allowed(edges: readonly Edge[]): readonly Edge[] {
  return edges.filter(({ blocked }) => blocked !== "pending" && blocked !== "other_client");
}

/** A line that a rule gives to a client, or that settles an item by itself, is not looked at as a sum. */
function isFree({ transaction }: PreparedTransaction, edges: readonly Edge[]): boolean {
  return (
    !transaction.pending && !edges.some(({ pair, blocked }) => blocked === null && isWhole(pair))
  );
}

function isWhole(pair: Pair): boolean {
  const settles = isExactAmount(pair) || pair.amount.residual !== null;
  return settles && pair.score >= pair.profile.automaticScoreMin;
}

/** Digits that only look like another's number do not count where numbers are named whole. */
function namedItems(edges: readonly Edge[]): readonly PreparedItem[] {
  const whole = edges.filter(
    ({ pair, named }) => named && pair.number?.signal === "document_number_exact",
  );
  return (whole.length > 0 ? whole : edges.filter(({ named }) => named))
    .map(({ pair }) => pair.item)
    .sort((a, b) => a.place - b.place);
}

function itemsNamed(context: MatchingContext, transaction: PreparedTransaction): PreparedItem[] {
  const found: PreparedItem[] = [];
  for (const { compact } of transaction.spans) {
    for (const item of context.index.withNumber(compact, transaction)) {
      if (!found.includes(item) && (context.open[item.place] ?? 0) > 0) found.push(item);
    }
  }
  return found;
}
