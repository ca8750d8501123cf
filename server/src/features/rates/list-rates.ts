import type { App } from "../../app.ts";
import { isCurrencyCode } from "../../core/currencies.ts";
import { isLocalDate } from "../../core/dates.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { Conditions } from "../conditions.ts";
import { InvalidInput } from "../errors.ts";
import { type ForwardArguments, keysetCursor, keysetPage, keysetRequest } from "../keyset-page.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type ExchangeRate, exchangeRateColumns } from "./exchange-rate.ts";

/** One page of the loaded rates, the latest days first. @throws Forbidden, InvalidInput */
export async function listRates(
  app: App,
  viewer: Viewer,
  request: { page: ForwardArguments; base?: string | null; quote?: string | null },
) {
  authorise(viewer, "transactions:read");
  const page = keysetRequest(
    request.page,
    (parts) => parts.length === 3 && isLocalDate(parts[0] ?? ""),
  );
  const conditions = new Conditions();
  for (const column of ["base", "quote"] as const) {
    const code = request[column]?.trim().toUpperCase();
    if (!code) continue;
    if (!isCurrencyCode(code)) throw new InvalidInput("There is no such currency.", column);
    conditions.add(`${column} = ${conditions.value(code)}`);
  }
  const counting = { where: conditions.where(), values: [...conditions.values] };
  if (page.after) {
    const [day, base, quote] = page.after.map((part) => conditions.value(part));
    conditions.add(
      `(day < ${day}::date OR (day = ${day}::date AND (base, quote) > (${base}::text, ${quote}::text)))`,
    );
  }
  const limit = conditions.value(page.count + 1);
  const read = <Row extends object>(text: string, values: readonly unknown[]) =>
    readAsOrganisation(app.database, viewer.organisationId, (sql) => sql.query<Row>(text, values));
  const found = await read<ExchangeRate>(
    `SELECT ${exchangeRateColumns} FROM exchange_rate ${conditions.where()}
     ORDER BY day DESC, base, quote LIMIT ${limit}`,
    conditions.values,
  );
  return {
    ...keysetPage(page, found),
    countAll: async () => {
      const [row] = await read<{ count: bigint }>(
        `SELECT count(*) FROM exchange_rate ${counting.where}`,
        counting.values,
      );
      return Number(row?.count ?? 0n);
    },
  };
}

export function rateCursor({ day, base, quote }: ExchangeRate): string {
  return keysetCursor([day, base, quote]);
}
