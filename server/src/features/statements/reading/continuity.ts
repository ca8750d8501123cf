import { isCurrencyCode } from "../../../core/currencies.ts";
import type { LocalDate } from "../../../core/dates.ts";
import { checkPasses, proveAgainst, statementPlace } from "../../../core/statements/proof.ts";
import type { BalanceCheck } from "../../../core/statements/statement.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { ImportBatch, Prisma } from "../../../generated/prisma/client.ts";
import { checkAsJson } from "./keep-reading.ts";

/** A stored check that compares with an earlier import, and is made anew each time. */
type StoredCheck = Prisma.InputJsonObject & { readonly withEarlierImport?: boolean };

/**
 * Checks that the first statement of each account goes on where the last one that was imported ended: its opening = that
 * closing + what the books have booked on the days between, from a feed or a file without balances.
 * @returns the import's checks with these among them
 */
export async function addContinuity(tx: TenantTransaction, batch: ImportBatch) {
  const stored = batch.checks as StoredCheck[];
  const ownFailed = stored.filter(({ withEarlierImport }) => !withEarlierImport);
  const earlierFailed = stored.length - ownFailed.length;
  const compared = await compareWithEarlier(tx, batch.id);
  const failed = compared
    .filter((check) => !checkPasses(check))
    .map((check): StoredCheck => ({ ...checkAsJson(check), withEarlierImport: true }));
  return {
    checks: [...failed, ...ownFailed] as Prisma.InputJsonValue,
    checksFailed: batch.checksFailed - earlierFailed + failed.length,
  };
}

interface Pair {
  row: number;
  mask: string | null;
  number: string | null;
  currency: string;
  openingMinor: bigint;
  firstOn: LocalDate;
  closingMinor: bigint;
  closingOn: LocalDate;
  betweenMinor: bigint;
}

/** The most accounts of one file that are compared; a file of more is proved within itself. */
const comparedMax = 90;

async function compareWithEarlier(tx: TenantTransaction, batchId: string): Promise<BalanceCheck[]> {
  const pairs = await tx.query<Pair>(
    `SELECT f."row", f.account_mask AS mask, f.number, trim(a.currency) AS currency,
       f.opening_minor AS "openingMinor", f.first_on AS "firstOn",
       p.closing_minor AS "closingMinor", p.closing_on AS "closingOn",
       (SELECT coalesce(sum(t.amount_minor), 0)::bigint FROM bank_transaction t
        WHERE t.organisation_id = $1 AND t.account_id = f.account_id AND t.booked_on > p.closing_on
          AND t.booked_on < f.first_on AND t.removed_at IS NULL AND NOT t.pending) AS "betweenMinor"
     FROM (
       SELECT DISTINCT ON (account_id) * FROM import_statement
       WHERE organisation_id = $1 AND batch_id = $2 AND account_id IS NOT NULL
         AND opening_minor IS NOT NULL AND first_on IS NOT NULL
       ORDER BY account_id, first_on, "position"
     ) f
     JOIN financial_account a ON a.organisation_id = $1 AND a.id = f.account_id
     CROSS JOIN LATERAL (
       SELECT s.closing_minor, s.closing_on FROM import_statement s
       JOIN import_batch b ON b.organisation_id = $1 AND b.id = s.batch_id AND b.status = 'complete'
       WHERE s.organisation_id = $1 AND s.account_id = f.account_id AND s.closing_minor IS NOT NULL
         AND s.closing_on < f.first_on
       ORDER BY s.closing_on DESC, b.created_at DESC, s."position" DESC LIMIT 1
     ) p
     LIMIT ${comparedMax}`,
    [tx.organisationId, batchId],
  );
  return pairs.flatMap((pair) => {
    const { row, mask, number, openingMinor, firstOn } = pair;
    const currency = isCurrencyCode(pair.currency) ? pair.currency : null;
    const closingMinor = pair.closingMinor + pair.betweenMinor;
    const place = statementPlace({ account: mask, number });
    const check = proveAgainst(
      { closingMinor, closingOn: pair.closingOn, currency },
      { row, place, currency, openingMinor, firstOn, closingOn: null },
    );
    return check === null ? [] : [check];
  });
}
