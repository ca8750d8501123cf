/** One line of the results: what was measured, ours, and the floor or peer of the same run. */
export interface Figure {
  what: string;
  ours: string;
  peer: string;
  peerName: string;
  /** Ours against the peer, so that above 1 is better for us; null where a ratio says nothing. */
  ratio: number | null;
}

/** The results as a Markdown table, ready for the README. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, ours, peer, peerName, ratio }) => [
    what,
    ours,
    `${peer} (${peerName})`,
    ratio === null ? "" : ratio.toFixed(2),
  ]);
  const head = ["Measured", "Tieout", "Beside it, same run", "Ratio"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/**
 * The value below which the share `p` of the samples lies (nearest rank).
 * @param samples not empty; left as they are
 */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1));
  return sorted[rank] as number;
}

export function rounded(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits });
}
