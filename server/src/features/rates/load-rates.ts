import type { App } from "../../app.ts";
import { utcDay } from "../../core/dates.ts";
import type { Rate } from "../../core/matching/rates.ts";
import { checkRates, type RateRow, readRateTable } from "../../core/rate-rows.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { InvalidInput } from "../errors.ts";
import { readCsvRows } from "../ledger/read-csv-rows.ts";
import {
  type LoadedRows,
  previewRowsMax,
  type RowProblem,
  rowProblemsMax,
} from "../loaded-rows.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { emitRatesChanged } from "./emit-rates-changed.ts";

/** The most rates of one load: five pairs over five years. */
export const ratesOfLoadMax = 10_000;

/**
 * Loads exchange rates, all or nothing: one that is there already is changed, the same again changes nothing. Queues
 * matching, because payments in other currencies may meet their items now.
 * @throws Forbidden, InvalidInput for more than a load takes
 */
export async function loadRates(
  app: App,
  viewer: Viewer,
  given: readonly Omit<RateRow, "row">[],
): Promise<LoadedRows> {
  authorise(viewer, "matching:manage");
  if (given.length > ratesOfLoadMax) {
    const most = ratesOfLoadMax.toLocaleString("en");
    throw new InvalidInput(`At most ${most} rates at once.`, "rates");
  }
  const rows = given.map((rate, at) => ({ ...rate, row: at + 1 }));
  return load(app, viewer, { rows, problems: [], preview: [], dryRun: false });
}

/**
 * As loadRates, from a CSV file: a header with base, quote, day and rate, in any order.
 * @param request.dryRun says what it would do, and does nothing
 * @throws Forbidden
 */
export async function loadRatesCsv(
  app: App,
  viewer: Viewer,
  request: { csv: string; dryRun: boolean },
): Promise<LoadedRows> {
  authorise(viewer, "matching:manage");
  const read = readCsvRows(request.csv);
  const unread = read.problems.map(({ line, message }) => ({ row: line, field: null, message }));
  // A file that cannot be read at all has no header to complain about.
  const table =
    read.rows.length === 0 && unread.length > 0
      ? { rows: [], problems: [] }
      : readRateTable(read.rows);
  const preview = read.rows.slice(0, previewRowsMax + 1).map(({ cells }) => [...cells]);
  const problems = [...unread, ...table.problems];
  return load(app, viewer, { rows: table.rows, problems, preview, dryRun: request.dryRun });
}

async function load(
  app: App,
  viewer: Viewer,
  read: {
    rows: readonly RateRow[];
    problems: readonly RowProblem[];
    preview: LoadedRows["preview"];
    dryRun: boolean;
  },
): Promise<LoadedRows> {
  const { rates, problems: found } = checkRates(read.rows, utcDay(app.now()));
  const problems = [...read.problems, ...found].sort((a, b) => a.row - b.row);
  const { preview } = read;
  if (problems.length > 0) {
    const told = problems.slice(0, rowProblemsMax);
    return { created: 0, updated: 0, unchanged: 0, problems: told, preview };
  }
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const plan = await planRates(tx, rates);
    const { created, updated } = plan;
    if (!read.dryRun && created + updated > 0) {
      await writeRates(tx, plan.changed, { by: viewer.actor.name, at: app.now() });
      await recordAudit(tx, viewer, {
        action: "exchange_rates.loaded",
        subjectKind: "organisation",
        subjectId: tx.organisationId,
        detail: { created, updated, pairs: pairsOf(plan.changed) },
      });
      emitRatesChanged(tx);
      await enqueueMatching(tx);
    }
    return { created, updated, unchanged: rates.length - created - updated, problems: [], preview };
  });
}

interface RatePlan {
  readonly created: number;
  readonly updated: number;
  readonly changed: readonly Rate[];
}

/** What loading would change, under lock of the rates that are there. */
async function planRates(tx: TenantTransaction, rates: readonly Rate[]): Promise<RatePlan> {
  const known = await tx.query<Rate>(
    `SELECT r.base, r.quote, r.day, trim_scale(r.rate)::text AS rate
     FROM unnest($1::text[], $2::text[], $3::date[]) AS g (base, quote, day)
     CROSS JOIN LATERAL (
       SELECT * FROM exchange_rate
       WHERE base = g.base AND quote = g.quote AND day = g.day FOR UPDATE) AS r`,
    [rates.map(({ base }) => base), rates.map(({ quote }) => quote), rates.map(({ day }) => day)],
  );
  const before = new Map(known.map((rate) => [keyOf(rate), rate.rate]));
  const changed = rates.filter((rate) => before.get(keyOf(rate)) !== rate.rate);
  const created = changed.filter((rate) => !before.has(keyOf(rate))).length;
  return { created, updated: changed.length - created, changed };
}

async function writeRates(
  tx: TenantTransaction,
  rates: readonly Rate[],
  loaded: { by: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO exchange_rate (organisation_id, base, quote, day, rate, loaded_by, loaded_at)
     SELECT $1, g.*, $2, $3 FROM unnest($4::text[], $5::text[], $6::date[], $7::numeric[]) AS g
     ON CONFLICT (organisation_id, base, quote, day)
       DO UPDATE SET rate = excluded.rate, loaded_by = excluded.loaded_by, loaded_at = excluded.loaded_at`,
    [
      tx.organisationId,
      loaded.by,
      loaded.at,
      rates.map(({ base }) => base),
      rates.map(({ quote }) => quote),
      rates.map(({ day }) => day),
      rates.map(({ rate }) => rate),
    ],
  );
}

const pairsToldMax = 10;

function pairsOf(rates: readonly Rate[]): string[] {
  const pairs = [...new Set(rates.map(({ base, quote }) => `${base}/${quote}`))].sort();
  const more = pairs.length - pairsToldMax;
  return more > 0 ? [...pairs.slice(0, pairsToldMax), `${more} more`] : pairs;
}

function keyOf({ base, quote, day }: Rate): string {
  return `${base}/${quote}/${day}`;
}
