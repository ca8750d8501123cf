import type { App } from "../../app.ts";
import { careOf } from "../../core/connection-care.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { type Sql, sqlOver } from "../../db/sql.ts";
import { enqueue } from "../../jobs/queue.ts";
import { announce } from "../announcements/announce.ts";
import { settle } from "../announcements/settle.ts";
import { recordAudit } from "../audit/record.ts";
import { jobViewer } from "../viewer.ts";
import { type ConnectionRow, lockConnection } from "./connection.ts";
import { rhythmOf } from "./connection-state.ts";
import { wipeConnection } from "./disconnect-bank-connection.ts";
import { enqueueRevoke } from "./enqueue-revoke.ts";
import { laneFlags } from "./enqueue-sync.ts";
import { releaseFlow } from "./hosted-flow.ts";
import { moveStatus } from "./move-status.ts";
import { syncOnTime } from "./schedule-sync.ts";

/** Of one round; the next is a minute away. */
const connectionsMax = 500;
/** An abandoned sign-in is asked about for two hours: this many tries of the job's own back-off take longer. */
const askTriesMax = 12;

/**
 * Looks over all organisations for connections that need something nobody asked for: a sync whose job was lost, a
 * sign-in that nobody finished, a consent that ended, something to announce. Asks no provider itself: what needs one
 * becomes a job for each connection, so that a sick one holds up no other.
 */
export async function careForConnections(app: App): Promise<void> {
  const sql = sqlOver(app.database.pool);
  for (const due of await findDue(app, sql)) {
    await careFor(app, due.organisation_id, due.connection_id).catch((error: unknown) => {
      app.log.error(
        { err: error, connectionId: due.connection_id },
        "A connection was not cared for",
      );
    });
  }
  const overdue = await sql.query<Due>("SELECT * FROM revocations_overdue($1, $2)", [
    app.now(),
    connectionsMax,
  ]);
  for (const { organisation_id, connection_id } of overdue) {
    await asOrganisation(app.database, organisation_id, (tx) =>
      reviveRevocation(app, tx, connection_id),
    );
  }
}

interface Due {
  readonly organisation_id: string;
  readonly connection_id: string;
}

function findDue(app: App, sql: Sql): Promise<Due[]> {
  const rhythms = app.providers
    .all()
    .map(({ description: { name } }) => [name, rhythmOf(app, { provider: name })]);
  return sql.query<Due>("SELECT * FROM connections_due($1, $2::jsonb, $3)", [
    app.now(),
    JSON.stringify(Object.fromEntries(rhythms)),
    connectionsMax,
  ]);
}

async function careFor(app: App, organisationId: string, id: string): Promise<void> {
  const givenUp = await asOrganisation(app.database, organisationId, async (tx) => {
    const connection = await lockConnection(tx, id);
    if (connection === null) return null;
    const now = app.now();
    const care = careOf(caredOf(connection), rhythmOf(app, connection), now);
    if (care.tidy) {
      await tidy(tx, connection, now);
      return null;
    }
    if (care.sync) {
      await syncOnTime(app, tx, connection);
      app.log.warn({ connectionId: id }, "a scheduled sync was lost and has been queued again");
    }
    if (care.flow === "ask" || care.consentEnded) await enqueueCare(tx, connection);
    await tell(tx, connection, care.announcements, now);
    return care.flow === "end" ? connection : null;
  });
  if (givenUp !== null) await releaseFlow(app, givenUp, true);
}

/** What core decides on. */
export function caredOf(connection: ConnectionRow) {
  const { linkToken, linkExpiresAt } = connection;
  return { ...connection, flow: linkToken === null ? null : { expiresAt: linkExpiresAt } };
}

async function enqueueCare(tx: TenantTransaction, { id }: ConnectionRow): Promise<void> {
  await enqueue(
    tx,
    "careForConnection",
    { organisationId: tx.organisationId, connectionId: id },
    {
      key: `care:${id}`,
      flags: await laneFlags(tx, id),
      attemptsMax: askTriesMax,
      // Its own back-off decides when it is tried again.
      unlessQueued: true,
    },
  );
}

async function tell(
  tx: TenantTransaction,
  { id: connectionId }: ConnectionRow,
  wanted: ReturnType<typeof careOf>["announcements"],
  at: Date,
): Promise<void> {
  for (const kind of ["consent_ending", "connection_stale"] as const) {
    const exceptOccasions = wanted
      .filter((each) => each.kind === kind)
      .map((each) => each.occasion);
    await settle(tx, { connectionId, kinds: [kind], exceptOccasions, at });
  }
  for (const announcement of wanted) await announce(tx, { ...announcement, connectionId, at });
}

async function tidy(tx: TenantTransaction, connection: ConnectionRow, now: Date): Promise<void> {
  const { refused } = await moveStatus(tx, connection, { type: "never_completed" });
  if (refused !== null) return;
  await wipeConnection(tx, connection, now);
  await recordAudit(tx, jobViewer(tx.organisationId, "Tieout"), {
    action: "bank_connection.tidied",
    subjectKind: "bank_connection",
    subjectId: connection.id,
    detail: { institution: connection.institutionName },
  });
}

async function reviveRevocation(app: App, tx: TenantTransaction, connectionId: string) {
  await tx.prisma.consentRevocation.updateMany({
    where: { organisationId: tx.organisationId, connectionId },
    data: { nextAttemptAt: app.now() },
  });
  await enqueueRevoke(tx, connectionId);
}
