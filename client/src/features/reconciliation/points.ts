/** How points look: for, against, or neither. */
export function pointsTone(points: number): string {
  if (points < 0) return "bg-negative-soft text-negative";
  return points > 0 ? "bg-positive-soft text-positive" : "bg-sunken text-muted";
}

/** "+40", "−15", "0". */
export function signedPoints(points: number): string {
  return points === 0 ? "0" : `${points < 0 ? "−" : "+"}${Math.abs(points)}`;
}
