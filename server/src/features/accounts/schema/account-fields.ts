import type { DayBalance } from "../../../core/balance-history.ts";
import { isCurrencyCode } from "../../../core/currencies.ts";
import { type Money, money } from "../../../core/money.ts";
import { batched } from "../../../graphql/batched.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { perSize } from "../../../graphql/per-size.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import { loadLedgerAccount } from "../../ledger/schema/loaders.ts";
import { LedgerAccountRef } from "../../ledger/schema/refs.ts";
import { boundedDays, historyDaysMax, readBalanceHistory } from "../read-balance-history.ts";

const AccountPath = builder.enumType("AccountPath", {
  description: "How an account's lines arrive.",
  values: {
    STANDARD: { value: "standard", description: "Through an aggregator." },
    MANUAL_UPLOAD: {
      value: "manual_upload",
      description: "Its statements are brought in by hand.",
    },
    NON_STANDARD: {
      value: "non_standard",
      description: "Through a connector of one's own, or pushed.",
    },
  } as const,
});

interface BalancePoint {
  readonly day: string;
  readonly balance: Money;
}

const BalancePointRef = builder.objectRef<BalancePoint>("BalancePoint").implement({
  description: "An account's balance at the end of a day.",
  fields: (t) => ({
    day: t.expose("day", { type: "LocalDate", description: "The day, UTC." }),
    balance: t.expose("balance", {
      type: MoneyType,
      description: "What is booked; on a day without news the day before's.",
    }),
  }),
});

const historyOf = perSize((days) =>
  batched((context, ids) => readBalanceHistory(context.app, viewerOf(context), ids, days)),
);

builder.objectFields(FinancialAccountRef, (t) => ({
  path: t.expose("path", {
    type: AccountPath,
    nullable: true,
    description: "How its lines arrive; null where nothing feeds it.",
  }),
  inScope: t.exposeBoolean("inScope", {
    description: "False where nobody expects lines of it.",
  }),
  uploadBusinessDay: t.exposeInt("uploadBusinessDay", {
    description: "Manual upload: by which business day of the next month a statement is due.",
  }),
  ledgerAccount: t.field({
    type: LedgerAccountRef,
    nullable: true,
    description: "The account of the chart that it is booked on.",
    resolve: async ({ ledgerAccountId }, _args, context) =>
      ledgerAccountId === null
        ? null
        : ((await loadLedgerAccount(context, ledgerAccountId)) ?? null),
  }),
  balanceHistory: t.field({
    type: [BalancePointRef],
    description:
      "The balance at the end of each of the last days, oldest first, from the first day on which it is known.",
    args: {
      days: t.arg.int({
        required: true,
        defaultValue: 90,
        description: `How many days, today included, up to ${historyDaysMax}.`,
      }),
    },
    resolve: async ({ id, currency }, { days }, context) =>
      pointsOf(currency, (await historyOf(boundedDays(days))(context, id)) ?? []),
  }),
}));

function pointsOf(currency: string, history: readonly DayBalance[]): BalancePoint[] {
  if (!isCurrencyCode(currency)) return [];
  return history.map(({ day, balanceMinor }) => ({ day, balance: money(balanceMinor, currency) }));
}
