import type { App } from "../../app.ts";
import { sqlOver } from "../../db/sql.ts";
import { authorise, type Viewer } from "../viewer.ts";

export interface WebhookTally {
  readonly provider: string;
  /** "2026-11-21" */
  readonly day: string;
  readonly outcome: string;
  readonly count: bigint;
}

const daysShown = 30;

/** How the deliveries of the last days ended, newest first: the installation's, not one organisation's. @throws Forbidden */
export async function listWebhookTallies(
  app: App,
  viewer: Viewer,
  provider: string | null,
): Promise<WebhookTally[]> {
  authorise(viewer, "bank_connections:manage");
  return sqlOver(app.database.pool).query<WebhookTally>(
    `SELECT provider, day, outcome, count FROM webhook_tally
     WHERE day > $1::date - $2::int AND ($3::text IS NULL OR provider = $3)
     ORDER BY day DESC, provider, outcome`,
    [app.now().toISOString().slice(0, 10), daysShown, provider],
  );
}
