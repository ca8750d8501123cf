import { isCurrencyCode } from "../../../core/currencies.ts";
import type { BalanceCheck } from "../../../core/statements/statement.ts";
import type { FinancialAccount } from "../../../generated/prisma/client.ts";
import { builder } from "../../../graphql/builder.ts";
import type { Context } from "../../../graphql/context.ts";
import { loadBlock } from "../../blocks/schema/loaders.ts";
import { BlockRef } from "../../blocks/schema/refs.ts";
import { loadConnection } from "../../connections/schema/loaders.ts";
import { BankConnectionRef, FinancialAccountRef } from "../../connections/schema/refs.ts";
import { loadAccountOfTransaction } from "../../transactions/schema/loaders.ts";
import { importProgress, linesToAdd } from "../import-progress.ts";
import type { ShownImport } from "../read-imports.ts";
import {
  readChecks,
  readLayout,
  readPreviewRows,
  readSources,
  readSurvey,
  type StoredSource,
} from "../stored-shapes.ts";
import { CsvReadingRef } from "./csv-reading.ts";
import {
  ImportQuestionType,
  ImportStatusType,
  ImportStepType,
  importQuestions,
  importSteps,
  known,
  RecognitionType,
  StatementFormatType,
  statementFormats,
} from "./enums.ts";
import {
  loadAccountIds,
  loadFileKept,
  loadImport,
  loadProblems,
  loadSameFile,
  loadStanding,
  loadStatementCount,
  loadStatements,
  partsMax,
} from "./loaders.ts";
import { ImportBatchRef } from "./refs.ts";
import { BalanceCheckRef, ImportProblemRef, ImportStatementRef } from "./statement-parts.ts";

const RecognisedSourceRef = builder.objectRef<StoredSource>("RecognisedSource").implement({
  description: "From where so many of an import's lines were known.",
  fields: (t) => ({
    how: t.expose("how", { type: RecognitionType, description: "By what they were recognised." }),
    count: t.exposeInt("count", { description: "How many lines." }),
    importBatch: t.field({
      type: ImportBatchRef,
      nullable: true,
      description: "The earlier import that brought them; null where a feed did.",
      resolve: async ({ batchId }, _args, context) =>
        batchId === null ? null : ((await loadImport(context, batchId)) ?? null),
    }),
    connection: t.field({
      type: BankConnectionRef,
      nullable: true,
      description: "The bank connection whose feed brought them. Needs bank_connections:read.",
      resolve: async ({ connectionId }, _args, context) =>
        connectionId === null ? null : ((await loadConnection(context, connectionId)) ?? null),
    }),
  }),
});

const ImportFailureRef = builder
  .objectRef<{ code: string; message: string }>("ImportFailure")
  .implement({
    description: "Why an import failed.",
    fields: (t) => ({
      code: t.exposeString("code", { description: "Stable, for programs." }),
      message: t.exposeString("message", { description: "A sentence, for people." }),
    }),
  });

