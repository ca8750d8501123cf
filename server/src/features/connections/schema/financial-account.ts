import { type CurrencyCode, isCurrencyCode } from "../../../core/currencies.ts";
import { lastFour, maskIdentifiers } from "../../../core/mask.ts";
import type { Money } from "../../../core/money.ts";
import type { FinancialAccount } from "../../../generated/prisma/client.ts";
import { batched } from "../../../graphql/batched.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { countUnreconciled, listAccounts, readAccounts } from "../read-accounts.ts";
import { loadConnection } from "./loaders.ts";
import { BankConnectionRef, FinancialAccountRef } from "./refs.ts";

const kinds = {
  CURRENT: { value: "current", description: "For payments in and out." },
  SAVINGS: { value: "savings", description: "For money put aside." },
  CREDIT_CARD: { value: "credit_card", description: "What is owed shows as a negative balance." },
  LOAN: { value: "loan", description: "What is owed shows as a negative balance." },
  OTHER: { value: "other", description: "Anything else." },
} as const;

export const FinancialAccountKind = builder.enumType("FinancialAccountKind", {
  description: "What kind of account it is.",
  values: kinds,
});

type Kind = (typeof kinds)[keyof typeof kinds]["value"];

const unreconciledCount = batched((context, ids) =>
  countUnreconciled(context.app, viewerOf(context), ids),
);

FinancialAccountRef.implement({
  description: "An account at the bank: exposed by a connection, or fed by hand.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    connection: t.field({
      type: BankConnectionRef,
      nullable: true,
      description: "The bank connection that it belongs to; null for one that is fed by hand.",
      resolve: async ({ connectionId }, _args, context) =>
        connectionId === null ? null : ((await loadConnection(context, connectionId)) ?? null),
    }),
    institutionName: t.string({
      description: "The bank where it is held.",
      resolve: async ({ connectionId, institutionName }, _args, context) => {
        const connection =
          connectionId === null ? undefined : await loadConnection(context, connectionId);
        return connection?.institutionName ?? institutionName ?? "Another bank";
      },
    }),
    institutionColour: t.string({
      nullable: true,
      description: "The bank's brand colour, CSS hex.",
      resolve: async ({ connectionId }, _args, context) => {
        const connection =
          connectionId === null ? undefined : await loadConnection(context, connectionId);
        return connection?.institutionColour ?? null;
      },
    }),
    // Some banks name an account by its IBAN or its card's number.
    name: t.string({
      description: "What the bank or its owner calls it; of a number in it, the last digits.",
      resolve: ({ name }) => maskIdentifiers(name),
    }),
    officialName: t.string({
      nullable: true,
      description: "The product's name, as the bank has it.",
      resolve: ({ officialName }) => officialName && maskIdentifiers(officialName),
    }),
    kind: t.field({
      type: FinancialAccountKind,
      description: "What kind of account it is.",
      resolve: ({ kind }) => kind as Kind,
    }),
    mask: t.string({
      nullable: true,
      description: "Its last digits, four at most.",
      resolve: ({ mask }) => lastFour(mask),
    }),
    currency: t.exposeString("currency", { description: "ISO 4217." }),
    balance: t.field({
      type: MoneyType,
      nullable: true,
      description: "What is booked; negative where money is owed.",
      resolve: (account) => moneyOf(account, account.balanceCurrentMinor),
    }),
    availableBalance: t.field({
      type: MoneyType,
      nullable: true,
      description: "What can be spent, as the bank reckons it.",
      resolve: (account) => moneyOf(account, account.balanceAvailableMinor),
    }),
    balanceAsOf: t.expose("balanceAsOf", {
      type: "DateTime",
      nullable: true,
      description: "When the balances were so.",
    }),
    closedAt: t.expose("closedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when nothing arrives any more: closed, not shared, or disconnected.",
    }),
    unreconciledCount: t.int({
      description: "Transactions that are not, or not wholly, matched. Needs transactions:read.",
      resolve: async ({ id }, _args, context) => (await unreconciledCount(context, id)) ?? 0,
    }),
  }),
});

builder.queryField("financialAccounts", (t) =>
  t.field({
    type: [FinancialAccountRef],
    description: "All accounts, open ones first. Needs bank_connections:read.",
    resolve: (_root, _args, context) => listAccounts(context.app, viewerOf(context)),
  }),
);

builder.queryField("financialAccount", (t) =>
  t.field({
    type: FinancialAccountRef,
    nullable: true,
    description: "One account. Needs bank_connections:read.",
    args: { id: t.arg.id({ required: true, description: "The account's id." }) },
    resolve: async (_root, { id }, context) =>
      (await readAccounts(context.app, viewerOf(context), [id])).get(id.toLowerCase()) ?? null,
  }),
);

function moneyOf(account: FinancialAccount, amountMinor: bigint | null): Money | null {
  return amountMinor !== null && isCurrencyCode(account.currency)
    ? { amountMinor, currency: account.currency satisfies CurrencyCode }
    : null;
}
