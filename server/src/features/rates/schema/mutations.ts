import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { LoadedRowsType } from "../../../graphql/loaded-rows.ts";
import { Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { deleteRate } from "../delete-rate.ts";
import { loadRates, loadRatesCsv, ratesOfLoadMax } from "../load-rates.ts";
import { ExchangeRateType } from "./exchange-rate.ts";

const RateInput = builder.inputType("RateInput", {
  description: "An exchange rate of a day.",
  fields: (t) => ({
    base: t.string({ required: true, description: "One unit of this currency, ISO 4217, ..." }),
    quote: t.string({ required: true, description: "... is worth so many units of this one." }),
    day: t.field({ type: "LocalDate", required: true, description: "The day that it is of." }),
    rate: t.field({ type: "Decimal", required: true, description: "How many. Above zero." }),
  }),
});

const again =
  "All or nothing: a rate that is there is changed, and the same again changes nothing. " +
  "Amounts in two currencies are then compared by the latest rate of at most seven days before. Needs matching:manage.";

builder.mutationFields((t) => ({
  loadRates: t.field({
    type: LoadedRowsType,
    errors: { types: [Forbidden, InvalidInput] },
    description: `Loads exchange rates. ${again}`,
    args: {
      rates: t.arg({
        type: [RateInput],
        required: true,
        description: `The rates, up to ${ratesOfLoadMax}.`,
      }),
    },
    resolve: (_root, { rates }, context) => loadRates(context.app, viewerOf(context), rates),
  }),
  loadRatesCsv: t.field({
    type: LoadedRowsType,
    errors: { types: [Forbidden] },
    description:
      "Loads exchange rates from a CSV file: a header with base, quote, day and rate, in any order; commas, semicolons " +
      `or tabs; a point or, in quotation marks or between semicolons, a comma. ${again}`,
    args: {
      csv: t.arg.string({ required: true, description: "The file's text." }),
      dryRun: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Only say what it would do.",
      }),
    },
    resolve: (_root, request, context) => loadRatesCsv(context.app, viewerOf(context), request),
  }),
  deleteRate: t.field({
    type: ExchangeRateType,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Takes a loaded exchange rate away. What was matched with it stays. Needs matching:manage.",
    args: {
      base: t.arg.string({ required: true, description: "Its base, ISO 4217." }),
      quote: t.arg.string({ required: true, description: "Its quote, ISO 4217." }),
      day: t.arg({ type: "LocalDate", required: true, description: "Its day." }),
    },
    resolve: (_root, { base, quote, day }, context) =>
      deleteRate(context.app, viewerOf(context), { base, quote, day: localDate(day) }),
  }),
}));
