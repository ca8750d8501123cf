import { z } from "zod";
import { parseLocalDate } from "../../core/dates.ts";
import { writeCursor } from "../../features/paging.ts";
import { confirmImport } from "../../features/statements/confirm-import.ts";
import { decideImport } from "../../features/statements/decide-import.ts";
import { discardImport } from "../../features/statements/discard-import.ts";
import { exportProblems } from "../../features/statements/export-problems.ts";
import { listImports } from "../../features/statements/list-imports.ts";
import { readStatementFile } from "../../features/statements/read-file.ts";
import { readImportsWhole, readImportWhole } from "../../features/statements/read-import-whole.ts";
import { receiveStatementFile } from "../../features/statements/receive-file.ts";
import { undoImport } from "../../features/statements/undo-import.ts";
import { waitForImport } from "../../features/statements/wait-for-import.ts";
import { FileAnswer, type RestApi, type Route, route } from "../route.ts";
import { exportRoutes } from "./export-routes.ts";
import { fromWireLayout } from "./layout.ts";
import { presentImport, presentWhole } from "./present.ts";
import {
  confirmBody,
  decideBody,
  importListSchema,
  importSchema,
  listQuery,
  readQuery,
  uploadQuery,
} from "./schemas.ts";

const read = "the permission transactions:read";
const bringIn = "the permissions statements:import and transactions:read";
const none = { query: null, body: null, bodyOptional: true } as const;
const ofOne = ["NOT_FOUND"] as const;
const decided = ["NOT_FOUND", "CONFLICT"] as const;

/** Whatever a bank or a browser calls its files. */
const statementTypes = [
  "text/csv",
  "text/plain",
  "application/octet-stream",
  "application/xml",
  "application/x-ofx",
] as const;

