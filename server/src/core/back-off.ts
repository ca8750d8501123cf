/**
 * How long to wait before the next try: doubling with each failure up to a bound, and spread over its upper half, so
 * that what failed together does not come back together.
 * @param failures how many tries in a row have failed, at least 1
 * @param random from 0 up to 1
 */
export function backOffMs(
  failures: number,
  random: number,
  bounds: { readonly firstMs: number; readonly maxMs: number },
): number {
  const doublings = Math.min(Math.max(failures, 1) - 1, 30);
  const longest = Math.min(bounds.firstMs * 2 ** doublings, bounds.maxMs);
  return Math.round(longest * (0.5 + random / 2));
}
