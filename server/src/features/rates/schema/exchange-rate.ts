import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { pageType } from "../../../graphql/page-type.ts";
import type { ExchangeRate } from "../exchange-rate.ts";
import { listRates, rateCursor } from "../list-rates.ts";

export const ExchangeRateType = builder.objectRef<ExchangeRate>("ExchangeRate");

ExchangeRateType.implement({
  description: "A loaded exchange rate of a day.",
  fields: (t) => ({
    base: t.exposeString("base", { description: "One unit of this currency, ISO 4217, ..." }),
    quote: t.exposeString("quote", { description: "... was worth so many units of this one." }),
    day: t.expose("day", { type: "LocalDate", description: "The day that it is of." }),
    rate: t.expose("rate", {
      type: "Decimal",
      description: "How many, exactly as it was loaded: up to twelve decimals.",
    }),
    loadedBy: t.exposeString("loadedBy", { description: "Who loaded it, as called at the time." }),
    loadedAt: t.expose("loadedAt", { type: "DateTime", description: "When." }),
  }),
});

const ExchangeRateConnection = pageType(
  "ExchangeRate",
  ExchangeRateType,
  { row: "a rate", page: "exchange rates, the latest days first" },
  rateCursor,
);

builder.queryField("exchangeRates", (t) =>
  t.field({
    type: ExchangeRateConnection,
    description: "The loaded exchange rates, the latest days first. Needs transactions:read.",
    args: {
      first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
      after: t.arg.string({ description: "A rate's cursor: the page begins behind it." }),
      base: t.arg.string({ description: "Only of this currency, ISO 4217." }),
      quote: t.arg.string({ description: "Only in this currency, ISO 4217." }),
    },
    resolve: (_root, { first, after, ...only }, context) =>
      listRates(context.app, viewerOf(context), { page: { first, after }, ...only }),
  }),
);
