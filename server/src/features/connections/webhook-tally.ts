import type { Sql } from "../../db/sql.ts";
import { countWebhook } from "../../metrics.ts";

/** How a delivery ended. */
export type WebhookOutcome =
  | "accepted"
  | "replayed"
  | "forged"
  | "altered"
  | "late"
  | "unreadable"
  | "unknown"
  | "undecided";

/** Counts a delivery, by provider and day (UTC). The tally is the installation's, not a tenant's. */
export async function tallyWebhook(
  sql: Sql,
  provider: string,
  outcome: WebhookOutcome,
  at: Date,
): Promise<void> {
  countWebhook(provider, outcome);
  await sql.query(
    `INSERT INTO webhook_tally AS t (provider, day, outcome, count) VALUES ($1, $2::date, $3, 1)
     ON CONFLICT (provider, day, outcome) DO UPDATE SET count = t.count + 1`,
    [provider, at.toISOString().slice(0, 10), outcome],
  );
}
