import { addDays, type LocalDate } from "../../core/dates.ts";
import {
  indexRates,
  type Rate,
  type RateTable,
  rateAgeDaysMax,
} from "../../core/matching/rates.ts";
import type { Sql } from "../../db/sql.ts";

/** The most rates that deciding looks at: those of the latest days. Thirty pairs over twenty years. */
const ratesMax = 250_000;

/**
 * The rates that can say something about days in a span; all, where none is given.
 * @param span.from a rate may be some days older than the day that it is used for
 */
export async function readRates(
  sql: Sql,
  span: { from?: LocalDate | null; to?: LocalDate | null } = {},
): Promise<RateTable> {
  const rates = await sql.query<Rate>(
    `SELECT base, quote, day, trim_scale(rate)::text AS rate FROM exchange_rate
     WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day <= $2)
     ORDER BY day DESC, base, quote LIMIT $3`,
    [span.from ? addDays(span.from, -rateAgeDaysMax) : null, span.to ?? null, ratesMax],
  );
  return indexRates(rates);
}
