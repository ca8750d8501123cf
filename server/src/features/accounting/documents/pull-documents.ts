import type { App } from "../../../app.ts";
import {
  asOrganisation,
  readAsOrganisation,
  type TenantTransaction,
} from "../../../db/as-organisation.ts";
import type { Jobs } from "../../../jobs/queue.ts";
import { type DocumentsPage, PlatformFailure } from "../../../platforms/platform.ts";
import { recordAudit } from "../../audit/record.ts";
import { Conflict } from "../../errors.ts";
import { enqueueMatching } from "../../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import {
  type AccountingConnection,
  type AccountingConnectionRow,
  findAccountingConnection,
  lockAccountingConnection,
} from "../accounting-connection.ts";
import { requireReconnect } from "../apply-link-state.ts";
import { emitAccountingChanged } from "../emit-accounting-changed.ts";
import { type OpenedLink, openLink } from "../platform-link.ts";
import { readSince } from "./document-rows.sql.ts";
import { enqueuePull } from "./enqueue-pull.ts";
import { takeDocuments } from "./take-documents.ts";

const kinds = ["invoice", "expense"] as const;
/** More pages than any company's documents fill. */
const pagesMax = 10_000;
const pageMsMax = 60_000;
/** Clocks differ, and a payment is booked there before it is known here. */
const skewMs = 2 * 60_000;

/**
 * Asks for invoices and expenses to be pulled now.
 * @throws Forbidden, NotFound, Conflict where they are not pulled, or without access
 */
export async function pullAccountingDocuments(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<AccountingConnection> {
  authorise(viewer, "accounting:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const connection = await lockAccountingConnection(tx, id);
    if (connection.status !== "linked") throw new Conflict("Grant access to the books first.");
    if (!connection.pullsDocuments) throw new Conflict("Invoices and expenses are not pulled.");
    await enqueuePull(tx, connection.id);
    await recordAudit(tx, viewer, {
      action: "accounting_connection.pull_requested",
      subjectKind: "accounting_connection",
      subjectId: connection.id,
      detail: { company: connection.companyName },
    });
    return connection;
  });
}

/**
 * The job: takes over what is open, or has changed since the last pull, page by page, each page a whole; then queues
 * matching. Again, it changes nothing.
 * @throws PlatformFailure for a while, upon which the job is tried again
 */
export async function pullDocuments(app: App, job: Jobs["pullDocuments"]): Promise<void> {
  const { organisationId, connectionId } = job;
  const connection = await readAsOrganisation(app.database, organisationId, (sql) =>
    findAccountingConnection(sql, connectionId),
  );
  if (connection?.status !== "linked" || !connection.pullsDocuments) return;
  const opened = openLink(app, organisationId, connection);
  if (!opened.package.hasDocuments) return;
  const startedAt = app.now();
  try {
    let changed = 0;
    for (const kind of kinds)
      changed += await pullKind(app, organisationId, connection, opened, kind);
    await asOrganisation(app.database, organisationId, (tx) =>
      complete(tx, job, startedAt, changed),
    );
  } catch (error) {
    if (!(error instanceof PlatformFailure)) throw error;
    const { kind, detail } = error;
    app.log.warn({ connectionId, kind, detail }, "documents could not be pulled");
    if (kind === "temporary") throw error;
    if (kind !== "user_action_needed") return;
    await asOrganisation(app.database, organisationId, (tx) =>
      requireReconnect(tx, connection, error.message),
    );
  }
}

/** @returns how many open items were made or changed */
async function pullKind(
  app: App,
  organisationId: string,
  connection: AccountingConnectionRow,
  { platform, link }: OpenedLink,
  kind: (typeof kinds)[number],
): Promise<number> {
  const before = await readAsOrganisation(app.database, organisationId, (sql) =>
    readSince(sql, connection.id, kind, connection.documentsPulledAt),
  );
  const modifiedSince = before && new Date(before.getTime() - skewMs);
  const countedUntil = new Date(app.now().getTime() - skewMs);
  let changed = 0;
  let cursor: string | null = null;
  for (let count = 0; count < pagesMax; count++) {
    const page: DocumentsPage = await platform.readDocuments(link, { kind, modifiedSince, cursor });
    changed += await asOrganisation(
      app.database,
      organisationId,
      (tx) => takeDocuments(tx, connection.id, { kind, page, countedUntil, now: app.now() }),
      { timeoutMs: pageMsMax },
    );
    if (page.next === null) return changed;
    cursor = page.next;
  }
  app.log.error({ connectionId: connection.id, kind }, "there are more documents than are pulled");
  return changed;
}

async function complete(
  tx: TenantTransaction,
  { connectionId, told = false }: Jobs["pullDocuments"],
  startedAt: Date,
  changed: number,
): Promise<void> {
  await tx.query(
    `UPDATE accounting_connection SET documents_pulled_at = $2,
       pulls_for_nothing = CASE WHEN $3 THEN 0 WHEN $4 THEN pulls_for_nothing + 1 ELSE pulls_for_nothing END
     WHERE id = $1`,
    [connectionId, startedAt, changed > 0, told],
  );
  if (changed > 0) await enqueueMatching(tx);
  emitAccountingChanged(tx, { connectionId });
}
