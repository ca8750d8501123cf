import type { App } from "../../../app.ts";
import type { CurrencyCode } from "../../../core/currencies.ts";
import { lastFour } from "../../../core/mask.ts";
import type { BalanceCheck, StatementFormat } from "../../../core/statements/statement.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import type { Prisma } from "../../../generated/prisma/client.ts";
import type { ImportJob } from "../../../jobs/queue.ts";
import { digestIdentifier } from "../../connections/identifier-digest.ts";
import type { Collected, ReadStatement } from "./collected.ts";
import { ImportOvertaken } from "./stage-lines.ts";
import { type CsvPlan, csvPreview, csvVocabulary } from "./survey-csv.ts";

/** Keeps what a CSV file looks like, while a person has yet to say how it is read. */
export async function keepQuestions(
  app: App,
  job: ImportJob,
  found: { attempt: string; csv: CsvPlan; currency: CurrencyCode; accountMissing: boolean },
): Promise<void> {
  const { accountMissing } = found;
  await asOrganisation(app.database, job.organisationId, async (tx) => {
    await updateMine(tx, job, found.attempt, {
      ...csvColumns(found.csv, found.currency),
      questions: [...(accountMissing ? ["account"] : []), ...found.csv.questions],
    });
  });
}

export interface FoundInFile {
  readonly attempt: string;
  readonly collected: Collected;
  readonly csv: CsvPlan | null;
  readonly currency: CurrencyCode;
  readonly format: StatementFormat;
}

/**
 * Keeps what a file was found to have beside its lines: statements, problems, checks, counts.
 * @throws ImportOvertaken
 */
export async function keepReading(app: App, job: ImportJob, found: FoundInFile): Promise<void> {
  const { collected, csv, format } = found;
  const vocabulary = csv ? csvVocabulary(csv.layout, csv.survey.headers) : format;
  await asOrganisation(
    app.database,
    job.organisationId,
    async (tx) => {
      await updateMine(tx, job, found.attempt, {
        ...(csv ? csvColumns(csv, found.currency) : {}),
        vocabulary,
        questions: [],
        lines: collected.lines,
        skipped: collected.skipped,
        totalRows: collected.lines + collected.skipped,
        problems: collected.problemCount,
        checks: collected.failedChecks.map(checkAsJson),
        checksPassed: collected.checksPassed,
        checksFailed: collected.checksFailed,
        failureCode: collected.fatal?.code ?? null,
        failureMessage: collected.fatal?.message ?? null,
      });
      await replaceStatements(tx, job.batchId, collected.fatal ? [] : collected.statements);
      await replaceProblems(tx, job.batchId, collected);
    },
    { timeoutMs: 120_000 },
  );
}

function csvColumns(csv: CsvPlan, currency: CurrencyCode) {
  const { headers, headerKey, questions } = csv.survey;
  return {
    layout: csv.layout as unknown as Prisma.InputJsonValue,
    survey: {
      ...{ headers, headerKey, questions, from: csv.from, remembered: csv.from === "remembered" },
    } as unknown as Prisma.InputJsonValue,
    preview: csvPreview(csv, currency) as unknown as Prisma.InputJsonValue,
  };
}

/** JSON knows no bigint. */
export function checkAsJson(check: BalanceCheck): Prisma.InputJsonObject {
  return { ...check, stated: check.stated.toString(), computed: check.computed.toString() };
}

async function updateMine(
  tx: TenantTransaction,
  { organisationId, batchId }: ImportJob,
  attempt: string,
  data: Prisma.ImportBatchUpdateManyMutationInput,
): Promise<void> {
  const { count } = await tx.prisma.importBatch.updateMany({
    where: { organisationId, id: batchId, attempt, status: "processing" },
    data,
  });
  if (count === 0) throw new ImportOvertaken();
}

async function replaceStatements(
  tx: TenantTransaction,
  batchId: string,
  statements: readonly ReadStatement[],
): Promise<void> {
  const { organisationId } = tx;
  await tx.query("DELETE FROM import_statement WHERE organisation_id = $1 AND batch_id = $2", [
    ...[organisationId, batchId],
  ]);
  if (statements.length === 0) return;
  const rows = statements.map(({ head, foot, totals }, position) => {
    const digest = digestIdentifier(organisationId, head.account);
    return {
      position,
      row: head.row,
      account_digest: digest === null ? null : `\\x${Buffer.from(digest).toString("hex")}`,
      account_mask: lastFour(head.account),
      account_name: head.accountName,
      currency: head.currency,
      number: head.number,
      opening_minor: (foot?.openingMinor ?? head.openingMinor)?.toString() ?? null,
      closing_minor: foot?.closingMinor?.toString() ?? null,
      available_minor: foot?.availableMinor?.toString() ?? null,
      closing_on: foot?.closingOn ?? null,
      first_on: foot?.firstOn ?? totals?.firstOn ?? null,
      last_on: foot?.lastOn ?? totals?.lastOn ?? null,
      lines: totals?.lines ?? 0,
      credits_minor: totals?.creditsMinor.toString() ?? "0",
      debits_minor: totals?.debitsMinor.toString() ?? "0",
    };
  });
  await tx.query(
    `INSERT INTO import_statement (organisation_id, batch_id, "position", "row", account_digest, account_mask,
       account_name, currency, number, opening_minor, closing_minor, available_minor, closing_on, first_on, last_on,
       lines, credits_minor, debits_minor)
     SELECT $1, $2, r.* FROM jsonb_to_recordset($3::jsonb) AS r ("position" int, "row" int, account_digest bytea,
       account_mask text, account_name text, currency text, number text, opening_minor bigint, closing_minor bigint,
       available_minor bigint, closing_on date, first_on date, last_on date, lines int, credits_minor bigint,
       debits_minor bigint)`,
    [organisationId, batchId, JSON.stringify(rows)],
  );
}

async function replaceProblems(
  tx: TenantTransaction,
  batchId: string,
  { problems }: Collected,
): Promise<void> {
  const { organisationId } = tx;
  await tx.query("DELETE FROM import_problem WHERE organisation_id = $1 AND batch_id = $2", [
    ...[organisationId, batchId],
  ]);
  if (problems.length === 0) return;
  await tx.query(
    `INSERT INTO import_problem (organisation_id, batch_id, "position", "row", code, text, message, loss)
     SELECT $1, $2, p.place::int - 1, p.row, p.code, p.text, p.message, p.loss
     FROM unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[])
       WITH ORDINALITY AS p ("row", code, text, message, loss, place)`,
    [
      organisationId,
      batchId,
      problems.map(({ row }) => row),
      problems.map(({ code }) => code),
      problems.map(({ text }) => text.replaceAll("\0", "")),
      problems.map(({ message }) => message.replaceAll("\0", "")),
      problems.map(({ loss }) => loss),
    ],
  );
}
