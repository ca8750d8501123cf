import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { readAsHolder } from "../../db/before-tenant.ts";
import { newId } from "../../db/ids.ts";
import { sqlOver } from "../../db/sql.ts";
import { enqueue } from "../../jobs/queue.ts";
import type { PlatformDelivery, PlatformVerdict } from "../../platforms/platform.ts";
import { tallyWebhook, type WebhookOutcome } from "../connections/webhook-tally.ts";

/**
 * Takes in what somebody sent to a platform's webhook path. A genuine delivery is recorded once and a job queued in the
 * same transaction; everything else is only counted.
 */
export async function receivePlatformWebhook(
  app: App,
  platformName: string,
  delivery: PlatformDelivery,
): Promise<{ status: number }> {
  const platform = app.platforms.find(platformName);
  if (platform === null) return { status: 404 };
  const verdict = await platform.verifyWebhook(delivery);
  const tally = (outcome: WebhookOutcome) =>
    tallyWebhook(sqlOver(app.database.pool), platformName, outcome, app.now());
  if (verdict.kind === "refused") {
    await tally(verdict.reason);
    app.log.warn({ platform: platformName, reason: verdict.reason }, "webhook refused");
    return { status: verdict.reason === "unreadable" ? 400 : 401 };
  }
  const connection = await findNamed(app, platformName, verdict.companyExternalId);
  if (connection !== null) {
    await record(app, platformName, connection, delivery, verdict);
    return { status: 200 };
  }
  // Taken, so that it is not sent again and again: another system's, or of a connection that is gone.
  await tally("unknown");
  return { status: 200 };
}

interface NamedConnection {
  readonly id: string;
  readonly organisationId: string;
}

async function findNamed(
  app: App,
  platform: string,
  companyExternalId: string | null,
): Promise<NamedConnection | null> {
  if (companyExternalId === null) return null;
  const [found] = await readAsHolder(
    app.database,
    { kind: "platform_webhook", platform, companyExternalId },
    (sql) =>
      sql.query<NamedConnection>(
        `SELECT id, organisation_id AS "organisationId" FROM accounting_connection`,
      ),
  );
  return found ?? null;
}

async function record(
  app: App,
  platform: string,
  connection: NamedConnection,
  delivery: PlatformDelivery,
  verdict: Extract<PlatformVerdict, { kind: "genuine" }>,
): Promise<void> {
  const { organisationId } = connection;
  await asOrganisation(app.database, organisationId, async (tx) => {
    const deliveryId = await insertDelivery(tx, platform, connection.id, delivery, verdict);
    if (deliveryId !== null) {
      const flags = [`provider:${platform}`];
      await enqueue(tx, "handlePlatformWebhook", { organisationId, deliveryId }, { flags });
    }
    // Last: every delivery of a platform writes to this row.
    await tallyWebhook(tx, platform, deliveryId === null ? "replayed" : "accepted", app.now());
  });
}

/** Null when this delivery was recorded before. */
async function insertDelivery(
  tx: TenantTransaction,
  platform: string,
  connectionId: string,
  delivery: PlatformDelivery,
  { deliveryKey, what }: Extract<PlatformVerdict, { kind: "genuine" }>,
): Promise<string | null> {
  const [inserted] = await tx.query<{ id: string }>(
    `INSERT INTO accounting_delivery (organisation_id, id, platform, delivery_key, connection_id, kind, body, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)
     ON CONFLICT (platform, delivery_key) DO NOTHING RETURNING id`,
    [
      ...[tx.organisationId, newId(), platform, deliveryKey, connectionId, what],
      ...[delivery.body.toString("utf8"), delivery.receivedAt],
    ],
  );
  return inserted?.id ?? null;
}
