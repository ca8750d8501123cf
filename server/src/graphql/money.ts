import { formatDecimal, type Money } from "../core/money.ts";
import { builder } from "./builder.ts";

export const MoneyType = builder.objectRef<Money>("Money").implement({
  description: "An amount with its currency.",
  fields: (t) => ({
    amount: t.field({
      type: "Decimal",
      resolve: (value) => formatDecimal(value),
      description: "Exact, with the currency's own number of decimals.",
    }),
    currency: t.exposeString("currency", { description: "ISO 4217." }),
  }),
});

export const MoneyInput = builder.inputType("MoneyInput", {
  description: "An amount with its currency.",
  fields: (t) => ({
    amount: t.field({ type: "Decimal", required: true, description: "Exact decimal." }),
    currency: t.string({ required: true, description: "ISO 4217." }),
  }),
});
