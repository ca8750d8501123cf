import type { App } from "../../app.ts";
import { newId } from "../../db/ids.ts";
import { type Sql, sqlOver } from "../../db/sql.ts";
import { hashSecret, newSecret } from "./secrets.ts";

export interface StartedSession {
  readonly id: string;
  /** What the browser keeps. */
  readonly secret: string;
  /**
   * When the browser may forget the cookie. The row decides when the session ends: it moves with use, so the
   * cookie is given the longest life that browsers allow (RFC 6265bis, 400 days).
   */
  readonly cookieExpiresAt: Date;
}

const dayMs = 86_400_000;
const cookieDaysMax = 400;
/** A session in use moves its end this often, not with every request. */
const seenStepMs = 60_000;

export async function startSession(
  app: App,
  sql: Sql,
  session: { personId: string; organisationId: string },
): Promise<StartedSession> {
  const now = app.now();
  const id = newId();
  const secret = newSecret();
  await sql.query(
    `INSERT INTO session
       (id, secret_hash, person_id, current_organisation_id, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $5, $6)`,
    [id, hashSecret(secret), session.personId, session.organisationId, now, expiry(app, now)],
  );
  return { id, secret, cookieExpiresAt: new Date(now.getTime() + cookieDaysMax * dayMs) };
}

export interface LiveSession {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly organisationId: string | null;
}

/** Null for a session that never was, has ended or has expired. Moves the end of one that is in use. */
export async function findLiveSession(app: App, secret: string): Promise<LiveSession | null> {
  const now = app.now();
  const sql = sqlOver(app.database.pool);
  const [row] = await sql.query<SessionRow>(
    `SELECT s.id, s.person_id, s.current_organisation_id, s.last_seen_at, p.name
     FROM session s JOIN person p ON p.id = s.person_id
     WHERE s.secret_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2`,
    [hashSecret(secret), now],
  );
  if (!row) return null;
  if (now.getTime() - row.last_seen_at.getTime() >= seenStepMs) {
    await sql.query(
      `UPDATE session SET last_seen_at = $2, expires_at = $3
       WHERE id = $1 AND ended_at IS NULL AND last_seen_at < $2`,
      [row.id, now, expiry(app, now)],
    );
  }
  return {
    id: row.id,
    personId: row.person_id,
    personName: row.name,
    organisationId: row.current_organisation_id,
  };
}

interface SessionRow {
  id: string;
  person_id: string;
  current_organisation_id: string | null;
  last_seen_at: Date;
  name: string;
}

function expiry(app: App, now: Date): Date {
  return new Date(now.getTime() + app.config.sessionDays * dayMs);
}
