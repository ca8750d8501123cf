import type { App } from "../../app.ts";
import { type CurrencyCode, parseCurrencyCode } from "../../core/currencies.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type CashFlowMonth, cashFlowMonthsMax, readCashFlow } from "./cash-flow.sql.ts";
import { type DashboardRows, readFigures } from "./figures.sql.ts";

/**
 * The organisation's figures. Each part is read when it is first asked for and then kept, so that a chart alone does
 * not cost the sums, nor the sums the chart.
 */
export interface Dashboard {
  readonly asOf: Date;
  figures(): Promise<DashboardRows>;
  /** @throws InvalidInput */
  cashFlow(
    currency: string,
    months: number,
  ): Promise<{ currency: CurrencyCode; months: CashFlowMonth[] }>;
}

/** @throws Forbidden */
export function readDashboard(app: App, viewer: Viewer): Dashboard {
  authorise(viewer, "transactions:read");
  authorise(viewer, "open_items:read");
  const asOf = app.now();
  let figures: Promise<DashboardRows> | undefined;
  return {
    asOf,
    figures: () => {
      figures ??= readAsOrganisation(app.database, viewer.organisationId, (sql) =>
        readFigures(sql, asOf),
      );
      return figures;
    },
    cashFlow: async (givenCurrency, months) => {
      const currency = parseCurrencyCode(givenCurrency);
      if (currency === null) throw new InvalidInput("There is no such currency.", "currency");
      if (!Number.isInteger(months) || months < 1 || months > cashFlowMonthsMax) {
        throw new InvalidInput(`Ask for 1 to ${cashFlowMonthsMax} months.`, "months");
      }
      const found = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
        readCashFlow(sql, { currency, months, now: asOf }),
      );
      return { currency, months: found };
    },
  };
}
