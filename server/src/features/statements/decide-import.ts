import type { App } from "../../app.ts";
import { type CsvLayout, parseLayout } from "../../core/statements/csv/layout.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { type FinancialAccount, type ImportBatch, Prisma } from "../../generated/prisma/client.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { notWaiting } from "./confirm-import.ts";
import { enqueueImport } from "./enqueue-import.ts";
import { batchNow, currencyOfUnnamed, emitImportsChanged, lockBatch } from "./import-batch.ts";
import { dropStagedLines } from "./settle-import.ts";

export interface ImportDecision {
  readonly id: string;
  /** The account of the file's lines; for a file of several accounts say each statement's. */
  readonly accountId?: string | null;
  /** A CsvLayout: how the columns are read. */
  readonly layout?: unknown;
  /** Accounts of statements, each by its position in the file. */
  readonly statementAccounts?: readonly { position: number; accountId: string }[] | null;
}

const statementAccountsMax = 1_000;

/**
 * Says what a file leaves open: whose lines they are, how its columns are read. A CSV file is then read again, and so is
 * one that names no currency when the account is in another than it was read in; of the others only the questions are
 * asked anew. Answers at once; the reading is a job.
 * @throws Forbidden, NotFound, InvalidInput for a layout that cannot be, an account in another currency, two of the file's
 *   accounts in one; Conflict when it is not waiting
 */
export async function decideImport(
  app: App,
  viewer: Viewer,
  decision: ImportDecision,
): Promise<ImportBatch> {
  authorise(viewer, "statements:import");
  const layout = readLayout(decision.layout);
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const batch = await lockBatch(tx, decision.id);
    if (batch.status !== "pending") throw new Conflict(notWaiting(batch));
    if (layout !== null && batch.format !== "csv") {
      throw new InvalidInput("Only a CSV file has columns to be read so or so.", "layout");
    }
    const account = decision.accountId ? await openAccount(tx, decision.accountId) : null;
    const anew = batch.format === "csv" || (await isReadInOther(tx, batch, account));
    if (!anew) await nameAccounts(tx, batch, account, decision);
    await readAgain(tx, batch, { account, layout, anew });
    await recordAudit(tx, viewer, {
      action: "import.decided",
      subjectKind: "import_batch",
      subjectId: batch.id,
      detail: {
        fileName: batch.fileName,
        account: account?.name ?? null,
        columns: layout !== null,
      },
    });
    emitImportsChanged(tx, [batch.id]);
    return batchNow(tx, batch.id);
  });
}

function readLayout(given: unknown): CsvLayout | null {
  if (given === undefined || given === null) return null;
  const layout = parseLayout(given);
  if (layout === null) throw new InvalidInput("The columns cannot be read so.", "layout");
  return layout;
}

async function openAccount(tx: TenantTransaction, id: string): Promise<FinancialAccount> {
  const [known = ""] = knownIds([id], "account");
  const account = await tx.prisma.financialAccount.findUnique({
    where: { organisationId_id: { organisationId: tx.organisationId, id: known } },
  });
  if (account === null) throw new NotFound("account");
  if (account.closedAt !== null) throw new Conflict("This account is closed.");
  return account;
}

/** Whether it names no currency, and its amounts were read in another than the account's: with other decimals. */
async function isReadInOther(
  tx: TenantTransaction,
  batch: ImportBatch,
  account: FinancialAccount | null,
): Promise<boolean> {
  if (account === null) return false;
  const unnamed = await tx.query(
    `SELECT FROM import_statement WHERE organisation_id = $1 AND batch_id = $2 AND currency IS NULL LIMIT 1`,
    [tx.organisationId, batch.id],
  );
  return unnamed.length > 0 && account.currency !== (await currencyOfUnnamed(tx, batch.accountId));
}

