import { assert } from "../../core/assert.ts";
import type { LocalDate } from "../../core/dates.ts";
import {
  type Coverage,
  type IncomingLine,
  type KnownLine,
  recogniseLines,
} from "../../core/recognise-lines.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";

/** Lines in memory at once, about. */
const pieceLinesMax = 4_000;
/** Of more lines of one amount than this only the number on each day is compared: see `recogniseCommon`. */
const commonLinesMin = 5_000;

/** Tables that live as long as the transaction. What comes goes into one, what the books have into the other. */
export async function createRecognitionTables(tx: TenantTransaction): Promise<void> {
  const columns = `account_id uuid NOT NULL, amount_minor bigint NOT NULL, booked_on date NOT NULL,
    pending boolean NOT NULL, text text NOT NULL, reference text`;
  await tx.query("SELECT set_config('client_min_messages', 'warning', true)");
  for (const statement of [
    "DROP TABLE IF EXISTS coming_line, known_line, line_coverage, shared_amount, recognised_now",
    `CREATE TEMPORARY TABLE coming_line ("position" integer NOT NULL, external_id text, ${columns}) ON COMMIT DROP`,
    `CREATE TEMPORARY TABLE known_line (id uuid NOT NULL, ${columns}) ON COMMIT DROP`,
    `CREATE TEMPORARY TABLE line_coverage (account_id uuid PRIMARY KEY, coming_first date, coming_last date,
       known_first date, known_last date) ON COMMIT DROP`,
    `CREATE TEMPORARY TABLE shared_amount (account_id uuid, amount_minor bigint, piece integer) ON COMMIT DROP`,
    `CREATE TEMPORARY TABLE recognised_now ("position" integer PRIMARY KEY, account_id uuid NOT NULL,
       transaction_id uuid NOT NULL UNIQUE, how text NOT NULL) ON COMMIT DROP`,
  ]) {
    await tx.query(statement);
  }
}

/**
 * Lets core compare `coming_line` with `known_line`, a few thousand lines at a time, amount by amount, and writes into
 * `recognised_now` what it finds. `line_coverage` has a row for each account.
 */
export async function recogniseInPieces(tx: TenantTransaction): Promise<void> {
  // Nobody has analysed tables that were made a moment ago, and the planner takes a million rows for a handful.
  await tx.query("ANALYZE coming_line, known_line");
  await tx.query(
    `INSERT INTO shared_amount
     SELECT account_id, amount_minor, CASE WHEN greatest(coming, known) >= ${commonLinesMin} THEN -1
       ELSE sum(coming + known) FILTER (WHERE greatest(coming, known) < ${commonLinesMin})
         OVER (ORDER BY account_id, amount_minor) / ${pieceLinesMax} END
     FROM (SELECT account_id, amount_minor, count(*) AS coming FROM coming_line GROUP BY 1, 2) c
     JOIN (SELECT account_id, amount_minor, count(*) AS known FROM known_line GROUP BY 1, 2) k
       USING (account_id, amount_minor)`,
  );
  const pieces = await tx.query<{ piece: number }>(
    "SELECT DISTINCT piece FROM shared_amount ORDER BY piece",
  );
  if (pieces.length === 0) return;
  if (pieces.length > 1) {
    await tx.query("CREATE INDEX ON coming_line (account_id, amount_minor)");
    await tx.query("CREATE INDEX ON known_line (account_id, amount_minor)");
    await tx.query("CREATE INDEX ON shared_amount (piece)");
  }
  await tx.query("ANALYZE shared_amount");
  const coverages = await readCoverages(tx);
  for (const { piece } of pieces) {
    if (piece < 0) await recogniseCommon(tx);
    else await recognisePiece(tx, piece, coverages);
  }
}

interface Row {
  readonly accountId: string;
}

async function recognisePiece(
  tx: TenantTransaction,
  piece: number,
  coverages: ReadonlyMap<string, Coverage>,
): Promise<void> {
  const columns = `l.account_id AS "accountId", l.booked_on AS "bookedOn", l.amount_minor AS "amountMinor", l.pending,
    l.text, l.reference`;
  const linesOf = <Line extends Row>(table: string, key: string) =>
    tx.query<Line>(
      `SELECT ${key}, ${columns} FROM shared_amount s JOIN ${table} l USING (account_id, amount_minor)
       WHERE s.piece = $1`,
      [piece],
    );
  const coming = await linesOf<IncomingLine & Row>("coming_line", `l."position"`);
  const known = groupByAccount(await linesOf<KnownLine & Row>("known_line", "l.id"));
  const columnsOut: [number[], string[], string[], string[]] = [[], [], [], []];
  for (const [accountId, lines] of groupByAccount(coming)) {
    const coverage = coverages.get(accountId);
    assert(coverage !== undefined, "each account has its coverage");
    for (const [position, { id, how }] of recogniseLines(
      lines,
      known.get(accountId) ?? [],
      coverage,
    )) {
      columnsOut[0].push(position);
      columnsOut[1].push(accountId);
      columnsOut[2].push(id);
      columnsOut[3].push(how);
    }
  }
  await tx.query(
    "INSERT INTO recognised_now SELECT * FROM unnest($1::integer[], $2::uuid[], $3::uuid[], $4::text[])",
    columnsOut,
  );
}

/** Of very many lines of one amount, as many of each day as both sides have: what core says of them too, but for words. */
async function recogniseCommon(tx: TenantTransaction): Promise<void> {
  const placed = (table: string, order: string) => `
    SELECT l.*, row_number() OVER (PARTITION BY l.account_id, l.amount_minor, l.booked_on ORDER BY ${order}) AS place
    FROM shared_amount s JOIN ${table} l USING (account_id, amount_minor) WHERE s.piece = -1`;
  await tx.query(
    `INSERT INTO recognised_now
     SELECT c."position", c.account_id, k.id, CASE WHEN k.pending = c.pending THEN 'same_day' ELSE 'posted' END
     FROM (${placed("coming_line", `l.text, l."position"`)}) c
     JOIN (${placed("known_line", "l.pending, l.text, l.id")}) k
       USING (account_id, amount_minor, booked_on, place)`,
  );
}

async function readCoverages(tx: TenantTransaction): Promise<Map<string, Coverage>> {
  const rows = await tx.query<Row & { [name in "a" | "b" | "c" | "d"]: LocalDate }>(
    `SELECT account_id AS "accountId", coming_first AS a, coming_last AS b, known_first AS c, known_last AS d
     FROM line_coverage`,
  );
  return new Map(
    rows.map(({ accountId, a, b, c, d }) => [
      accountId,
      { incoming: { first: a, last: b }, known: { first: c, last: d } },
    ]),
  );
}

function groupByAccount<Line extends Row>(lines: readonly Line[]): Map<string, Line[]> {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const group = groups.get(line.accountId);
    if (group === undefined) groups.set(line.accountId, [line]);
    else group.push(line);
  }
  return groups;
}
