import type { App } from "../../app.ts";
import { unreachable } from "../../core/assert.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import type { Jobs } from "../../jobs/queue.ts";
import type { PlatformFact } from "../../platforms/platform.ts";
import { findAccountingConnection } from "./accounting-connection.ts";
import { enqueuePullAsTold } from "./documents/enqueue-pull.ts";
import { enqueueLook } from "./enqueue-look.ts";
import { enqueueSend } from "./payments/enqueue-send.ts";
import { enqueueFollow, laneOf } from "./push/enqueue-push.ts";

/**
 * Works on a recorded delivery of a platform. It is only a trigger: how things stand is asked again, because deliveries
 * come late, twice and in any order.
 */
export async function handlePlatformWebhook(
  app: App,
  job: Jobs["handlePlatformWebhook"],
): Promise<void> {
  const { organisationId, deliveryId } = job;
  await asOrganisation(app.database, organisationId, async (tx) => {
    const [delivery] = await tx.query<{ platform: string; connectionId: string; body: unknown }>(
      `UPDATE accounting_delivery SET handled_at = $2 WHERE id = $1 AND handled_at IS NULL
       RETURNING platform, connection_id AS "connectionId", body`,
      [deliveryId, app.now()],
    );
    const platform = delivery && app.platforms.find(delivery.platform);
    if (!delivery || !platform) return;
    const connection = await findAccountingConnection(tx, delivery.connectionId);
    if (connection === null || connection.status === "disconnected") return;
    await act(tx, connection, platform.translateWebhook(delivery.body));
  });
}

async function act(
  tx: TenantTransaction,
  { id, platform, pullsDocuments }: { id: string; platform: string; pullsDocuments: boolean },
  fact: PlatformFact,
): Promise<void> {
  switch (fact.kind) {
    case "push_ended":
      return pushEnded(tx, { id, platform }, fact.externalKey);
    case "link_changed":
    case "feed_changed":
      return enqueueLook(tx, id);
    case "documents_changed":
      return pullsDocuments ? enqueuePullAsTold(tx, id) : undefined;
    case "ignored":
      return;
    default:
      return unreachable(fact);
  }
}

async function pushEnded(
  tx: TenantTransaction,
  connection: { readonly id: string; readonly platform: string },
  externalKey: string,
): Promise<void> {
  // It may come before the answer to the push itself: then any batch that is going out may be the one.
  const operations = await tx.query<{ id: string }>(
    `SELECT o.id FROM push_operation o
     JOIN feed_account f ON f.organisation_id = o.organisation_id AND f.id = o.feed_account_id
     WHERE f.connection_id = $1 AND o.status IN ('sending', 'pending', 'timed_out')
       AND (o.external_key = $2 OR o.external_key IS NULL)`,
    [connection.id, externalKey],
  );
  for (const { id } of operations) await enqueueFollow(tx, laneOf(connection), id);
  const [offer] = await tx.query(
    `UPDATE payment_offer SET next_look_at = now() WHERE external_key = $2 AND connection_id = $1
       AND status IN ('sending', 'pending') RETURNING id`,
    [connection.id, externalKey],
  );
  if (offer !== undefined) await enqueueSend(tx, connection.id);
}
