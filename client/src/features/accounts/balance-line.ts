interface Point {
  day: string;
  value: number;
}

interface BalanceLine {
  places: { x: number; y: number }[];
  path: string;
  area: string;
  /** Where zero lies, if the balance crossed it. */
  zero: number | undefined;
}

const dayMs = 86_400_000;
const insetPx = 4;

/**
 * The line of a balance in a box of `width` by `height` pixels. Days without a point are wide gaps, as
 * time runs; the balance holds until the next point, so the line goes in steps. Only for drawing:
 * amounts pass through floats here and nowhere else.
 */
export function balanceLine(points: Point[], width: number, height: number): BalanceLine {
  const days = points.map(({ day }) => Date.parse(day) / dayMs);
  const values = points.map(({ value }) => value);
  const [from, to] = [days[0] ?? 0, days.at(-1) ?? 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = height - 2 * insetPx;
  const yOf = (value: number) =>
    high === low ? height / 2 : insetPx + room * (1 - (value - low) / (high - low));
  const places = points.map(({ value }, at) => ({
    x: round(to === from ? width : ((days[at] ?? 0) - from) * (width / (to - from))),
    y: round(yOf(value)),
  }));
  const path = places.map(({ x, y }, at) => (at === 0 ? `M${x} ${y}` : `H${x}V${y}`)).join("");
  const [first, last] = [places[0], places.at(-1)];
  const area = first && last ? `${path}V${height}H${first.x}Z` : "";
  return { places, path, area, zero: low < 0 && high > 0 ? round(yOf(0)) : undefined };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