ImportBatchRef.implement({
  description: "A statement file that was brought in, and what became of it.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    fileName: t.exposeString("fileName", { description: "The file's name." }),
    fileBytes: t.int({
      description: "The file's size.",
      resolve: ({ fileBytes }) => Number(fileBytes),
    }),
    format: t.field({
      type: StatementFormatType,
      nullable: true,
      description: "How it is written; null until that is known.",
      resolve: ({ format }) => known(statementFormats, format),
    }),
    encoding: t.exposeString("encoding", {
      nullable: true,
      description: "The file's encoding, such as “utf-8” or “windows-1252”.",
    }),
    status: t.expose("status", { type: ImportStatusType, description: "Where it stands." }),
    step: t.field({
      type: ImportStepType,
      nullable: true,
      description: "What is being done with it, while it is processed.",
      resolve: ({ step, status }) => (status === "processing" ? known(importSteps, step) : null),
    }),
    progress: t.float({
      nullable: true,
      description: "How much of the step is done, 0 to 1, while it is processed.",
      resolve: importProgress,
    }),
    bytesRead: t.int({
      description: "How much of the file was read.",
      resolve: ({ bytesRead }) => Number(bytesRead),
    }),
    linesRead: t.exposeInt("rowsRead", { description: "How many lines were read so far." }),
    linesWritten: t.exposeInt("rowsWritten", {
      description: "How many lines were written so far.",
    }),
    account: t.field({
      type: FinancialAccountRef,
      nullable: true,
      description: "The account chosen for lines whose file does not name one that is known.",
      resolve: async ({ accountId }, _args, context) =>
        accountId === null ? null : ((await loadAccountOfTransaction(context, accountId)) ?? null),
    }),
    accounts: t.field({
      type: [FinancialAccountRef],
      description: "Every account that it has lines of, as far as they are known.",
      resolve: ({ id }, _args, context) => accountsOf(context, id),
    }),
    blocks: t.field({
      type: [BlockRef],
      description: "The blocks of its accounts.",
      resolve: async ({ id }, _args, context) => {
        const accounts = await accountsOf(context, id);
        const ids = new Set(accounts.flatMap(({ blockId }) => blockId ?? []));
        return present([...ids].map((blockId) => loadBlock(context, blockId)));
      },
    }),
    statements: t.field({
      type: [ImportStatementRef],
      description: "The file's statements, in its order.",
      args: { first: t.arg.int(partsArg("statements", 50)) },
      resolve: async ({ id }, { first }, context) =>
        (await loadStatements(partsAsked(first))(context, id)) ?? [],
    }),
    statementCount: t.int({
      description: "How many statements the file has.",
      resolve: async ({ id }, _args, context) => (await loadStatementCount(context, id)) ?? 0,
    }),
    questions: t.field({
      type: [ImportQuestionType],
      description: "What a person has to decide before it is written; empty when nothing.",
      resolve: ({ questions }) => questions.flatMap((word) => known(importQuestions, word) ?? []),
    }),
    csv: t.field({
      type: CsvReadingRef,
      nullable: true,
      description: "How its columns are read; null for other formats than CSV.",
      resolve: ({ layout, survey, preview }) => {
        const read = readLayout(layout);
        return read && { layout: read, rows: readPreviewRows(preview), ...readSurvey(survey) };
      },
    }),
    totalRows: t.exposeInt("totalRows", {
      description: "How many rows of transactions the file has, readable or not.",
    }),
    lines: t.exposeInt("lines", { description: "How many of them could be read." }),
    skipped: t.exposeInt("skipped", { description: "How many of them could not be read." }),
    problemCount: t.exposeInt("problems", { description: "How many problems it has." }),
    recognised: t.exposeInt("recognised", {
      description: "How many lines the books had already.",
    }),
    added: t.exposeInt("added", { description: "How many lines it added to the books." }),
    toAdd: t.int({
      description: "How many lines it would add, until it is written; 0 from then on.",
      resolve: linesToAdd,
    }),
    matched: t.int({
      description: "How many of the lines that it added are wholly matched now.",
      resolve: async ({ id }, _args, context) => (await loadStanding(context, id))?.matched ?? 0,
    }),
    unmatched: t.int({
      description:
        "How many of the lines that it added are not, or not wholly, matched now. What was excluded or taken out " +
        "counts as neither.",
      resolve: async ({ id }, _args, context) => (await loadStanding(context, id))?.unmatched ?? 0,
    }),
    recognisedFrom: t.field({
      type: [RecognisedSourceRef],
      description: "From where the lines that it did not add were known.",
      resolve: ({ sources }) => readSources(sources),
    }),
    checksPassed: t.exposeInt("checksPassed", {
      description: "How many of the file's figures agree with its lines.",
    }),
    checksFailed: t.exposeInt("checksFailed", { description: "How many do not." }),
    failedChecks: t.field({
      type: [BalanceCheckRef],
      description: "The first of those that do not.",
      resolve: failedChecksOf,
    }),
    unbalancedReason: t.exposeString("unbalancedReason", {
      nullable: true,
      description: "Why it was taken although figures do not agree.",
    }),
    unbalancedAcceptedBy: t.exposeString("unbalancedAcceptedBy", {
      nullable: true,
      description: "Who took it so, as called at the time.",
    }),
    problems: t.field({
      type: [ImportProblemRef],
      description: "The first problems, in the file's order. `problemsUrl` has them all.",
      args: { first: t.arg.int(partsArg("problems", 20)) },
      resolve: async ({ id }, { first }, context) =>
        (await loadProblems(partsAsked(first))(context, id)) ?? [],
    }),
    sameFileAs: t.field({
      type: ImportBatchRef,
      nullable: true,
      description: "The last earlier import of the very same file that is still in the books.",
      resolve: async ({ id }, _args, context) => (await loadSameFile(context, id)) ?? null,
    }),
    failure: t.field({
      type: ImportFailureRef,
      nullable: true,
      description: "Why it failed.",
      resolve: ({ failureCode, failureMessage }) =>
        failureCode === null
          ? null
          : { code: failureCode, message: failureMessage ?? "It could not be imported." },
    }),
    createdBy: t.exposeString("createdBy", {
      description: "Who brought it in, as called at the time.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was brought in." }),
    finishedAt: t.expose("finishedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was complete, failed or discarded.",
    }),
    undoneAt: t.expose("undoneAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was undone.",
    }),
    undoneBy: t.exposeString("undoneBy", {
      nullable: true,
      description: "Who undid it, as called at the time.",
    }),
    fileUrl: t.string({
      nullable: true,
      description: "Where the original file can be fetched; null once it is gone.",
      resolve: async ({ id }, _args, context) =>
        (await loadFileKept(context, id)) ? `${addressOf(id)}/file` : null,
    }),
    problemsUrl: t.string({
      nullable: true,
      description: "Where its problems can be fetched as CSV; null when it has none.",
      resolve: ({ id, problems }) => (problems > 0 ? `${addressOf(id)}/problems.csv` : null),
    }),
  }),
});

function addressOf(id: string): string {
  return `/api/statements/v1/imports/${id}`;
}

function partsArg(what: string, defaultValue: number) {
  const description = `So many ${what}, up to ${partsMax}.`;
  return { required: true, defaultValue, description } as const;
}

function partsAsked(first: number): number {
  return Math.min(Math.max(first, 0), partsMax);
}

async function accountsOf(context: Context, id: string): Promise<FinancialAccount[]> {
  const ids = (await loadAccountIds(context, id)) ?? [];
  return present(ids.map((accountId) => loadAccountOfTransaction(context, accountId)));
}

/** A file without currencies means its account's. */
async function failedChecksOf(
  { accountId, checks }: ShownImport,
  _args: object,
  context: Context,
): Promise<BalanceCheck[]> {
  const read = readChecks(checks);
  if (accountId === null || read.every(({ currency }) => currency !== null)) return read;
  const currency = (await loadAccountOfTransaction(context, accountId))?.currency ?? "";
  return isCurrencyCode(currency)
    ? read.map((check) => ({ ...check, currency: check.currency ?? currency }))
    : read;
}

async function present<Value>(loading: readonly Promise<Value | undefined>[]): Promise<Value[]> {
  const found = await Promise.all(loading);
  return found.filter((value) => value !== undefined);
}
