import type {
  MatchableItem,
  MatchableTransaction,
  PaymentKind,
} from "../../core/matching/types.ts";
import { magnitude } from "../../core/money.ts";
import { plainArray } from "../../db/array-literals.ts";
import type { Sql } from "../../db/sql.ts";
import {
  type ItemForMatch,
  itemForMatchColumns,
  type TransactionForMatch,
  transactionForMatchColumns,
} from "../reconciliation/lock-for-match.sql.ts";

/** The most decided lines that one replay looks at: the newest. */
export const historyLinesMax = 200_000;
/** The most items beside those that were settled: they compete for lines, as they did then. */
const itemsMax = 250_000;
const declinedMax = 50_000;
const chunkRows = 10_000;

/** A line of history, reopened: as it was before it was decided. */
export interface HistoryLine extends MatchableTransaction {
  readonly excluded: boolean;
  readonly categoryId: string | null;
  readonly categoryByPerson: boolean;
  /** Nobody has decided about it: it is here for its declined pairs. */
  readonly undecided: boolean;
}

export interface HistoryPayment {
  readonly transactionId: string;
  readonly itemId: string;
  readonly kind: PaymentKind;
  readonly amountMinor: bigint;
  readonly transactionMinor: bigint;
  readonly origin: "automatic" | "manual";
  readonly profile: string | null;
}

export interface History {
  readonly lines: readonly HistoryLine[];
  readonly payments: readonly HistoryPayment[];
  /** With what those payments had settled open again. Those booked from a line alone are not among them. */
  readonly items: readonly MatchableItem[];
  /** Lines that a rule or automatic matching had left out. */
  readonly excludedByMachine: ReadonlySet<string>;
  readonly declined: readonly { readonly transactionId: string; readonly itemId: string }[];
  readonly bounded: boolean;
}

/**
 * The newest decisions of the organisation that still stand, as the books were before them. Pairs that were declined as
 * part of undoing a whole run, rule or import are left out: among them are right ones.
 * @param onShare is told 0 to 1 now and then
 */
export async function loadHistory(
  sql: Sql,
  onShare: (share: number) => void = () => {},
  linesMax: number = historyLinesMax,
): Promise<History> {
  const declined = await sql.query<{ transactionId: string; itemId: string }>(
    `SELECT transaction_id AS "transactionId", open_item_id AS "itemId" FROM declined_pair
     WHERE undo_id IS NULL ORDER BY declined_at DESC, transaction_id, open_item_id LIMIT $1`,
    [declinedMax],
  );
  const decided = await loadDecided(sql, linesMax, (share) => onShare(share / 2));
  const bounded = decided.length > linesMax;
  const lines = [
    ...decided.slice(0, linesMax),
    ...(await loadUndecided(sql, [...new Set(declined.map((pair) => pair.transactionId))])),
  ];
  const payments = await loadPayments(sql, lines);
  onShare(0.7);
  return {
    lines,
    payments,
    items: await loadItems(sql, payments),
    excludedByMachine: await readExcludedByMachine(sql),
    declined,
    bounded,
  };
}

const lineColumns = `${transactionForMatchColumns}, category_id AS "categoryId", category_by_person AS "categoryByPerson"`;
type LineRow = TransactionForMatch & { categoryId: string | null; categoryByPerson: boolean };

/** One more than are looked at, so that it shows. */
async function loadDecided(
  sql: Sql,
  linesMax: number,
  onShare: (share: number) => void,
): Promise<HistoryLine[]> {
  const lines: HistoryLine[] = [];
  let last: LineRow | undefined;
  while (lines.length <= linesMax) {
    // Statuses in the text, as in every filter: behind row-level security they are compared before anything else.
    const rows: LineRow[] = await sql.query<LineRow>(
      `SELECT ${lineColumns} FROM bank_transaction
       WHERE status IN ('matched', 'part_matched', 'excluded') AND NOT pending
         AND ($1::date IS NULL OR (booked_on, id) < ($1::date, $2::uuid))
       ORDER BY booked_on DESC, id DESC LIMIT $3`,
      [last?.bookedOn ?? null, last?.id ?? null, Math.min(chunkRows, linesMax + 1 - lines.length)],
    );
    for (const row of rows) lines.push(reopened(row, false));
    last = rows.at(-1);
    onShare(Math.min(1, lines.length / linesMax));
    if (last === undefined || rows.length < chunkRows) break;
  }
  return lines;
}

