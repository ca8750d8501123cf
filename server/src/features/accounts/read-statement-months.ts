import type { App } from "../../app.ts";
import type { LocalDate } from "../../core/dates.ts";
import { type StatementMonth, statementMonths } from "../../core/statement-months.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { readCalendar } from "../calendar/read-calendar.ts";
import { authorise, type Viewer } from "../viewer.ts";

/** A month of an account that is fed by hand, with who brought its statement in. */
export interface AccountStatementMonth extends StatementMonth {
  readonly uploadedAt: Date | null;
  readonly uploadedBy: string | null;
  readonly note: string | null;
}

/**
 * The months whose statements are expected of each account, the newest first. Accounts that are not fed by hand, or out
 * of scope, have none.
 * @param count of months for each account
 * @throws Forbidden
 */
export async function readStatementMonths(
  app: App,
  viewer: Viewer,
  accountIds: readonly string[],
  count: number,
): Promise<Map<string, AccountStatementMonth[]>> {
  authorise(viewer, "bank_connections:read");
  return readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    statementMonthsOf(sql, viewer.organisationId, { now: app.now(), accountIds, count }),
  );
}

/** @param options.accountIds absent: of every account that is fed by hand */
export async function statementMonthsOf(
  sql: Sql,
  organisationId: string,
  options: { now: Date; accountIds?: readonly string[]; count: number },
): Promise<Map<string, AccountStatementMonth[]>> {
  const accounts = await sql.query<ManualAccount>(manualAccounts, [
    organisationId,
    options.accountIds ?? null,
  ]);
  if (accounts.length === 0) return new Map();
  const { calendar, today } = await readCalendar(sql, organisationId, options.now);
  const uploads = await sql.query<Upload>(liveUploads, [
    organisationId,
    accounts.map(({ id }) => id),
  ]);
  return new Map(
    accounts.map((account) => {
      const own = new Map(
        uploads
          .filter(({ accountId }) => accountId === account.id)
          .map((each) => [each.month, each]),
      );
      const months = statementMonths(
        account,
        new Set(own.keys()),
        calendar,
        today,
        options.count,
      ).map((month) => {
        const { uploadedAt = null, uploadedBy = null, note = null } = own.get(month.month) ?? {};
        return { ...month, uploadedAt, uploadedBy, note };
      });
      return [account.id, months];
    }),
  );
}

interface ManualAccount {
  readonly id: string;
  readonly uploadsFrom: LocalDate;
  readonly uploadBusinessDay: number;
}

const manualAccounts = `
  SELECT id, uploads_from AS "uploadsFrom", upload_business_day AS "uploadBusinessDay" FROM financial_account
  WHERE organisation_id = $1 AND path = 'manual_upload' AND in_scope
    AND ($2::uuid[] IS NULL OR id = ANY ($2)) ORDER BY id`;

interface Upload {
  readonly accountId: string;
  readonly month: LocalDate;
  readonly uploadedAt: Date;
  readonly uploadedBy: string;
  readonly note: string | null;
}

const liveUploads = `
  SELECT account_id AS "accountId", month, uploaded_at AS "uploadedAt", uploaded_by AS "uploadedBy", note
  FROM statement_upload
  WHERE organisation_id = $1 AND account_id = ANY ($2::uuid[]) AND withdrawn_at IS NULL`;
