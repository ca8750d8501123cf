import type { Pair } from "./compare-pair.ts";
import { type Option, singleOption } from "./option.ts";

/**
 * Payments that settle an item with a residual, as plain parts of it, wherever other payments of that item have room
 * beside them: 980 and 20 for 1,000 are two parts, not a discount and a payment too much. To be decided with the others.
 */
export function partsBesideOthers(options: readonly Option[]): readonly Option[] {
  const usesOf = new Map<number, Use[]>();
  for (const option of options) {
    for (const { item, minor } of option.uses) {
      const own = usesOf.get(item.place);
      if (own === undefined) usesOf.set(item.place, [{ option, minor }]);
      else own.push({ option, minor });
    }
  }
  for (const own of usesOf.values()) own.sort((a, b) => a.minor - b.minor);
  return options.flatMap((option) => {
    const [pair] = option.pairs;
    const [edge] = option.edges;
    if (pair === undefined || edge === undefined || !leavesShort(pair)) return [];
    const least = usesOf
      .get(pair.item.place)
      ?.find((other) => !other.option.transactions.includes(pair.transaction));
    if (least === undefined) return [];
    if (least.minor > pair.item.openMinor - pair.amount.paidMinor) return [];
    return [{ ...singleOption({ ...edge, pair: asPart(pair) }, false), edges: option.edges }];
  });
}

type Use = { readonly option: Option; readonly minor: number };

/** Whether a residual of one currency settles what the payment itself does not, of a document named by its whole number. */
function leavesShort({ amount, number }: Pair): boolean {
  const isShort = amount.residual !== null && amount.residual.itemMinor > 0;
  return isShort && amount.rate === null && number?.signal === "document_number_exact";
}

function asPart(pair: Pair): Pair {
  const { points } = pair.profile;
  const amount = { ...pair.amount, signal: "amount_part", residual: null } as const;
  const score = pair.score - points[pair.amount.signal] + points.amount_part;
  return { ...pair, amount, score };
}
