import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type AccountingConnection, lockAccountingConnection } from "./accounting-connection.ts";
import { enqueuePull } from "./documents/enqueue-pull.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";
import { packageOf } from "./platform-link.ts";

/**
 * Says whether invoices and expenses are pulled as open items, and whether their matches are sent back as payments
 * without another word. Left out stays as it is.
 * @throws Forbidden, NotFound, InvalidInput where the package has none of it, Conflict when it is disconnected
 */
export async function setAccountingOptions(
  app: App,
  viewer: Viewer,
  id: string,
  options: { pullsDocuments?: boolean | null; sendsPayments?: boolean | null },
): Promise<AccountingConnection> {
  authorise(viewer, "accounting:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const before = await lockAccountingConnection(tx, id);
    if (before.status === "disconnected") throw new Conflict("It is disconnected.");
    const pullsDocuments = options.pullsDocuments ?? before.pullsDocuments;
    const sendsPayments = options.sendsPayments ?? before.sendsPayments;
    const platform = app.platforms.find(before.platform);
    const found = platform && packageOf(platform, before.package);
    if (pullsDocuments && !found?.hasDocuments) {
      const message = "No invoices and expenses can be pulled from this package.";
      throw new InvalidInput(message, "pullsDocuments");
    }
    if (sendsPayments && !found?.takesPayments) {
      throw new InvalidInput("This package takes no payments.", "sendsPayments");
    }
    if (pullsDocuments === before.pullsDocuments && sendsPayments === before.sendsPayments) {
      return before;
    }
    await tx.query(
      "UPDATE accounting_connection SET pulls_documents = $2, sends_payments = $3 WHERE id = $1",
      [before.id, pullsDocuments, sendsPayments],
    );
    if (pullsDocuments && !before.pullsDocuments) await enqueuePull(tx, before.id);
    await recordAudit(tx, viewer, {
      action: "accounting_connection.options_set",
      subjectKind: "accounting_connection",
      subjectId: before.id,
      detail: { company: before.companyName, pullsDocuments, sendsPayments },
    });
    emitAccountingChanged(tx, { connectionId: before.id });
    return lockAccountingConnection(tx, before.id);
  });
}
