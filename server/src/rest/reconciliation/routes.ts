import { z } from "zod";
import type { App } from "../../app.ts";
import { exportLedger, ledgerLinesMax } from "../../features/blocks/export-ledger.ts";
import type { Viewer } from "../../features/viewer.ts";
import { FileAnswer, type RestApi, type Route, route } from "../route.ts";
import { exportFields } from "../statements/schemas.ts";
import { filterOf, type GivenFilter } from "../transaction-filter.ts";

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const common = {
  method: "get",
  permission: "the permission transactions:read",
  query: z.strictObject(exportFields),
  body: null,
  bodyOptional: true,
  sendsFile: [xlsx],
  answers: { status: 200, schema: z.string().meta({ format: "binary" }) },
} as const;

const content =
  "The oldest line first: date, description, reference, credit, debit, status and notes. Days and amounts are real ones; " +
  "every text is text, and what a spreadsheet would run as a formula has an apostrophe before it. " +
  `At most ${ledgerLinesMax.toLocaleString("en")} lines: more is INVALID_INPUT.`;

const routes: readonly Route[] = [
  route({
    ...common,
    // Before the one with an id, which it would be taken for.
    path: "/blocks/all/ledger.xlsx",
    operationId: "exportLedgerOfAllBlocks",
    summary: "The ledger of all blocks as an Excel workbook",
    description: content,
    problems: [],
    answer: ({ app, viewer, query }) => ledger(app, viewer, null, query),
  }),
  route({
    ...common,
    path: "/blocks/{id}/ledger.xlsx",
    operationId: "exportLedger",
    summary: "A block's ledger as an Excel workbook",
    description: content,
    problems: ["NOT_FOUND"],
    answer: ({ app, viewer, id, query }) => ledger(app, viewer, id, query),
  }),
];

async function ledger(app: App, viewer: Viewer, blockId: string | null, query: GivenFilter) {
  const { fileName, bytes } = await exportLedger(app, viewer, { blockId, filter: filterOf(query) });
  return new FileAnswer({ fileName, mediaType: xlsx, content: only(bytes) });
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A block's reconciliation as files. */
export const reconciliationApi: RestApi = {
  base: "/api/reconciliation/v1",
  title: "Tieout: reconciliation",
  version: "1",
  description:
    "The ledgers of blocks as files. Errors are problem documents (RFC 9457): look at `code`, not at the text.",
  routes,
};
