import type { CurrencyCode } from "../../core/currencies.ts";
import { type Money, money } from "../../core/money.ts";
import { builder } from "../../graphql/builder.ts";
import { viewerOf } from "../../graphql/context.ts";
import { MoneyType } from "../../graphql/money.ts";
import type { CashFlowMonth } from "./cash-flow.sql.ts";
import type { FigureName } from "./figures.sql.ts";
import { type Dashboard, readDashboard } from "./read-dashboard.ts";

interface CurrencyTotal {
  readonly amount: Money;
  readonly count: number;
}

const CurrencyTotalType = builder.objectRef<CurrencyTotal>("CurrencyTotal").implement({
  description: "A sum in one currency, and of how many things.",
  fields: (t) => ({
    amount: t.field({
      type: MoneyType,
      description: "The sum.",
      resolve: (total) => total.amount,
    }),
    count: t.exposeInt("count", { description: "How many accounts or open items it sums." }),
  }),
});

const CashFlowMonthType = builder
  .objectRef<CashFlowMonth & { currency: CurrencyCode }>("CashFlowMonth")
  .implement({
    description: "What came in and went out in one month, in one currency.",
    fields: (t) => ({
      month: t.expose("month", { type: "LocalDate", description: "The month's first day." }),
      moneyIn: t.field({
        type: MoneyType,
        description: "What came in.",
        resolve: ({ inMinor, currency }) => money(inMinor, currency),
      }),
      moneyOut: t.field({
        type: MoneyType,
        description: "What went out, without a sign.",
        resolve: ({ outMinor, currency }) => money(outMinor, currency),
      }),
      net: t.field({
        type: MoneyType,
        description: "What came in less what went out.",
        resolve: ({ inMinor, outMinor, currency }) => money(inMinor - outMinor, currency),
      }),
    }),
  });

export const DashboardType = builder.objectRef<Dashboard>("Dashboard").implement({
  description: "The organisation's figures at a glance.",
  fields: (t) => ({
    asOf: t.expose("asOf", { type: "DateTime", description: "When the figures were read." }),
    cashPosition: t.field({
      type: [CurrencyTotalType],
      description:
        "The current balances of open accounts, by currency. What credit cards and loans owe counts as negative.",
      resolve: (dashboard) => totals(dashboard, "cash"),
    }),
    unreconciledCount: t.int({
      description:
        "How many posted bank transactions are not matched in full. Excluded ones do not count, transfers do until they are excluded.",
      resolve: async (dashboard) =>
        (await totals(dashboard, "unreconciled")).reduce((sum, { count }) => sum + count, 0),
    }),
    unreconciledAmounts: t.field({
      type: [MoneyType],
      description:
        "What of them is still open, by currency: money in and out added up without a sign.",
      resolve: async (dashboard) =>
        (await totals(dashboard, "unreconciled")).map(({ amount }) => amount),
    }),
    matchRate: t.float({
      nullable: true,
      description:
        "The share of the last 90 days' posted transactions that is matched in full, 0 to 1; excluded ones do not count. Null when there are none.",
      resolve: async (dashboard) => {
        const { matched, counted } = await dashboard.figures();
        return counted === 0n ? null : Number(matched) / Number(counted);
      },
    }),
    matchedCount: t.int({
      description: "How many of them are matched in full.",
      resolve: async (dashboard) => Number((await dashboard.figures()).matched),
    }),
    countedForMatchRate: t.int({
      description: "How many the match rate is a share of.",
      resolve: async (dashboard) => Number((await dashboard.figures()).counted),
    }),
    openReceivables: t.field({
      type: [CurrencyTotalType],
      description: "What is still to be paid of invoices, by currency.",
      resolve: (dashboard) => totals(dashboard, "receivable"),
    }),
    openPayables: t.field({
      type: [CurrencyTotalType],
      description: "What is still to be paid of expenses, by currency.",
      resolve: (dashboard) => totals(dashboard, "payable"),
    }),
    overdueReceivables: t.field({
      type: [CurrencyTotalType],
      description:
        "What is still to be paid of invoices that were due before today, in the organisation's time zone, by currency.",
      resolve: (dashboard) => totals(dashboard, "overdue_receivable"),
    }),
    cashFlow: t.field({
      type: [CashFlowMonthType],
      description:
        "Money in and out by month, the oldest first, up to this month. Transfers between own accounts do not count.",
      args: {
        currency: t.arg.string({ required: true, description: "ISO 4217." }),
        months: t.arg.int({ defaultValue: 12, description: "How many months, up to 36." }),
      },
      resolve: async (dashboard, args) => {
        const { currency, months } = await dashboard.cashFlow(args.currency, args.months ?? 12);
        return months.map((month) => ({ ...month, currency }));
      },
    }),
  }),
});

builder.queryField("dashboard", (t) =>
  t.field({
    type: DashboardType,
    description: "The organisation's figures. Needs transactions:read and open_items:read.",
    resolve: (_root, _args, context) => readDashboard(context.app, viewerOf(context)),
  }),
);

async function totals(dashboard: Dashboard, figure: FigureName): Promise<CurrencyTotal[]> {
  const { sums } = await dashboard.figures();
  return sums
    .filter((row) => row.figure === figure)
    .map(({ amountMinor, currency, count }) => ({
      amount: money(amountMinor, currency),
      count: Number(count),
    }));
}
