import type { ItemIndex } from "./candidates.ts";
import { comparePair, type Pair } from "./compare-pair.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import { type MatchingBounds, type MatchingProfiles, profileFor } from "./profile.ts";
import type { RateTable } from "./rates.ts";
import type { ClientIndex, NamedClients } from "./resolve-client.ts";
import { compareNames, type NameFinding } from "./score-name.ts";

/** What all transactions of one direction are compared with. */
export type MatchingContext = {
  readonly index: ItemIndex;
  readonly clients: ClientIndex;
  readonly profiles: MatchingProfiles;
  readonly rates: RateTable | undefined;
  readonly bounds: MatchingBounds;
  /** What is open of each item, by its place: goes down as matches are taken. */
  readonly open: Float64Array;
  /** False where only what may be automatic is looked for: the decisions are the same. */
  readonly wantsSuggestions: boolean;
  readonly automatic: { readonly invoice: boolean; readonly demand: boolean };
  isDeclined(transactionId: string, itemId: string): boolean;
};

/** Compares a transaction with an item by the item's profile; null where they cannot meet. */
export function compareIn(
  context: MatchingContext,
  transaction: PreparedTransaction,
  item: PreparedItem,
  named: NamedClients,
): Pair | null {
  const profile = profileFor(context.profiles, item.item.kind);
  const name = profile.family === "demand" ? null : nameOf(context, transaction, item, named);
  return comparePair(transaction, item, profile, name, context.rates);
}

/** The payer may be a stranger to an item that the texts name by its number. */
function nameOf(
  context: MatchingContext,
  transaction: PreparedTransaction,
  item: PreparedItem,
  named: NamedClients,
): NameFinding | null {
  const client = context.clients.clientOf(item);
  const known = named.get(client);
  if (known !== undefined) return known;
  const payer = transaction.ruledClient ?? transaction.payer;
  if (payer === null) return null;
  const read = compareNames(payer, [], client.name);
  if (read?.signal !== "name_tokens") return read;
  // Who bears another client's very name is not this one.
  return [...named.values()].some(({ signal }) => signal === "name_exact") ? null : read;
}
