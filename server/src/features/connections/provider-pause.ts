import type { Sql } from "../../db/sql.ts";

/** Longer than any provider asks for in earnest. */
const pauseMsMax = 60 * 60_000;

/** Leaves a provider alone until then, over all connections, organisations and processes. A longer pause stays. */
export async function pauseProvider(
  sql: Sql,
  provider: string,
  until: Date,
  now: Date,
): Promise<void> {
  const bounded = new Date(Math.min(until.getTime(), now.getTime() + pauseMsMax));
  await sql.query(
    `INSERT INTO provider_pause AS p (provider, until) VALUES ($1, $2)
     ON CONFLICT (provider) DO UPDATE SET until = excluded.until WHERE p.until < excluded.until`,
    [provider, bounded],
  );
}

/** Until when a provider is left alone; null: it is not. */
export async function pausedUntil(sql: Sql, provider: string, now: Date): Promise<Date | null> {
  const [pause] = await sql.query<{ until: Date }>(
    "SELECT until FROM provider_pause WHERE provider = $1 AND until > $2",
    [provider, now],
  );
  return pause?.until ?? null;
}
