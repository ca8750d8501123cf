/** Banks and providers meter refreshes: one an hour is what each of them bears. */
export const refreshCooldownMs = 60 * 60_000;

export interface RefreshHistory {
  /** When fresher data was last asked for. */
  readonly refreshRequestedAt: Date | null;
  /** The provider or the bank allows none before. */
  readonly refreshNotBefore: Date | null;
}

/** When a connection may next be refreshed; null: now. */
export function nextRefreshAt(history: RefreshHistory, now: Date): Date | null {
  const { refreshRequestedAt, refreshNotBefore } = history;
  const cooled = refreshRequestedAt ? refreshRequestedAt.getTime() + refreshCooldownMs : 0;
  const possible = Math.max(cooled, refreshNotBefore?.getTime() ?? 0);
  return possible > now.getTime() ? new Date(possible) : null;
}
