import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { readAsHolder } from "../../db/before-tenant.ts";
import { newId } from "../../db/ids.ts";
import { sqlOver } from "../../db/sql.ts";
import { enqueue } from "../../jobs/queue.ts";
import type { RawDelivery, WebhookVerdict } from "../../providers/provider.ts";
import { tallyWebhook, type WebhookOutcome } from "./webhook-tally.ts";

/**
 * Takes in what somebody sent to a provider's webhook path. A genuine delivery is recorded once and a job queued in
 * the same transaction; everything else is only counted. What to answer is decided here, the work comes later.
 */
export async function receiveWebhook(
  app: App,
  providerName: string,
  delivery: RawDelivery,
): Promise<{ status: number }> {
  const provider = app.providers.find(providerName);
  if (provider === null) return { status: 404 };
  const verdict = await provider.verifyWebhook(delivery);
  const tally = (outcome: WebhookOutcome) =>
    tallyWebhook(sqlOver(app.database.pool), providerName, outcome, app.now());
  switch (verdict.kind) {
    case "refused":
      await tally(verdict.reason);
      app.log.warn({ provider: providerName, reason: verdict.reason }, "webhook refused");
      return { status: verdict.reason === "unreadable" ? 400 : 401 };
    case "undecided":
      await tally("undecided");
      return { status: 503 };
    case "genuine": {
      const connection = await findConnection(app, providerName, verdict.externalId);
      if (connection !== null) return recordDelivery(app, connection, delivery, verdict);
      // Taken, so that it is not sent for a day: its connection was never completed here, or is another system's.
      await tally("unknown");
      return { status: 200 };
    }
  }
}

interface WebhookConnection {
  readonly id: string;
  readonly organisation_id: string;
  readonly provider: string;
}

async function findConnection(
  app: App,
  provider: string,
  externalId: string | null,
): Promise<WebhookConnection | null> {
  if (externalId === null) return null;
  const [found] = await readAsHolder(
    app.database,
    { kind: "webhook", provider, externalId },
    (sql) =>
      sql.query<WebhookConnection>("SELECT id, organisation_id, provider FROM bank_connection"),
  );
  return found ?? null;
}

async function recordDelivery(
  app: App,
  connection: WebhookConnection,
  delivery: RawDelivery,
  verdict: Extract<WebhookVerdict, { kind: "genuine" }>,
): Promise<{ status: number }> {
  const { organisation_id: organisationId, provider } = connection;
  await asOrganisation(app.database, organisationId, async (tx) => {
    const deliveryId = await insertDelivery(tx, connection, delivery, verdict);
    if (deliveryId !== null) {
      const flags = [`provider:${provider}`];
      await enqueue(tx, "handleWebhook", { organisationId, deliveryId }, { flags });
    }
    // Last: every delivery of a provider writes to this row.
    await tallyWebhook(tx, provider, deliveryId === null ? "replayed" : "accepted", app.now());
  });
  return { status: 200 };
}

/** Null when this delivery was recorded before. */
async function insertDelivery(
  tx: TenantTransaction,
  connection: WebhookConnection,
  delivery: RawDelivery,
  verdict: Extract<WebhookVerdict, { kind: "genuine" }>,
): Promise<string | null> {
  const { deliveryKey, what } = verdict;
  await releaseOldKey(tx, connection, delivery, verdict);
  const body = delivery.body.toString("utf8");
  const [inserted] = await tx.query<{ id: string }>(
    `INSERT INTO webhook_delivery (organisation_id, id, provider, delivery_key, connection_id, kind, path, body, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9)
     ON CONFLICT (provider, delivery_key) DO NOTHING RETURNING id`,
    [
      tx.organisationId,
      newId(),
      connection.provider,
      deliveryKey,
      connection.id,
      what,
      delivery.path,
      body,
      delivery.receivedAt,
    ],
  );
  return inserted?.id ?? null;
}

/**
 * A key that has had its life frees its place, and its delivery stays on record under one of its own: the same bytes
 * may be a new event. Two that come at once still find one place: the second waits for the first one's row.
 */
async function releaseOldKey(
  tx: TenantTransaction,
  { provider }: WebhookConnection,
  { receivedAt }: RawDelivery,
  { deliveryKey, keyLastsMs }: Extract<WebhookVerdict, { kind: "genuine" }>,
): Promise<void> {
  if (keyLastsMs === null) return;
  await tx.query(
    `UPDATE webhook_delivery SET delivery_key = delivery_key || ' ' || id
     WHERE organisation_id = $1 AND provider = $2 AND delivery_key = $3 AND received_at <= $4`,
    [tx.organisationId, provider, deliveryKey, new Date(receivedAt.getTime() - keyLastsMs)],
  );
}
