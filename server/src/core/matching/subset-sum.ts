export type SubsetSum<Part> = {
  /** The only set of parts of the wanted sum; null where there is none, or more than one. */
  readonly only: readonly Part[] | null;
  /** Sets of the sum that were found: 0, 1, or 2 for more than one. */
  readonly found: 0 | 1 | 2;
};

/**
 * Looks for the sets of at least two parts, and at most `partsMax`, that sum exactly to what is wanted. Tries every set:
 * the two halves' sums are met in the middle, so that 16 parts take some hundred steps, not 65,536.
 * @param parts at most 20, all above zero
 */
export function findSubsetSum<Part extends { readonly minor: number }>(
  parts: readonly Part[],
  wanted: number,
  partsMax = parts.length,
): SubsetSum<Part> {
  const usable = parts.filter((part) => part.minor < wanted);
  const half = usable.length >> 1;
  const left = sumsOf(usable.slice(0, half));
  const right = sumsOf(usable.slice(half));
  const bySum = new Map<number, number[]>();
  for (const [set, sum] of left.entries()) {
    const sets = bySum.get(sum);
    if (sets === undefined) bySum.set(sum, [set]);
    else sets.push(set);
  }
  let only: readonly Part[] | null = null;
  for (const [high, sum] of right.entries()) {
    for (const low of bySum.get(wanted - sum) ?? []) {
      const size = bitsOf(low) + bitsOf(high);
      if (size < 2 || size > partsMax) continue;
      if (only !== null) return { only: null, found: 2 };
      only = usable.filter(
        (_, at) => (at < half ? low & (1 << at) : high & (1 << (at - half))) !== 0,
      );
    }
  }
  return { only, found: only === null ? 0 : 1 };
}

/**
 * How many sets of that sum chance alone would make: all sets spread over the sums that they can have, in steps of what
 * the amounts have in common. Round amounts meet often, and then a sum proves little.
 */
export function expectedByChance(
  partsMinor: readonly number[],
  wanted: number,
  setsTried: number,
): number {
  const total = partsMinor.reduce((sum, minor) => sum + minor, 0);
  const step = roundnessOf(wanted, partsMinor);
  return (setsTried * step) / Math.max(total, 1);
}

/** The greatest of 1, 10, 50, 100, ... that divides the wanted sum and half of the parts: they could make it. */
function roundnessOf(wanted: number, partsMinor: readonly number[]): number {
  for (const step of [10_000, 5_000, 1_000, 500, 100, 50, 10]) {
    if (wanted % step !== 0) continue;
    const round = partsMinor.filter((minor) => minor % step === 0).length;
    if (round * 2 >= partsMinor.length) return step;
  }
  return 1;
}

function sumsOf(parts: readonly { readonly minor: number }[]): Float64Array {
  const sums = new Float64Array(1 << parts.length);
  for (const [at, part] of parts.entries()) {
    const bit = 1 << at;
    for (let set = 0; set < bit; set++) sums[bit | set] = (sums[set] ?? 0) + part.minor;
  }
  return sums;
}

function bitsOf(set: number): number {
  let count = 0;
  for (let left = set; left !== 0; left &= left - 1) count += 1;
  return count;
}
