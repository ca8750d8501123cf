import type { App } from "../../app.ts";
import { type CurrencyCode, isCurrencyCode } from "../../core/currencies.ts";
import { formatDecimal } from "../../core/money.ts";
import { describeCheck } from "../../core/statements/describe-check.ts";
import type { BalanceCheck } from "../../core/statements/statement.ts";
import { importProgress, linesToAdd } from "../../features/statements/import-progress.ts";
import type { ShownStatement } from "../../features/statements/read-import-parts.ts";
import { readImportWhole, type WholeImport } from "../../features/statements/read-import-whole.ts";
import {
  readChecks,
  readLayout,
  readPreviewRows,
  readSources,
  readSurvey,
  type StoredPreviewRow,
} from "../../features/statements/stored-shapes.ts";
import type { Viewer } from "../../features/viewer.ts";
import { toWireLayout } from "./layout.ts";
import { importSchema, type WireImport } from "./schemas.ts";

/** One import as the API answers it. @throws Forbidden, NotFound */
export async function presentImport(
  app: App,
  viewer: Viewer,
  id: string,
  /** Where the answer is about a moment that is over: a dry run. */
  instead: Partial<WholeImport["batch"]> = {},
): Promise<WireImport> {
  const whole = await readImportWhole(app, viewer, id);
  return presentWhole({ ...whole, batch: { ...whole.batch, ...instead } });
}

export function presentWhole(whole: WholeImport): WireImport {
  const { batch, accountCurrency } = whole;
  const at = `/api/statements/v1/imports/${batch.id}`;
  return {
    id: batch.id,
    file_name: batch.fileName,
    file_bytes: Number(batch.fileBytes),
    format: oneOf(importSchema.shape.format.unwrap(), batch.format),
    encoding: batch.encoding,
    status: batch.status,
    step:
      batch.status === "processing" ? oneOf(importSchema.shape.step.unwrap(), batch.step) : null,
    progress: importProgress(batch),
    bytes_read: Number(batch.bytesRead),
    lines_read: batch.rowsRead,
    lines_written: batch.rowsWritten,
    account_id: batch.accountId,
    account_ids: [...whole.accountIds],
    statements: whole.statements.map(toStatement),
    statement_count: whole.statementCount,
    questions: batch.questions.flatMap(
      (word) => oneOf(importSchema.shape.questions.element, word) ?? [],
    ),
    csv: toCsv(batch),
    total_rows: batch.totalRows,
    lines: batch.lines,
    skipped: batch.skipped,
    problem_count: batch.problems,
    problems: whole.problems.map(({ row, code, message, text, loss }) => ({
      ...{ row, code, message, text, loss },
    })),
    recognised: batch.recognised,
    recognised_from: readSources(batch.sources).map(({ how, count, batchId, connectionId }) => ({
      ...{ how, count, import_id: batchId, connection_id: connectionId },
    })),
    to_add: linesToAdd(batch),
    added: batch.added,
    matched: whole.standing.matched,
    unmatched: whole.standing.unmatched,
    checks_passed: batch.checksPassed,
    checks_failed: batch.checksFailed,
    failed_checks: readChecks(batch.checks).map((check) =>
      toCheck({ ...check, currency: check.currency ?? accountCurrency }),
    ),
    unbalanced_reason: batch.unbalancedReason,
    unbalanced_accepted_by: batch.unbalancedAcceptedBy,
    same_file_as: whole.sameFileAs,
    failure:
      batch.failureCode === null
        ? null
        : {
            code: batch.failureCode,
            message: batch.failureMessage ?? "It could not be imported.",
          },
    created_by: batch.createdBy,
    created_at: batch.createdAt.toISOString(),
    finished_at: batch.finishedAt?.toISOString() ?? null,
    undone_at: batch.undoneAt?.toISOString() ?? null,
    undone_by: batch.undoneBy,
    file_url: whole.fileKept ? `${at}/file` : null,
    problems_url: batch.problems > 0 ? `${at}/problems.csv` : null,
  };
}

function toCsv({ layout, survey, preview }: WholeImport["batch"]): WireImport["csv"] {
  const read = readLayout(layout);
  if (read === null) return null;
  const { headers, remembered } = readSurvey(survey);
  const rows = readPreviewRows(preview).map(toPreviewRow);
  return { layout: toWireLayout(read), headers: [...headers], rows, remembered };
}

function toPreviewRow(row: StoredPreviewRow) {
  return {
    row: row.row,
    cells: row.cells,
    booked_on: row.bookedOn,
    amount: toMoney(row.amountMinor, row.currency),
    description: row.description,
    reference: row.reference,
    counterparty_name: row.counterpartyName,
    balance: toMoney(row.balanceMinor, row.currency),
    problem: row.problem,
  };
}

function toStatement(statement: ShownStatement): WireImport["statements"][number] {
  const { currency } = statement;
  return {
    position: statement.position,
    account_id: statement.accountId,
    account_name: statement.accountName,
    account_mask: statement.accountMask,
    currency,
    number: statement.number,
    first_on: statement.firstOn,
    last_on: statement.lastOn,
    opening_balance: toMoney(statement.openingMinor, currency),
    closing_balance: toMoney(statement.closingMinor, currency),
    closing_on: statement.closingOn,
    lines: statement.lines,
    credits: toMoney(statement.creditsMinor, currency),
    debits: toMoney(statement.debitsMinor, currency),
  };
}

function toCheck(check: BalanceCheck): WireImport["failed_checks"][number] {
  const { currency, unit } = check;
  const figure = (value: bigint) =>
    unit === "money" && currency !== null
      ? formatDecimal({ amountMinor: value, currency })
      : String(value);
  return {
    what: check.what,
    row: check.row,
    place: check.place,
    message: describeCheck(check),
    currency,
    stated: figure(check.stated),
    computed: figure(check.computed),
    difference: figure(check.stated - check.computed),
  };
}

function toMoney(amountMinor: bigint | null, currency: string | null) {
  if (amountMinor === null || currency === null || !isCurrencyCode(currency)) return null;
  const code: CurrencyCode = currency;
  return { amount: formatDecimal({ amountMinor, currency: code }), currency: code };
}

function oneOf<Word extends string>(
  words: { readonly options: readonly Word[] },
  word: string | null,
): Word | null {
  return words.options.find((known) => known === word) ?? null;
}
