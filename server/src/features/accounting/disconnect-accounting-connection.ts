import type { App } from "../../app.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import { enqueue, type Jobs, type JobTry, notLast } from "../../jobs/queue.ts";
import { PlatformFailure } from "../../platforms/platform.ts";
import { recordAudit } from "../audit/record.ts";
import { authorise, type Viewer } from "../viewer.ts";
import {
  type AccountingConnection,
  findAccountingConnection,
  lockAccountingConnection,
} from "./accounting-connection.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";
import { accountingQueue } from "./enqueue-look.ts";
import { openLink } from "./platform-link.ts";

const endUnknown = "The connection was disconnected before its end was known.";
/** With the queue's own back-off these take about two days. */
const unlinkTriesMax = 20;

/**
 * Disconnects at once, and leaves it to a job to give the access up at the platform. Feeds end; what was pushed stays on
 * record, and a batch or a payment under way is followed no more. Payments that were not sent are withdrawn. Again, it
 * changes nothing.
 * @throws Forbidden, NotFound
 */
export async function disconnectAccountingConnection(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<AccountingConnection> {
  authorise(viewer, "accounting:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const connection = await lockAccountingConnection(tx, id);
    if (connection.status === "disconnected") return connection;
    const now = app.now();
    await tx.query(
      `UPDATE accounting_connection SET status = 'disconnected', status_reason = NULL, link_url = NULL, link_state = NULL,
         next_look_at = NULL, pulls_documents = false, sends_payments = false, disconnected_at = $2
       WHERE id = $1`,
      [connection.id, now],
    );
    const feeds = await tx.query<{ id: string }>(
      `UPDATE feed_account SET status = 'disconnected', status_reason = 'The accounting connection was disconnected.',
         next_push_at = NULL, disconnected_at = $2
       WHERE connection_id = $1 AND disconnected_at IS NULL RETURNING id`,
      [connection.id, now],
    );
    await tx.query(
      `UPDATE push_operation SET status = 'timed_out', next_look_at = NULL, attempt = NULL,
         problem = $2, unsettled_since = coalesce(unsettled_since, $3)
       WHERE feed_account_id IN (SELECT id FROM feed_account WHERE connection_id = $1)
         AND status IN ('sending', 'pending', 'timed_out')`,
      [connection.id, endUnknown, now],
    );
    await tx.query(
      `UPDATE payment_offer SET status = 'withdrawn', completed_at = $2
       WHERE connection_id = $1
         AND (status IN ('offered', 'failed') OR (status = 'sending' AND unsettled_since IS NULL))`,
      [connection.id, now],
    );
    await tx.query(
      `UPDATE payment_offer SET status = 'timed_out', completed_at = $2, next_look_at = NULL, problem = $3
       WHERE connection_id = $1 AND status IN ('sending', 'pending')`,
      [connection.id, now, endUnknown],
    );
    const { organisationId } = tx;
    await enqueue(
      tx,
      "unlinkAccounting",
      { organisationId, connectionId: connection.id },
      {
        key: `accounting-unlink:${connection.id}`,
        queue: accountingQueue(connection.id),
        flags: [`provider:${connection.platform}`],
        attemptsMax: unlinkTriesMax,
      },
    );
    await recordAudit(tx, viewer, {
      action: "accounting_connection.disconnected",
      subjectKind: "accounting_connection",
      subjectId: connection.id,
      detail: { company: connection.companyName },
    });
    const feedIds = feeds.map((feed) => feed.id);
    emitAccountingChanged(tx, { connectionId: connection.id, feedIds });
    return lockAccountingConnection(tx, connection.id);
  });
}

/**
 * The job: gives the access up at the platform, then forgets the credential that was kept for it. After the last try it
 * is forgotten all the same.
 * @throws PlatformFailure, upon which the job is tried again
 */
export async function unlinkAccounting(
  app: App,
  job: Jobs["unlinkAccounting"],
  { last }: JobTry = notLast,
): Promise<void> {
  const { organisationId, connectionId } = job;
  const connection = await readAsOrganisation(app.database, organisationId, (sql) =>
    findAccountingConnection(sql, connectionId),
  );
  if (connection === null || connection.status !== "disconnected") return;
  try {
    const { platform, link } = openLink(app, organisationId, connection);
    await platform.unlink(link);
  } catch (error) {
    if (!last) throw error;
    const detail = error instanceof PlatformFailure ? error.detail : "cannot be asked";
    app.log.error({ connectionId, detail }, "an accounting connection could not be given up");
  }
  await asOrganisation(app.database, organisationId, (tx) =>
    tx.query(
      `UPDATE accounting_connection SET credential_key_id = NULL, credential_nonce = NULL, credential_ciphertext = NULL,
         credential_tag = NULL WHERE id = $1`,
      [connectionId],
    ),
  );
}
