import { createHash } from "node:crypto";
import { setImmediate as breath } from "node:timers/promises";
import type { App } from "../../../app.ts";
import type { CurrencyCode } from "../../../core/currencies.ts";
import { interpretRow } from "../../../core/statements/csv/interpret-row.ts";
import { type CsvLayout, checkLayout, parseLayout } from "../../../core/statements/csv/layout.ts";
import { type CsvSurvey, createCsvSurvey } from "../../../core/statements/csv/survey.ts";
import { createDecoder, type FileEncoding } from "../../../core/statements/decode.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import type { ImportBatch } from "../../../generated/prisma/client.ts";
import { readStatementFile } from "../read-file.ts";

const sliceBytes = 64 * 1024;

/** How the columns of a CSV file are read, and why so. */
export interface CsvPlan {
  readonly layout: CsvLayout;
  readonly survey: CsvSurvey;
  /** Said by a person, remembered from the account's last file with these headers, or found in the file. */
  readonly from: "person" | "remembered" | "file";
  readonly questions: readonly ("columns" | "date_order" | "decimal_sign")[];
}

/** Reads as much of the file as its layout takes to be told: mostly a few rows, all of it where every date is ambiguous. */
export async function surveyCsv(app: App, batch: ImportBatch): Promise<CsvPlan> {
  const survey = await surveyFile(app, batch);
  const given = batch.layout === null ? null : parseLayout(batch.layout);
  if (given) return planned(given, "person", survey);
  const remembered = await rememberedLayout(app, batch, survey.headerKey);
  if (remembered === null) return planned(survey.layout, "file", survey);
  // What this file shows beyond doubt counts more than what the last one was.
  const dateOrder = survey.layout.dateOrder ?? remembered.dateOrder;
  const decimalSign = survey.layout.decimalSign ?? remembered.decimalSign;
  // Rows before the header come and go with the period, and the delimiter with the program that saved the file.
  const { delimiter, headerRow } = survey.layout;
  const layout = { ...remembered, delimiter, headerRow, dateOrder, decimalSign };
  return planned(layout, "remembered", survey);
}

function planned(layout: CsvLayout, from: CsvPlan["from"], survey: CsvSurvey): CsvPlan {
  const open = {
    columns:
      from === "file"
        ? survey.questions.includes("columns")
        : checkLayout(layout, survey.headers.length).length > 0,
    date_order: survey.questions.includes("date_order") && layout.dateOrder === null,
    decimal_sign: survey.questions.includes("decimal_sign") && layout.decimalSign === null,
  };
  const questions = (["columns", "date_order", "decimal_sign"] as const).filter(
    (each) => open[each],
  );
  return { layout, survey, from, questions };
}

async function surveyFile(app: App, batch: ImportBatch): Promise<CsvSurvey> {
  const decoder = createDecoder((batch.encoding ?? "utf-8") as FileEncoding);
  const survey = createCsvSurvey();
  for await (const part of readStatementFile(app, batch.organisationId, batch.id)) {
    for (let at = 0; at < part.length && !survey.settled; at += sliceBytes) {
      survey.write(decoder.write(part.subarray(at, at + sliceBytes)));
      await breath();
    }
    if (survey.settled) break;
  }
  return survey.end();
}

async function rememberedLayout(
  app: App,
  { organisationId, accountId }: ImportBatch,
  headerKey: string,
): Promise<CsvLayout | null> {
  if (accountId === null) return null;
  return asOrganisation(app.database, organisationId, async (tx) => {
    const known = await tx.prisma.rememberedLayout.findUnique({
      where: {
        organisationId_accountId_headerDigest: {
          ...{ organisationId, accountId, headerDigest: headerDigest(headerKey) },
        },
      },
    });
    return known && parseLayout(known.layout);
  });
}

/** What an account's files are known again by. */
export function headerDigest(headerKey: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(headerKey, "utf8").digest());
}

/** The words of a line come from these columns: files read alike word the same line alike. */
export function csvVocabulary(layout: CsvLayout, headers: readonly string[]): string {
  const named = (column: number | null) => (column === null ? "" : (headers[column] ?? ""));
  const columns = [layout.descriptionColumns.map(named), named(layout.referenceColumn)];
  const digest = createHash("sha256").update(JSON.stringify(columns), "utf8").digest("base64url");
  return `csv:${digest.slice(0, 22)}`;
}

/** The first rows as the file has them and as they are read; what is not decided is not read. */
export function csvPreview({ layout, survey }: CsvPlan, currency: CurrencyCode) {
  const rows = survey.rows.map((row) => {
    const read = interpretRow(layout, currency, row);
    const problem = "problem" in read ? read.problem.message : null;
    const line = "problem" in read ? null : read;
    return {
      row: row.row,
      cells: row.cells,
      bookedOn: line?.bookedOn ?? null,
      amountMinor: line?.amountMinor.toString() ?? null,
      currency,
      description: line?.description ?? null,
      reference: line?.reference ?? null,
      counterpartyName: line?.counterpartyName ?? null,
      balanceMinor: line?.balanceMinor?.toString() ?? null,
      problem,
    };
  });
  return { rows };
}
