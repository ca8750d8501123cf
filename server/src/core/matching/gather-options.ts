import { addAll } from "../lists.ts";
import { mayMeet } from "./candidates.ts";
import type { Pair } from "./compare-pair.ts";
import { compareIn, type MatchingContext } from "./context.ts";
import { barredBy } from "./edges.ts";
import { asPartOfSum } from "./evidence.ts";
import { type Edge, type Option, type OptionLine, plainLine } from "./option.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { Client, NamedClients } from "./resolve-client.ts";
import { expectedByChance, findSubsetSum } from "./subset-sum.ts";

/** A transaction that no option of its own uses, with what is known of it. */
export type LeftTransaction = {
  readonly transaction: PreparedTransaction;
  readonly clients: NamedClients;
  /** The one client that is named. */
  readonly client: Client | null;
  /** The items that the texts name by their whole numbers. */
  readonly named: readonly PreparedItem[];
  readonly edges: readonly Edge[];
};

export type GatheredOptions = {
  readonly options: readonly Option[];
  /** Clients with more payments, or more items, than are tried. */
  readonly bounded: number;
};

const chanceMax = 0.01;
const paymentsOfItemMax = 4;
/** Payments further apart than this are hardly parts of one. */
const daysApartMax = 45;

/**
 * Several payments that only together settle something: payments that all name the same documents and sum to what these
 * are open with (n to m), and payments of one client that name nothing and sum to one of its items (n to 1).
 */
export function gatherOptions(
  left: readonly LeftTransaction[],
  context: MatchingContext,
): GatheredOptions {
  const batches = new Map<string, LeftTransaction[]>();
  const byClient = new Map<Client, LeftTransaction[]>();
  for (const one of left) {
    if (one.transaction.transaction.pending) continue;
    if (one.named.length >= 2) {
      const { currency } = one.transaction.transaction;
      push(batches, `${currency} ${one.named.map(({ place }) => place).join(" ")}`, one);
    } else if (one.named.length === 0 && one.client !== null) push(byClient, one.client, one);
  }
  const options: Option[] = [];
  let bounded = 0;
  for (const payments of batches.values()) {
    const option = payments.length < 2 ? null : batchOption(payments, context);
    if (option !== null) options.push(option);
  }
  for (const [client, payments] of byClient) {
    if (payments.length < 2) continue;
    const { partsOfSumMax } = context.bounds;
    if (
      payments.length > partsOfSumMax ||
      client.items.length > context.bounds.candidatesOfKeyMax
    ) {
      bounded += 1;
      continue;
    }
    for (const own of inEachCurrency(payments)) {
      addAll(options, instalmentsOf(own, client, context));
    }
  }
  return { options, bounded };
}

/** All payments that name these very documents, on all of them. */
function batchOption(
  payments: readonly LeftTransaction[],
  context: MatchingContext,
): Option | null {
  const items = payments[0]?.named ?? [];
  if (payments.length > context.bounds.partsOfSumMax || areFarApart(payments)) return null;
  const paid = payments.reduce((sum, { transaction }) => sum + transaction.openMinor, 0);
  const open = items.reduce((sum, item) => sum + item.openMinor, 0);
  const numbers = new Set(items.map((item) => item.number.compact));
  if (paid !== open || numbers.size !== items.length) return null;
  if (items.some((item) => (context.open[item.place] ?? 0) < item.openMinor)) return null;
  return optionOf(payments, items, context);
}

function inEachCurrency(payments: readonly LeftTransaction[]): Iterable<LeftTransaction[]> {
  const own = new Map<string, LeftTransaction[]>();
  for (const payment of payments) push(own, payment.transaction.transaction.currency, payment);
  return own.values();
}