async function nameAccounts(
  tx: TenantTransaction,
  batch: ImportBatch,
  account: FinancialAccount | null,
  { statementAccounts }: ImportDecision,
): Promise<void> {
  const named = statementAccounts ?? [];
  if (named.length > statementAccountsMax) {
    throw new InvalidInput(`At most ${statementAccountsMax} at a time.`, "statementAccounts");
  }
  const unnamed = await currencyOfUnnamed(tx, batch.accountId);
  if (account && (await accountsInFile(tx, batch.id)) === 1) {
    await name(tx, batch, null, { account, unnamed });
  }
  for (const { position, accountId } of named) {
    await name(tx, batch, position, { account: await openAccount(tx, accountId), unnamed });
  }
  const [mixed] = await tx.query(
    `SELECT FROM import_statement WHERE organisation_id = $1 AND batch_id = $2 AND account_id IS NOT NULL
     GROUP BY account_id HAVING count(DISTINCT (account_digest, account_mask, currency)) > 1 LIMIT 1`,
    [tx.organisationId, batch.id],
  );
  if (mixed) {
    const message = "Two of the file's accounts cannot be brought into one.";
    throw new InvalidInput(message, "statementAccounts");
  }
}

async function accountsInFile(tx: TenantTransaction, batchId: string): Promise<number> {
  const [found] = await tx.query<{ count: number }>(
    `SELECT count(DISTINCT (account_digest, account_mask, currency))::int AS count FROM import_statement
     WHERE organisation_id = $1 AND batch_id = $2`,
    [tx.organisationId, batchId],
  );
  return found?.count ?? 0;
}

/** A statement's account, and that of the file's other statements of the same number; of all where no position is said. */
async function name(
  tx: TenantTransaction,
  { id }: ImportBatch,
  position: number | null,
  { account, unnamed }: { account: FinancialAccount; unnamed: string },
): Promise<void> {
  const named = await tx.query<{ fits: boolean }>(
    `UPDATE import_statement s SET account_id = $4
     FROM import_statement said
     WHERE s.organisation_id = $1 AND s.batch_id = $2 AND said.organisation_id = $1 AND said.batch_id = $2
       AND said."position" = coalesce($3::int, s."position")
       AND (s."position" = said."position" OR (s.account_digest, s.currency) = (said.account_digest, said.currency))
     RETURNING coalesce(s.currency, $6::bpchar) = $5::bpchar AS fits`,
    [tx.organisationId, id, position, account.id, account.currency, unnamed],
  );
  if (named.length === 0) throw new InvalidInput("The file has no such statement.", "position");
  if (named.some(({ fits }) => !fits)) {
    throw new InvalidInput(`The account ${account.name} is in another currency.`, "accountId");
  }
}

async function readAgain(
  tx: TenantTransaction,
  batch: ImportBatch,
  decided: { account: FinancialAccount | null; layout: CsvLayout | null; anew: boolean },
): Promise<void> {
  const { organisationId } = tx;
  const { account, layout, anew } = decided;
  if (anew) {
    await dropStagedLines(tx, batch.id);
    await tx.query("DELETE FROM import_statement WHERE organisation_id = $1 AND batch_id = $2", [
      ...[organisationId, batch.id],
    ]);
  }
  const { from } = (batch.survey ?? {}) as { from?: string };
  // What was only found in the file may be read otherwise for an account with remembered columns.
  const found = batch.format === "csv" && layout === null && from !== "person";
  const layoutColumn =
    layout !== null
      ? { layout: layout as unknown as Prisma.InputJsonValue }
      : found
        ? { layout: Prisma.DbNull }
        : {};
  await tx.prisma.importBatch.update({
    where: { organisationId_id: { organisationId, id: batch.id } },
    data: {
      status: "processing",
      step: "reading",
      questions: [],
      ...(anew ? { bytesRead: 0n, rowsRead: 0, lines: 0 } : {}),
      ...(account ? { accountId: account.id } : {}),
      ...layoutColumn,
    },
  });
  await enqueueImport(tx, "readImport", batch.id);
}