async function loadUndecided(sql: Sql, ids: readonly string[]): Promise<HistoryLine[]> {
  const rows = await sql.query<LineRow>(
    `SELECT ${lineColumns} FROM bank_transaction
     WHERE id = ANY ($1::uuid[]) AND status = 'unmatched' AND NOT pending`,
    [plainArray(ids)],
  );
  return rows.map((row) => reopened(row, true));
}

function reopened({ status, ...row }: LineRow, undecided: boolean): HistoryLine {
  const excluded = status === "excluded";
  return { ...row, openMinor: magnitude(row.amountMinor), excluded, undecided };
}

async function loadPayments(sql: Sql, lines: readonly HistoryLine[]): Promise<HistoryPayment[]> {
  const payments: HistoryPayment[] = [];
  const matched = lines.filter(({ excluded, undecided }) => !excluded && !undecided);
  for (let start = 0; start < matched.length; start += chunkRows) {
    const ids = plainArray(matched.slice(start, start + chunkRows).map(({ id }) => id));
    const rows = await sql.query<HistoryPayment>(
      `SELECT p.*, m.origin, m.profile FROM unnest($1::uuid[]) AS t (id)
       CROSS JOIN LATERAL (
         SELECT transaction_id AS "transactionId", open_item_id AS "itemId", kind, amount_minor AS "amountMinor",
           transaction_minor AS "transactionMinor", match_id AS "matchId" FROM payment
         WHERE transaction_id = t.id AND voided_at IS NULL OFFSET 0) AS p
       CROSS JOIN LATERAL (SELECT origin, profile FROM match WHERE id = p."matchId" OFFSET 0) AS m`,
      [ids],
    );
    for (const row of rows) payments.push(row);
  }
  return payments;
}

async function loadItems(sql: Sql, payments: readonly HistoryPayment[]): Promise<MatchableItem[]> {
  const settled = new Map<string, bigint>();
  for (const { itemId, amountMinor } of payments) {
    settled.set(itemId, (settled.get(itemId) ?? 0n) + amountMinor);
  }
  const items: MatchableItem[] = [];
  const seen = new Set<string>();
  const take = ({ status: _status, ...item }: ItemForMatch) => {
    seen.add(item.id);
    items.push({ ...item, openMinor: item.openMinor + (settled.get(item.id) ?? 0n) });
  };
  let last: ItemForMatch | undefined;
  while (items.length < itemsMax) {
    const rows: ItemForMatch[] = await sql.query<ItemForMatch>(
      `SELECT ${itemForMatchColumns} FROM open_item
       WHERE status IN ('open', 'part_paid', 'paid') AND standalone_of IS NULL
         AND ($1::date IS NULL OR (issued_on, id) < ($1::date, $2::uuid))
       ORDER BY issued_on DESC, id DESC LIMIT $3`,
      [last?.issuedOn ?? null, last?.id ?? null, chunkRows],
    );
    for (const row of rows) take(row);
    last = rows.at(-1);
    if (last === undefined || rows.length < chunkRows) return items;
  }
  const left = [...settled.keys()].filter((id) => !seen.has(id));
  const rest = await sql.query<ItemForMatch>(
    `SELECT ${itemForMatchColumns} FROM open_item
     WHERE id = ANY ($1::uuid[]) AND standalone_of IS NULL`,
    [plainArray(left)],
  );
  for (const row of rest) take(row);
  return items;
}

async function readExcludedByMachine(sql: Sql): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ id: string }>(
    `SELECT out_transaction_id AS id FROM transfer
     WHERE voided_at IS NULL AND origin <> 'manual' AND out_transaction_id IS NOT NULL
     UNION SELECT in_transaction_id FROM transfer
     WHERE voided_at IS NULL AND origin <> 'manual' AND in_transaction_id IS NOT NULL
     UNION SELECT transaction_id FROM rule_hit
     WHERE undone_at IS NULL AND action IN ('exclude', 'transfer')`,
  );
  return new Set(rows.map(({ id }) => id));
}
