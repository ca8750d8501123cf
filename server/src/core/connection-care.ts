import type { AnnouncementKind } from "./announcement-sentence.ts";
import { type ConnectionStatus, isSyncable } from "./connection-status.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A consent's end is told this long before. */
export const consentEndingDays = 14;
/** Nothing for so many times the provider's rhythm is stale. */
const staleRhythms = 3;
/** How late a scheduled sync may be before its job counts as lost. */
const syncLateMsMax = 5 * minuteMs;
/** A connection that never had a schedule gets one after its first sync, or this long after the last try. */
const firstSyncMsMax = 15 * minuteMs;
/** What nobody completed in a week, nobody will. */
const neverCompletedMs = 7 * dayMs;
/** A provider that is down gets this long to say how an abandoned sign-in ended. */
const flowGraceMs = 2 * hourMs;

export interface CaredConnection {
  readonly status: ConnectionStatus;
  readonly createdAt: Date;
  readonly lastSyncAt: Date | null;
  readonly successfullyAggregatedAt: Date | null;
  readonly nextSyncAt: Date | null;
  readonly consentExpiresAt: Date | null;
  /** The sign-in under way, of a new connection or of a repair. */
  readonly flow: { readonly expiresAt: Date | null } | null;
}

/** What is to be done about a connection without anybody asking. */
export interface ConnectionCare {
  /** Its next sync was lost: queue one. */
  readonly sync: boolean;
  /** Its sign-in has lapsed. ask: at the provider, whether it was finished after all; end: it is given up. */
  readonly flow: "ask" | "end" | null;
  /** Its consent should have ended: ask the provider, and require a new sign-in. */
  readonly consentEnded: boolean;
  /** It was never completed and never will be. */
  readonly tidy: boolean;
  /** What should be announced now; whatever else is announced about it has no reason any more. */
  readonly announcements: readonly { readonly kind: AnnouncementKind; readonly occasion: string }[];
}

/**
 * The function `connections_due` in the database nominates those for which this may answer something: keep the two in
 * step.
 * @param everyHours the provider's rhythm
 */
export function careOf(connection: CaredConnection, everyHours: number, now: Date): ConnectionCare {
  const { status, flow, consentExpiresAt } = connection;
  const unfinished = status === "pending" || status === "in_progress";
  return {
    sync: isSyncable(status) && syncOverdue(connection, now),
    flow: status === "deleted" ? null : lapsedFlow(flow?.expiresAt ?? null, now),
    consentEnded: isSyncable(status) && consentExpiresAt !== null && consentExpiresAt <= now,
    tidy:
      unfinished &&
      flow === null &&
      connection.createdAt.getTime() <= now.getTime() - neverCompletedMs,
    announcements: [...consentEnding(connection, now), ...stale(connection, everyHours, now)],
  };
}

/** Whether nothing has been fetched from the bank for much longer than it should take. */
export function isStale(
  connection: Pick<
    CaredConnection,
    "status" | "successfullyAggregatedAt" | "lastSyncAt" | "createdAt"
  >,
  everyHours: number,
  now: Date,
): boolean {
  if (!isEstablished(connection.status)) return false;
  return freshAt(connection).getTime() < now.getTime() - staleRhythms * everyHours * hourMs;
}

/** Whole days until a consent ends, 0 on its last day and after; null where the end is not known. */
export function consentDaysLeft(consentExpiresAt: Date | null, now: Date): number | null {
  if (consentExpiresAt === null) return null;
  return Math.max(0, Math.floor((consentExpiresAt.getTime() - now.getTime()) / dayMs));
}

function isEstablished(status: ConnectionStatus): boolean {
  return isSyncable(status) || status === "reconnect_required";
}

/** A provider that does not say when it reached the bank is believed for each sync. */
function freshAt({
  successfullyAggregatedAt,
  lastSyncAt,
  createdAt,
}: Pick<CaredConnection, "successfullyAggregatedAt" | "lastSyncAt" | "createdAt">): Date {
  return successfullyAggregatedAt ?? lastSyncAt ?? createdAt;
}

function syncOverdue({ nextSyncAt, lastSyncAt, createdAt }: CaredConnection, now: Date): boolean {
  const due = nextSyncAt?.getTime() ?? (lastSyncAt ?? createdAt).getTime() + firstSyncMsMax;
  return due < now.getTime() - syncLateMsMax;
}

function lapsedFlow(expiresAt: Date | null, now: Date): ConnectionCare["flow"] {
  if (expiresAt === null || expiresAt > now) return null;
  return expiresAt.getTime() > now.getTime() - flowGraceMs ? "ask" : "end";
}

function consentEnding(
  { status, consentExpiresAt }: CaredConnection,
  now: Date,
): ConnectionCare["announcements"] {
  if (!isEstablished(status) || consentExpiresAt === null || consentExpiresAt <= now) return [];
  if (consentExpiresAt.getTime() > now.getTime() + consentEndingDays * dayMs) return [];
  return [{ kind: "consent_ending", occasion: consentExpiresAt.toISOString().slice(0, 10) }];
}

function stale(
  connection: CaredConnection,
  everyHours: number,
  now: Date,
): ConnectionCare["announcements"] {
  if (!isStale(connection, everyHours, now)) return [];
  return [{ kind: "connection_stale", occasion: freshAt(connection).toISOString() }];
}
