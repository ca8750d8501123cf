import type { App } from "../../app.ts";
import type { LocalDate } from "../../core/dates.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { emitRatesChanged } from "./emit-rates-changed.ts";
import { type ExchangeRate, exchangeRateColumns } from "./exchange-rate.ts";

/**
 * Takes one loaded rate away. Matches that were made with it keep the rate that they state.
 * @throws Forbidden, NotFound
 */
export async function deleteRate(
  app: App,
  viewer: Viewer,
  key: { base: string; quote: string; day: LocalDate },
): Promise<ExchangeRate> {
  authorise(viewer, "matching:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const [gone] = await tx.query<ExchangeRate>(
      `DELETE FROM exchange_rate WHERE base = $1 AND quote = $2 AND day = $3
       RETURNING ${exchangeRateColumns}`,
      [key.base.trim().toUpperCase(), key.quote.trim().toUpperCase(), key.day],
    );
    if (!gone) throw new NotFound("exchange rate");
    emitRatesChanged(tx);
    const { base, quote, day, rate } = gone;
    await recordAudit(tx, viewer, {
      action: "exchange_rate.deleted",
      subjectKind: "organisation",
      subjectId: tx.organisationId,
      detail: { pair: `${base}/${quote}`, day, rate },
    });
    return gone;
  });
}
