import { assert } from "../../../core/assert.ts";
import type { CurrencyCode } from "../../../core/currencies.ts";
import type { LocalDate } from "../../../core/dates.ts";
import type {
  DeclinedPair,
  MatchableItem,
  MatchableTransaction,
} from "../../../core/matching/types.ts";
import type { Sql } from "../../../db/sql.ts";
import type { OpenItemKind } from "../../../generated/prisma/enums.ts";
import { readAccountBlocks } from "./account-blocks.sql.ts";

/** A row with the version that was read: PostgreSQL's number of the transaction that wrote it last. */
export type Versioned<Row> = Row & { readonly version: number };

export interface OpenBooks {
  readonly transactions: readonly Versioned<MatchableTransaction>[];
  readonly items: readonly Versioned<MatchableItem>[];
  /** The block of each account, as the transactions were given theirs. */
  readonly blocks: ReadonlyMap<string, string | null>;
}

/** The most rows of each side that one run looks at: the newest. */
export const rowsOfSideMax = 1_000_000;
const chunkRows = 20_000;
/** Pending lines are of the last days: more are a bank's mistake. */
const pendingMax = 50_000;

/** Between two fields, between two rows, and for null: no text holds them, what is read has them replaced. */
const [fieldEnd, rowEnd, absent] = ["\u001f", "\u001e", "\u001d"];

/** Reads as the run's organisation, each time over a connection of its own. */
export type Reading = <Result>(read: (sql: Sql) => Promise<Result>) => Promise<Result>;

/**
 * Everything that is still open on both sides, the two at once: the database packs one side's next chunk while this thread
 * takes the other's apart. A chunk comes as one text: as rows of columns, the driver took three times as long to take a
 * hundred thousand apart as the database to find them. What changes while it is read is found by its version when it is
 * written.
 * @param onShare is told 0 to 1 now and then
 */
export async function loadOpenBooks(
  reading: Reading,
  expected: { transactions: number; items: number },
  onShare: (share: number) => void,
): Promise<OpenBooks> {
  const all = Math.max(1, expected.transactions + expected.items);
  const transactions: Versioned<MatchableTransaction>[] = [];
  const items: Versioned<MatchableItem>[] = [];
  const noteShare = () => {
    const count = transactions.length + items.length;
    if (count % chunkRows === 0) onShare(count / all);
  };
  const readTransactions = reading(async (sql) => {
    const blocks = await readAccountBlocks(sql);
    await inChunks(sql, transactionChunk, (fields) => {
      transactions.push(transactionOf(fields, blocks));
      noteShare();
    });
    return blocks;
  });
  const readItems = reading(async (sql) => {
    const names = await readNames(sql);
    await inChunks(sql, itemChunk, (fields) => {
      items.push(itemOf(fields, names));
      noteShare();
    });
  });
  const [blocks] = await Promise.all([readTransactions, readItems]);
  return { transactions, items, blocks };
}

/** How many rows are open on each side, counted up to a bound. */
export async function countOpen(
  sql: Sql,
  countMax: number,
): Promise<{ transactions: number; items: number }> {
  const [row] = await sql.query<{ transactions: number; items: number }>(
    `SELECT
       (SELECT count(*)::int FROM (SELECT FROM bank_transaction
         WHERE status IN ('unmatched', 'part_matched') AND NOT pending LIMIT $1) t) AS transactions,
       (SELECT count(*)::int FROM (SELECT FROM open_item
         WHERE status IN ('open', 'part_paid') LIMIT $1) o) AS items`,
    [countMax],
  );
  assert(row, "a count is one row");
  return row;
}

/** Lines that the bank may still change: nothing is decided about them, but they may bring what another line lacks. */
export function loadPending(sql: Sql): Promise<MatchableTransaction[]> {
  return sql.query<MatchableTransaction>(
    `SELECT id, account_id AS "accountId", NULL AS "blockId", booked_on AS "bookedOn", amount_minor AS "amountMinor",
       abs(amount_minor) AS "openMinor", currency, description, reference, counterparty_name AS "counterpartyName", pending
     FROM bank_transaction WHERE status = 'unmatched' AND pending
     ORDER BY booked_on DESC, id DESC LIMIT $1`,
    [pendingMax],
  );
}

/** Only pairs that are still open on both sides: the others cannot be proposed. */
export function loadDeclined(sql: Sql): Promise<DeclinedPair[]> {
  return sql.query<DeclinedPair>(`
    SELECT d.transaction_id AS "transactionId", d.open_item_id AS "itemId"
    FROM declined_pair d
    CROSS JOIN LATERAL (SELECT status FROM open_item o WHERE o.id = d.open_item_id OFFSET 0) o
    WHERE o.status IN ('open', 'part_paid')`);
}

interface ChunkRow {
  readonly rows: string | null;
  readonly count: number;
}

