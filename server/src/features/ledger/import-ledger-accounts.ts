import type { App } from "../../app.ts";
import {
  type ChartAccount,
  type LedgerImportPlan,
  type LedgerImportProblem,
  planLedgerImport,
  readLedgerRows,
} from "../../core/ledger-import.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudits } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfLedgerAccount } from "./audit-of-ledger-account.ts";
import { type LedgerAccount, ledgerAccountColumns } from "./ledger-account.ts";
import { ledgerAccountsMax } from "./list-ledger-accounts.ts";
import { mappedProblem, mappedTo } from "./mapped-accounts.ts";
import { readCsvRows } from "./read-csv-rows.ts";

/** What an import did, or would do. With problems nothing is written, and the counts are 0. */
export interface LedgerAccountImport {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly problems: readonly LedgerImportProblem[];
}

/**
 * Brings the chart of accounts up to date with a CSV file (see readLedgerRows for its columns): an account is known by
 * its number, and one that the file does not have stays as it is. All or nothing, and the same file again changes nothing.
 * @param request.dryRun says what it would do, and does nothing
 * @throws Forbidden, Conflict when somebody else changes the chart at the same time
 */
export async function importLedgerAccounts(
  app: App,
  viewer: Viewer,
  request: { csv: string; dryRun: boolean },
): Promise<LedgerAccountImport> {
  authorise(viewer, "ledger_accounts:manage");
  const read = readCsvRows(request.csv);
  const { entries, problems } = readLedgerRows(read.rows);
  // A file that cannot be read at all has no rows to complain about.
  const found = read.rows.length === 0 && read.problems.length > 0 ? [] : problems;
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const chart = await lockChart(tx);
    const plan = planLedgerImport(entries, chart.byNumber);
    const all = [...read.problems, ...found, ...plan.problems];
    if (chart.byNumber.size + plan.created.length > ledgerAccountsMax) {
      all.push({ line: 1, message: `A chart holds at most ${ledgerAccountsMax} accounts.` });
    }
    if (all.length > 0) {
      const sorted = all.sort((a, b) => a.line - b.line).slice(0, problemsMax);
      return { created: 0, updated: 0, unchanged: 0, problems: sorted };
    }
    if (!request.dryRun) await writePlan(tx, viewer, plan, chart.byId, app.now());
    return {
      created: plan.created.length,
      updated: plan.updated.length,
      unchanged: plan.unchanged,
      problems: [],
    };
  });
}

/** A person corrects a file in rounds anyway. */
const problemsMax = 500;

async function lockChart(tx: TenantTransaction): Promise<{
  byNumber: Map<string, ChartAccount>;
  byId: Map<string, LedgerAccount>;
}> {
  // In one order for everybody, so that two imports wait for each other and never in a circle.
  const accounts = await tx.query<LedgerAccount>(
    `SELECT ${ledgerAccountColumns} FROM ledger_account ORDER BY id FOR UPDATE`,
  );
  const mapped = await mappedTo(tx, ids(accounts));
  return {
    byId: new Map(accounts.map((account) => [account.id, account])),
    byNumber: new Map(
      accounts.map((account) => [
        account.number,
        {
          ...account,
          archived: account.archivedAt !== null,
          refuses: (values) => {
            const own = mapped.filter(({ ledgerAccountId }) => ledgerAccountId === account.id);
            return mappedProblem(own, account, values);
          },
        },
      ]),
    ),
  };
}

async function writePlan(
  tx: TenantTransaction,
  viewer: Viewer,
  plan: LedgerImportPlan,
  before: ReadonlyMap<string, LedgerAccount>,
  now: Date,
): Promise<void> {
  const created = plan.created.map((values) => ({ ...values, id: newId() }));
  const made = await tx.query(
    `INSERT INTO ledger_account (organisation_id, id, number, name, kind, currency, created_at)
     SELECT $1, v.*, $2 FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) AS v
     ON CONFLICT (organisation_id, number) DO NOTHING RETURNING id`,
    [tx.organisationId, now, ...columnsOf(created)],
  );
  if (made.length !== created.length) {
    throw new Conflict("Somebody else is changing the chart: import the file again.");
  }
  await tx.query(
    `UPDATE ledger_account SET name = v.name, kind = v.kind, currency = v.currency
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) AS v (id, number, name, kind, currency)
     WHERE ledger_account.id = v.id`,
    columnsOf(plan.updated),
  );
  await recordAudits(tx, viewer, [
    ...created.map((account) => auditOfLedgerAccount("ledger_account.created", account)),
    ...plan.updated.map((account) =>
      auditOfLedgerAccount("ledger_account.updated", account, before.get(account.id)),
    ),
  ]);
}

function columnsOf(accounts: readonly Omit<LedgerAccount, "archivedAt">[]): unknown[] {
  return [
    ids(accounts),
    accounts.map(({ number }) => number),
    accounts.map(({ name }) => name),
    accounts.map(({ kind }) => kind),
    accounts.map(({ currency }) => currency),
  ];
}

function ids(accounts: readonly { readonly id: string }[]): string[] {
  return accounts.map(({ id }) => id);
}
