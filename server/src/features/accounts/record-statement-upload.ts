import type { App } from "../../app.ts";
import { type LocalDate, startOfMonth } from "../../core/dates.ts";
import { isMonthOver } from "../../core/statement-months.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { fromDateColumn } from "../../db/dates.ts";
import { newId } from "../../db/ids.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { readCalendar } from "../calendar/read-calendar.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockAccount } from "./lock-account.ts";
import { noteAccountChange } from "./note-account-change.ts";
import { reviewStatementsIn } from "./review-statements.ts";

const noteCharactersMax = 500;

/**
 * Notes that a month's statement was brought in. Again, it changes nothing.
 * @param request.month any day of the month
 * @throws Forbidden, NotFound, InvalidInput for a month that is not over or before the first expected one, Conflict when
 *   the account is not fed by hand
 */
export async function recordStatementUpload(
  app: App,
  viewer: Viewer,
  request: { accountId: string; month: LocalDate; note?: string | null },
): Promise<FinancialAccount> {
  authorise(viewer, "bank_connections:manage");
  const month = startOfMonth(request.month);
  const note = request.note?.trim() || null;
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const account = await lockAccount(tx, request.accountId);
    if (account.path !== "manual_upload" || account.uploadsFrom === null) {
      throw new Conflict("Statements of this account are not brought in by hand.");
    }
    if (note !== null && (note.length > noteCharactersMax || note.includes("\0"))) {
      throw new InvalidInput(`A note has at most ${noteCharactersMax} characters.`, "note");
    }
    const now = app.now();
    const { today } = await readCalendar(tx, tx.organisationId, now);
    if (!isMonthOver(month, today)) {
      throw new InvalidInput("This month is not over yet: nor is its statement.", "month");
    }
    if (month < fromDateColumn(account.uploadsFrom)) {
      throw new InvalidInput("No statement is expected for a month so early.", "month");
    }
    const made = await tx.query(
      `INSERT INTO statement_upload (organisation_id, id, account_id, month, note, uploaded_by, uploaded_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (organisation_id, account_id, month) WHERE withdrawn_at IS NULL DO NOTHING RETURNING id`,
      [tx.organisationId, newId(), account.id, month, note, viewer.actor.name, now],
    );
    if (made.length > 0) {
      await noteAccountChange(tx, viewer, account, "statement_upload.recorded", {
        month: month.slice(0, 7),
      });
      await reviewStatementsIn(tx, now, account.id);
    }
    return account;
  });
}

/**
 * Takes back that a month's statement was brought in; who said so stays on record. Again, it changes nothing.
 * @throws Forbidden, NotFound
 */
export async function withdrawStatementUpload(
  app: App,
  viewer: Viewer,
  request: { accountId: string; month: LocalDate },
): Promise<FinancialAccount> {
  authorise(viewer, "bank_connections:manage");
  const month = startOfMonth(request.month);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const account = await lockAccount(tx, request.accountId);
    const withdrawn = await withdraw(tx, account.id, month, app.now());
    if (withdrawn) {
      await noteAccountChange(tx, viewer, account, "statement_upload.withdrawn", {
        month: month.slice(0, 7),
      });
      await reviewStatementsIn(tx, app.now(), account.id);
    }
    return account;
  });
}

async function withdraw(
  tx: TenantTransaction,
  accountId: string,
  month: LocalDate,
  now: Date,
): Promise<boolean> {
  const changed = await tx.query(
    `UPDATE statement_upload SET withdrawn_at = $4
     WHERE organisation_id = $1 AND account_id = $2 AND month = $3 AND withdrawn_at IS NULL RETURNING id`,
    [tx.organisationId, accountId, month, now],
  );
  return changed.length > 0;
}
