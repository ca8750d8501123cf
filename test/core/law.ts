import fc from "fast-check";

/** Laws are tried with a fixed seed, so that a red run can be repeated. */
export function law<Values extends unknown[]>(property: fc.IProperty<Values>, runs = 200): void {
  fc.assert(property, { seed: 20_261_121, numRuns: runs });
}