const imports: readonly Route[] = [
  route({
    ...{ ...none, method: "post", path: "/imports/", permission: bringIn },
    operationId: "uploadStatementFile",
    summary: "Bring in a statement file",
    description:
      "The file is the body, or a form's first file (curl -F file=@statement.csv). CSV, BAI2, OFX, QFX, CAMT.053 and " +
      "MT940 are recognised by their content. Answers as soon as the file is in; it is then read and, unless something " +
      "is to be decided and import_when_read says so, written. A browser sends the header x-tieout-upload.",
    query: uploadQuery,
    takesFile: statementTypes,
    problems: [
      ...["NOT_FOUND", "CONFLICT", "FILE_REFUSED", "BODY_TOO_LARGE", "CROSS_SITE"],
    ] as Route["problems"],
    answers: { status: 201, schema: importSchema },
    answer: async ({ app, viewer, query, file }) => {
      if (file === null) throw new TypeError("The route takes a file.");
      const dryRun = query.dry_run === "true";
      const given = {
        fileName: query.file_name ?? file.fileName,
        accountId: query.account_id ?? null,
        layout: null,
        importWhenRead: query.import_when_read === "true",
        dryRun,
      };
      const batch = await receiveStatementFile(app, viewer, given, file.bytes);
      // What it would have come to, though it is let go by now.
      const { status, questions } = batch;
      return presentImport(app, viewer, batch.id, dryRun ? { status, questions } : {});
    },
  }),
  route({
    ...{ ...none, method: "get", path: "/imports/", permission: read, problems: [] },
    operationId: "listImports",
    summary: "The imports, newest first",
    description: "Page by page: give `next` as `after`.",
    query: listQuery,
    answers: { status: 200, schema: importListSchema },
    answer: async ({ app, viewer, query }) => {
      const page = await listImports(app, viewer, {
        page: { first: query.first ?? 25, after: query.after ?? null },
        filter: {
          accountId: query.account_id ?? null,
          blockId: query.block_id ?? null,
          statuses: query.status === undefined ? null : [query.status],
          search: query.search ?? null,
        },
      });
      const whole = await readImportsWhole(app, viewer, page.rows);
      const last = page.rows.at(-1);
      const day = parseLocalDate(last?.createdAt.toISOString().slice(0, 10) ?? "");
      const next = page.hasNextPage && last && day ? writeCursor({ day, id: last.id }) : null;
      return { imports: whole.map(presentWhole), next };
    },
  }),
  route({
    ...{ ...none, method: "get", path: "/imports/{id}/", permission: read, problems: ofOne },
    operationId: "getImport",
    summary: "One import",
    description: "With what it asks, what it recognised and what it added.",
    query: readQuery,
    answers: { status: 200, schema: importSchema },
    answer: async ({ app, viewer, id, query }) => {
      const before = await presentImport(app, viewer, id);
      if (query.wait !== "true" || before.status !== "processing") return before;
      await waitForImport(app, viewer.organisationId, id);
      return presentImport(app, viewer, id);
    },
  }),
  route({
    ...{ ...none, method: "post", path: "/imports/{id}/decide/", permission: bringIn },
    operationId: "decideImport",
    summary: "Answer what an import asks",
    description: "Its account, how its columns are read, the accounts of its statements.",
    body: decideBody,
    problems: decided,
    answers: { status: 200, schema: importSchema },
    answer: async ({ app, viewer, id, body }) => {
      const layout = body.layout == null ? null : fromWireLayout(body.layout);
      const accounts = body.statement_accounts?.map((each) => ({
        position: each.position,
        accountId: each.account_id,
      }));
      await decideImport(app, viewer, {
        ...{ id, accountId: body.account_id ?? null, layout },
        statementAccounts: accounts ?? null,
      });
      return presentImport(app, viewer, id);
    },
  }),
  route({
    ...{ ...none, method: "post", path: "/imports/{id}/confirm/", permission: bringIn },
    operationId: "confirmImport",
    summary: "Write an import into the books",
    description:
      "Where the file's figures do not agree it takes a reason, and the permission statements:accept_unbalanced.",
    body: confirmBody,
    problems: decided,
    answers: { status: 202, schema: importSchema },
    answer: async ({ app, viewer, id, body }) => {
      await confirmImport(app, viewer, { id, unbalancedReason: body.unbalanced_reason ?? null });
      return presentImport(app, viewer, id);
    },
  }),
  route({
    ...{ ...none, method: "post", path: "/imports/{id}/discard/", permission: bringIn },
    operationId: "discardImport",
    summary: "Let a file go that was not written",
    description:
      "Its bytes go too. One that is being worked on is stopped. Again, it changes nothing.",
    problems: decided,
    answers: { status: 200, schema: importSchema },
    answer: async ({ app, viewer, id }) => {
      await discardImport(app, viewer, { id });
      return presentImport(app, viewer, id);
    },
  }),
  route({
    ...{ ...none, method: "post", path: "/imports/{id}/undo/", permission: bringIn },
    operationId: "undoImport",
    summary: "Take a whole import out of the books again",
    description:
      "Its lines are marked removed and what was matched with them is voided; lines that another source has too stay.",
    problems: decided,
    answers: { status: 200, schema: importSchema },
    answer: async ({ app, viewer, id }) => {
      await undoImport(app, viewer, { id });
      return presentImport(app, viewer, id);
    },
  }),
  route({
    ...{ ...none, method: "get", path: "/imports/{id}/file", permission: read },
    operationId: "getImportFile",
    summary: "The original file",
    description: "Byte by byte as it came.",
    problems: decided,
    sendsFile: ["application/octet-stream"],
    answers: { status: 200, schema: z.string() },
    answer: async ({ app, viewer, id }) => {
      const { batch } = await readImportWhole(app, viewer, id);
      const content = readStatementFile(app, viewer.organisationId, id);
      return new FileAnswer({
        fileName: batch.fileName,
        mediaType: "application/octet-stream",
        content,
      });
    },
  }),
  route({
    ...{ ...none, method: "get", path: "/imports/{id}/problems.csv", permission: read },
    operationId: "getImportProblems",
    summary: "All problems of an import's file",
    description: "With their row numbers.",
    problems: ofOne,
    sendsFile: ["text/csv"],
    answers: { status: 200, schema: z.string() },
    answer: async ({ app, viewer, id }) =>
      new FileAnswer({
        ...(await exportProblems(app, viewer, id)),
        mediaType: "text/csv; charset=utf-8",
      }),
  }),
];

/** Statement files in, bank transactions out. */
export const statementsApi: RestApi = {
  base: "/api/statements/v1",
  title: "Tieout: statement files",
  version: "1",
  description:
    "Statement files brought in by programs, what became of them, and bank transactions as files. Errors are problem " +
    "documents (RFC 9457): look at `code`, not at the text.",
  routes: [...imports, ...exportRoutes],
};
