import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import type { App } from "../../app.ts";
import { inTransaction } from "../../db/in-transaction.ts";
import type { Sql } from "../../db/sql.ts";
import { RateLimited } from "../errors.ts";

const windowMs = 15 * 60_000;
export const failuresByEmailMax = 10;
/** Offices share an address, so it has more. */
export const failuresByAddressMax = 100;
/** Rows taken away with each attempt: more than an attempt adds, so that the table stays small. */
const trimmedMax = 20;

/** Attempts that are counted until `forgive` takes them back. */
export interface CountedAttempt {
  readonly emailKey: string;
  readonly ids: readonly bigint[];
}

/**
 * Counts an attempt before its password is looked at, over all server processes: a burst of parallel guesses
 * is counted one by one and none slips past the limit.
 * @throws RateLimited with the moment at which the oldest counted attempt lapses
 */
export async function countAttempt(
  app: App,
  email: string,
  address: string,
): Promise<CountedAttempt> {
  const now = app.now();
  const emailKey = keyOf("email", email);
  const limits: [key: string, max: number][] = [
    [emailKey, failuresByEmailMax],
    [keyOf("address", networkOf(address)), failuresByAddressMax],
  ];
  const counted = await inTransaction(app.database, async (sql) => {
    await trim(sql, now);
    // One after another for each key, in one order everywhere.
    for (const key of limits.map(([key]) => key).sort()) {
      await sql.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [key]);
    }
    for (const [key, max] of limits) {
      const retryAt = await whenFree(sql, key, max, now);
      if (retryAt) return { retryAt, ids: [] };
    }
    const rows = await sql.query<{ id: bigint }>(
      "INSERT INTO sign_in_attempt (key, created_at) SELECT unnest($1::text[]), $2 RETURNING id",
      [limits.map(([key]) => key), now],
    );
    return { retryAt: null, ids: rows.map(({ id }) => id) };
  });
  if (counted.retryAt) {
    throw new RateLimited("Too many sign-ins that failed. Try again later.", counted.retryAt);
  }
  return { emailKey, ids: counted.ids };
}

/** A good sign-in: the e-mail starts afresh. The address keeps its other failures, which may be of others. */
export async function forgive(sql: Sql, attempt: CountedAttempt): Promise<void> {
  await sql.query("DELETE FROM sign_in_attempt WHERE key = $1 OR id = ANY($2::bigint[])", [
    attempt.emailKey,
    attempt.ids,
  ]);
}

async function whenFree(sql: Sql, key: string, max: number, now: Date): Promise<Date | null> {
  const since = new Date(now.getTime() - windowMs);
  const [limiting] = await sql.query<{ created_at: Date }>(
    `SELECT created_at FROM sign_in_attempt WHERE key = $1 AND created_at > $2
     ORDER BY created_at DESC OFFSET $3 LIMIT 1`,
    [key, since, max - 1],
  );
  return limiting ? new Date(limiting.created_at.getTime() + windowMs) : null;
}

/** Skips what another attempt is trimming, so that no two wait for each other. */
async function trim(sql: Sql, now: Date): Promise<void> {
  await sql.query(
    `DELETE FROM sign_in_attempt WHERE id IN (
       SELECT id FROM sign_in_attempt
       WHERE id IN (SELECT id FROM sign_in_attempt ORDER BY id LIMIT ${trimmedMax})
         AND created_at <= $1
       FOR UPDATE SKIP LOCKED)`,
    [new Date(now.getTime() - windowMs)],
  );
}

/** Hashed: people type passwords into the wrong field. */
function keyOf(kind: string, value: string): string {
  return `${kind}:${createHash("sha256").update(value).digest("base64url")}`;
}

/** An IPv6 client owns the lower half of its address and can change it at will. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.toLowerCase().startsWith("::ffff:")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    while (groups.length + after.length < 8) groups.push("0");
    groups.push(...after);
  }
  return `${groups.slice(0, 4).join(":")}::/64`;
}