function instalmentsOf(
  payments: readonly LeftTransaction[],
  client: Client,
  context: MatchingContext,
): readonly Option[] {
  const items = client.items.filter(
    ({ place, openMinor, item }) =>
      (context.open[place] ?? 0) === openMinor &&
      item.currency === payments[0]?.transaction.transaction.currency,
  );
  const parts = payments.map((payment) => ({ payment, minor: payment.transaction.openMinor }));
  const found: { readonly own: readonly LeftTransaction[]; readonly item: PreparedItem }[] = [];
  const claims = new Map<LeftTransaction, number>();
  const sets = setsUpTo(parts.length, paymentsOfItemMax) * items.length;
  for (const item of items) {
    const { only, found: count } = findSubsetSum(parts, item.openMinor, paymentsOfItemMax);
    if (count === 0) continue;
    // Where two sets sum to it, none of the payments can be told.
    if (only === null) return [];
    const all = parts.map(({ minor }) => minor);
    if (expectedByChance(all, item.openMinor, sets) > chanceMax) continue;
    const own = only.map(({ payment }) => payment);
    for (const payment of own) claims.set(payment, (claims.get(payment) ?? 0) + 1);
    found.push({ own, item });
  }
  return found
    .filter(({ own }) => own.every((payment) => claims.get(payment) === 1) && !areFarApart(own))
    .map(({ own, item }) => optionOf(own, [item], context))
    .filter((option) => option !== null);
}

/** The payments in the order of booking, each put on the items in the order of issue until they are settled. */
function optionOf(
  payments: readonly LeftTransaction[],
  items: readonly PreparedItem[],
  context: MatchingContext,
): Option | null {
  const inOrder = [...payments].sort(
    (a, b) =>
      a.transaction.bookedDay - b.transaction.bookedDay ||
      a.transaction.openMinor - b.transaction.openMinor ||
      a.transaction.place - b.transaction.place,
  );
  const due = [...items].sort(
    (a, b) => a.issuedDay - b.issuedDay || a.openMinor - b.openMinor || a.place - b.place,
  );
  const lines: OptionLine[] = [];
  const pairs: Pair[] = [];
  const means: number[] = [];
  let at = 0;
  let open = due[0]?.openMinor ?? 0;
  for (const payment of inOrder) {
    let left = payment.transaction.openMinor;
    const own: Pair[] = [];
    while (left > 0) {
      const item = due[at];
      if (item === undefined) return null;
      const minor = Math.min(left, open);
      const pair = partOf(payment, item, context);
      if (pair === null) return null;
      lines.push(plainLine(payment.transaction, item, minor));
      own.push(pair);
      left -= minor;
      open -= minor;
      if (open === 0) open = due[++at]?.openMinor ?? 0;
    }
    addAll(pairs, own);
    means.push(own.reduce((sum, { score }) => sum + score, 0) / own.length);
  }
  const score = pairs.reduce((sum, pair) => sum + pair.score, 0);
  const profile = pairs[0]?.profile;
  if (profile === undefined || score < profile.automaticScoreMin * pairs.length) return null;
  return {
    transactions: inOrder.map(({ transaction }) => transaction).sort((a, b) => a.place - b.place),
    uses: due.map((item) => ({ item, minor: item.openMinor })),
    lines,
    pairs,
    edges: inOrder.flatMap(({ edges }) => edges.filter(({ pair }) => due.includes(pair.item))),
    score,
    weight: means.reduce((sum, mean) => sum + mean, 0),
    certain: false,
  };
}

function partOf(
  { transaction, clients }: LeftTransaction,
  item: PreparedItem,
  context: MatchingContext,
): Pair | null {
  if (!mayMeet(transaction, item)) return null;
  if (context.isDeclined(transaction.transaction.id, item.item.id)) return null;
  const pair = compareIn(context, transaction, item, clients);
  if (pair === null || pair.number?.signal === "document_number_other") return null;
  if (barredBy(pair, context) !== null) return null;
  return asPartOfSum(pair);
}

function areFarApart(payments: readonly LeftTransaction[]): boolean {
  const days = payments.map(({ transaction }) => transaction.bookedDay);
  return Math.max(...days) - Math.min(...days) > daysApartMax;
}

/** How many sets of 2 to so many there are. */
function setsUpTo(count: number, sizeMax: number): number {
  let sets = 0;
  let ofSize = count;
  for (let size = 2; size <= Math.min(sizeMax, count); size++) {
    ofSize = (ofSize * (count - size + 1)) / size;
    sets += ofSize;
  }
  return sets;
}

function push<Key>(map: Map<Key, LeftTransaction[]>, key: Key, one: LeftTransaction): void {
  const own = map.get(key);
  if (own === undefined) map.set(key, [one]);
  else own.push(one);
}