const field = (column: string) => `coalesce(${column}::text, '${absent}')`;
/** A control character of ours inside a text becomes a space. */
const text = (column: string) =>
  `coalesce(translate(${column}, '${fieldEnd}${rowEnd}${absent}', '   '), '${absent}')`;
const packed = (fields: readonly string[]) =>
  `string_agg(${fields.join(` || '${fieldEnd}' || `)}, '${rowEnd}' ORDER BY day DESC, id DESC)`;

// Statuses in the text: partial indexes cover them.
const transactionChunk = (after: string) => `
  SELECT count(*)::int AS count, ${packed([
    field("id"),
    field("day"),
    field("version"),
    field("account_id"),
    field("amount_minor"),
    field("allocated_minor"),
    field("currency"),
    text("description"),
    text("reference"),
    text("counterparty_name"),
  ])} AS rows
  FROM (
    SELECT booked_on AS day, xmin AS version, * FROM bank_transaction
    WHERE status IN ('unmatched', 'part_matched') AND NOT pending ${after.replace("day", "booked_on")}
    ORDER BY booked_on DESC, id DESC LIMIT ${chunkRows}
  ) chunk`;

const itemChunk = (after: string) => `
  SELECT count(*)::int AS count, ${packed([
    field("id"),
    field("day"),
    field("version"),
    field("kind"),
    field("amount_minor"),
    field("open_minor"),
    field("currency"),
    text("number"),
    text("counterparty_name"),
    field("due_on"),
    field("block_id"),
    field("unit_id"),
    field("leaseholder_id"),
  ])} AS rows
  FROM (
    SELECT issued_on AS day, xmin AS version, * FROM open_item
    WHERE status IN ('open', 'part_paid') ${after.replace("day", "issued_on")}
    ORDER BY issued_on DESC, id DESC LIMIT ${chunkRows}
  ) chunk`;

async function inChunks(
  sql: Sql,
  statement: (after: string) => string,
  take: (fields: readonly string[]) => void,
): Promise<void> {
  let last: readonly string[] | null = null;
  for (let read = 0; read < rowsOfSideMax; read += chunkRows) {
    const [chunk]: ChunkRow[] = last
      ? await sql.query<ChunkRow>(statement("AND (day, id) < ($1::date, $2::uuid)"), [
          last[1],
          last[0],
        ])
      : await sql.query<ChunkRow>(statement(""));
    if (!chunk || chunk.rows === null) return;
    for (const row of chunk.rows.split(rowEnd)) {
      last = row.split(fieldEnd);
      take(last);
    }
    if (chunk.count < chunkRows) return;
  }
}

function transactionOf(
  fields: readonly string[],
  blocks: ReadonlyMap<string, string | null>,
): Versioned<MatchableTransaction> {
  const [id = "", day, version, accountId = "", amount = "", allocated = ""] = fields;
  const amountMinor = BigInt(amount);
  const size = amountMinor < 0n ? -amountMinor : amountMinor;
  return {
    id,
    version: Number(version),
    accountId,
    blockId: blocks.get(accountId) ?? null,
    bookedOn: day as LocalDate,
    amountMinor,
    openMinor: allocated === "0" ? size : size - BigInt(allocated),
    currency: fields[6] as CurrencyCode,
    description: orNull(fields[7]) ?? "",
    reference: orNull(fields[8]),
    counterpartyName: orNull(fields[9]),
    pending: false,
  };
}

interface Names {
  readonly units: ReadonlyMap<string, string>;
  readonly surnames: ReadonlyMap<string, string>;
}

async function readNames(sql: Sql): Promise<Names> {
  const units = await sql.query<{ id: string; name: string }>(
    "SELECT id, number AS name FROM unit",
  );
  const surnames = await sql.query<{ id: string; name: string }>(
    "SELECT id, surname AS name FROM leaseholder",
  );
  const byId = (rows: readonly { id: string; name: string }[]) =>
    new Map(rows.map(({ id, name }) => [id, name]));
  return { units: byId(units), surnames: byId(surnames) };
}

function itemOf(fields: readonly string[], { units, surnames }: Names): Versioned<MatchableItem> {
  const [id = "", day, version, kind, amount = "", open = "", currency, number] = fields;
  return {
    id,
    version: Number(version),
    kind: kind as OpenItemKind,
    blockId: orNull(fields[10]),
    unitNumber: units.get(fields[11] ?? "") ?? null,
    surname: surnames.get(fields[12] ?? "") ?? null,
    number: orNull(number) ?? "",
    counterpartyName: orNull(fields[8]) ?? "",
    issuedOn: day as LocalDate,
    dueOn: orNull(fields[9]) as LocalDate | null,
    currency: currency as CurrencyCode,
    amountMinor: BigInt(amount),
    openMinor: BigInt(open),
  };
}

function orNull(value: string | undefined): string | null {
  return value === undefined || value === absent ? null : value;
}
