import type { App } from "../../app.ts";
import { utcDay } from "../../core/dates.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { recordAudit } from "../audit/record.ts";
import { InvalidInput, NotFound, RateLimited } from "../errors.ts";
import { knownIds } from "../ids.ts";
import type { Position } from "../paging.ts";
import { readMatchesOfTransactions } from "../reconciliation/read-matches.sql.ts";
import { countTransactions } from "../transactions/count-transactions.sql.ts";
import { pageOfTransactions } from "../transactions/page-of-transactions.sql.ts";
import type { TransactionFilter } from "../transactions/transaction-filter.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { Block } from "./block.ts";
import { type LedgerLine, ledgerRow } from "./ledger/ledger-line.ts";
import { workbooksWait, writeWorkbook } from "./ledger/write-workbook.ts";
import { readBlocks } from "./list-blocks.ts";

/** The most lines of one workbook: a spreadsheet of more is no longer read by people. */
export const ledgerLinesMax = 50_000;
const pageSize = 1_000;
const waitMsUsual = 10_000;

export interface LedgerRequest {
  /** Null for all blocks. */
  readonly blockId: string | null;
  readonly filter: Pick<TransactionFilter, "from" | "to" | "search" | "statuses">;
}

/**
 * The lines of a block's accounts as an Excel workbook, the oldest first: real days and numbers, and every text as text,
 * whatever a spreadsheet would take it for. Lines that the bank has removed are left out.
 * @throws Forbidden, NotFound, InvalidInput for a filter that cannot be read or more lines than a workbook holds,
 *   RateLimited while too many are being written
 */
export async function exportLedger(
  app: App,
  viewer: Viewer,
  request: LedgerRequest,
): Promise<{ readonly fileName: string; readonly bytes: Uint8Array }> {
  authorise(viewer, "transactions:read");
  const [blockId = null] = request.blockId === null ? [] : knownIds([request.blockId], "block");
  const { organisationId } = viewer;
  const ofBlock = blockId === null ? { inBlocks: true } : { blockId };
  const filter: TransactionFilter = { ...request.filter, ...ofBlock };
  const { block, count, accounts } = await readAsOrganisation(
    app.database,
    organisationId,
    async (sql) => ({
      block: blockId === null ? null : ((await readBlocks(sql, [blockId])).get(blockId) ?? null),
      count: await countTransactions(sql, filter),
      accounts: await readAccountNames(sql, blockId),
    }),
  );
  if (blockId !== null && block === null) throw new NotFound("block");
  if (count > ledgerLinesMax) {
    const message = `The ledger has ${count} lines, and a workbook holds ${ledgerLinesMax}: choose a shorter period.`;
    throw new InvalidInput(message, "from");
  }
  if (workbooksWait()) {
    const message = "Several ledgers are being exported: try again in a moment.";
    throw new RateLimited(message, new Date(app.now().getTime() + waitMsUsual));
  }
  await noteExport(app, viewer, block, request.filter);
  const lines = await readLines(app, organisationId, filter, accounts);
  const inSeveral = new Set(lines.map(({ line }) => line.currency)).size > 1;
  const bytes = await writeWorkbook({
    sheet: "Ledger",
    rows: lines.map((line) => ledgerRow(line, inSeveral)),
  });
  return { fileName: `${slugOf(block)}-ledger-${utcDay(app.now())}.xlsx`, bytes };
}

async function readLines(
  app: App,
  organisationId: string,
  filter: TransactionFilter,
  accounts: ReadonlyMap<string, string>,
): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = [];
  let before: Position | null = null;
  while (lines.length < ledgerLinesMax) {
    const page = { count: pageSize, direction: "backward", after: null, before } as const;
    const found: LedgerLine[] = await readAsOrganisation(app.database, organisationId, (sql) =>
      readPage(sql, page, filter, accounts),
    );
    for (const line of found.slice(0, pageSize)) lines.push(line);
    const last: LedgerLine | undefined = lines.at(-1);
    if (last === undefined || found.length <= pageSize) break;
    before = { day: last.line.bookedOn, id: last.line.id };
  }
  return lines;
}

async function readPage(
  sql: Sql,
  page: Parameters<typeof pageOfTransactions>[1],
  filter: TransactionFilter,
  accounts: ReadonlyMap<string, string>,
): Promise<LedgerLine[]> {
  const rows = await pageOfTransactions(sql, page, filter);
  const settled = rows.filter(({ allocatedMinor }) => allocatedMinor > 0n).map(({ id }) => id);
  const excluded = rows.filter(({ status }) => status === "excluded").map(({ id }) => id);
  const matches = settled.length > 0 ? await readMatchesOfTransactions(sql, settled) : new Map();
  const exclusions = excluded.length > 0 ? await readExclusions(sql, excluded) : new Map();
  return rows.map((line) => ({
    line,
    matches: matches.get(line.id) ?? [],
    excluded: exclusions.get(line.id) ?? null,
    account: accounts.size > 1 ? (accounts.get(line.accountId) ?? null) : null,
  }));
}

async function readExclusions(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, { by: string; at: Date }>> {
  const rows = await sql.query<{ id: string; by: string; at: Date }>(
    `SELECT id, excluded_by AS by, excluded_at AS at FROM bank_transaction WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, by, at }) => [id, { by, at }]));
}

/** The accounts in blocks as a note names them: "Elm Court, Service charge account". */
async function readAccountNames(sql: Sql, blockId: string | null): Promise<Map<string, string>> {
  const rows = await sql.query<{ id: string; name: string }>(
    `SELECT a.id, b.name || ', ' || a.name AS name FROM financial_account a JOIN block b ON b.id = a.block_id
     WHERE $1::uuid IS NULL OR b.id = $1`,
    [blockId],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Said when the figures are about to be given out. */
function noteExport(
  app: App,
  viewer: Viewer,
  block: Block | null,
  { from, to }: LedgerRequest["filter"],
): Promise<void> {
  return asOrganisation(app.database, viewer.organisationId, (tx) =>
    recordAudit(tx, viewer, {
      action: "ledger.exported",
      subjectKind: block === null ? "organisation" : "block",
      subjectId: block?.id ?? viewer.organisationId,
      detail: { block: block?.name ?? null, from: from ?? null, to: to ?? null },
    }),
  );
}

const slugCharactersMax = 60;

/** The block's name as a part of a file's name on any system. */
function slugOf(block: Block | null): string {
  if (block === null) return "all-blocks";
  const slug = block.name
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, slugCharactersMax)
    .replace(/^-+|-+$/g, "");
  return slug || "block";
}
