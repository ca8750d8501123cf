import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import { listLedgerAccounts } from "../list-ledger-accounts.ts";
import { loadMappedAccounts } from "./loaders.ts";
import { LedgerAccountRef } from "./refs.ts";

export const LedgerAccountKindType = builder.enumType("LedgerAccountKind", {
  description: "What kind of account of the chart it is.",
  values: {
    CASH: { value: "cash", description: "Money in the bank or in the till." },
    LIABILITY: { value: "liability", description: "What is owed to a bank: cards, loans." },
    RECEIVABLE: { value: "receivable", description: "What customers owe." },
    PAYABLE: { value: "payable", description: "What is owed to suppliers." },
    INCOME: { value: "income", description: "What is earned." },
    EXPENSE: { value: "expense", description: "What is spent." },
    EQUITY: { value: "equity", description: "What belongs to the owners." },
    OTHER: { value: "other", description: "Anything else: equipment, stock, prepayments." },
  } as const,
});

LedgerAccountRef.implement({
  description: "An account of the chart of accounts.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    number: t.exposeString("number", { description: "Its number in the chart, each once." }),
    name: t.exposeString("name", { description: "What it is called." }),
    kind: t.expose("kind", { type: LedgerAccountKindType, description: "What kind it is." }),
    currency: t.exposeString("currency", {
      nullable: true,
      description: "ISO 4217; null where it holds any currency.",
    }),
    archivedAt: t.expose("archivedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when it is no longer used.",
    }),
    accounts: t.field({
      type: [FinancialAccountRef],
      description: "The accounts at banks that are mapped to it.",
      resolve: async ({ id }, _args, context) => (await loadMappedAccounts(context, id)) ?? [],
    }),
  }),
});

builder.queryField("ledgerAccounts", (t) =>
  t.field({
    type: [LedgerAccountRef],
    description: "The chart of accounts, by number. Needs bank_connections:read.",
    args: {
      includeArchived: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Those no longer used, too.",
      }),
    },
    resolve: (_root, { includeArchived }, context) =>
      listLedgerAccounts(context.app, viewerOf(context), { includeArchived }),
  }),
);
