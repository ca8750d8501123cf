/** The geometry of the cash-flow chart. Floats are right here: a pixel is not an amount. */

export interface Scale {
  /** The pixel of a value, growing downwards. */
  y: (value: number) => number;
  ticks: number[];
}

/** A linear scale over all values and zero, ended at round figures. */
export function scaleFor(values: number[], top: number, bottom: number): Scale {
  const highest = Math.max(1, ...values);
  const lowest = Math.min(0, ...values);
  const step = roundStep((highest - lowest) / 4);
  const max = Math.ceil(highest / step) * step;
  const min = Math.floor(lowest / step) * step;
  const y = (value: number) => bottom - ((value - min) / (max - min)) * (bottom - top);
  const count = Math.round((max - min) / step);
  return { y, ticks: Array.from({ length: count + 1 }, (_, at) => min + at * step) };
}

/** The next of 1, 2, 5, 10, 20, … */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}
