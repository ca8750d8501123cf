import type { App } from "../../app.ts";
import { balanceHistory, type DayBalance } from "../../core/balance-history.ts";
import { addDays, compareDates, type LocalDate, utcDay } from "../../core/dates.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { authorise, type Viewer } from "../viewer.ts";

export const historyDaysMax = 730;

/**
 * The balance at the end of each of the last days, today included, oldest first; of an account that is closed up to when
 * it was. Amounts in minor units of the account's currency.
 * @param days how many, 1 to 730; what is beyond is brought into that
 * @throws Forbidden
 */
export async function readBalanceHistory(
  app: App,
  viewer: Viewer,
  accountIds: readonly string[],
  days: number,
): Promise<Map<string, DayBalance[]>> {
  authorise(viewer, "bank_connections:read");
  const today = utcDay(app.now());
  const from = addDays(today, 1 - boundedDays(days));
  const rows = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<Row>(balances, [viewer.organisationId, accountIds, from, today]),
  );
  const byAccount = new Map<string, Row[]>(accountIds.map((id) => [id, []]));
  for (const row of rows) byAccount.get(row.accountId)?.push(row);
  return new Map(
    [...byAccount].map(([id, known]) => {
      const closedAt = known[0]?.closedAt ?? null;
      const closed = closedAt === null ? today : utcDay(closedAt);
      return [id, balanceHistory(known, from, compareDates(closed, today) < 0 ? closed : today)];
    }),
  );
}

export function boundedDays(days: number): number {
  return Math.min(Math.max(days, 1), historyDaysMax);
}

interface Row extends DayBalance {
  readonly accountId: string;
  readonly day: LocalDate;
  readonly closedAt: Date | null;
}

/** The days asked for, and for each account the last day before them. */
const balances = `
  SELECT a.id AS "accountId", a.closed_at AS "closedAt", b.day, b.current_minor AS "balanceMinor"
  FROM financial_account a CROSS JOIN LATERAL (
    (SELECT day, current_minor FROM account_balance
     WHERE organisation_id = a.organisation_id AND account_id = a.id AND day < $3
     ORDER BY day DESC LIMIT 1)
    UNION ALL
    SELECT day, current_minor FROM account_balance
    WHERE organisation_id = a.organisation_id AND account_id = a.id AND day BETWEEN $3 AND $4
  ) AS b
  WHERE a.organisation_id = $1 AND a.id = ANY ($2::uuid[])`;
