import { assert } from "../../../core/assert.ts";
import { magnitude, money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import type { Context } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { AuditEntryType } from "../../audit/schema.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import type { Match } from "../../reconciliation/match.ts";
import { loadMatchesOfTransaction, loadMatchOrigin } from "../../reconciliation/schema/loaders.ts";
import { MatchOrigin } from "../../reconciliation/schema/origin.ts";
import { MatchRef } from "../../reconciliation/schema/refs.ts";
import type { BankTransaction } from "../bank-transaction.ts";
import { historyMax, loadAccountOfTransaction, loadCategory, loadHistory } from "./loaders.ts";
import { BankTransactionRef, CategoryRef } from "./refs.ts";

export const BankTransactionStatusType = builder.enumType("BankTransactionStatus", {
  description: "How far a bank transaction is reconciled. It follows from its live matches.",
  values: {
    UNMATCHED: { value: "unmatched", description: "Nothing explains it yet." },
    PART_MATCHED: { value: "part_matched", description: "Matches explain a part of it." },
    MATCHED: { value: "matched", description: "Matches explain all of it." },
    EXCLUDED: { value: "excluded", description: "A person left it out, with a reason." },
    REMOVED: { value: "removed", description: "The bank has taken it back." },
  } as const,
});

// What came along with the row is answered at once, not in a promise: a page asks 150 times.
BankTransactionRef.implement({
  description: "One line of a bank account, from a feed or a file.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    account: t.field({
      type: FinancialAccountRef,
      description: "The account that it is a line of.",
      resolve: (transaction, _args, context) =>
        transaction.account ?? loadAccountFor(transaction, context),
    }),
    bookedOn: t.expose("bookedOn", {
      type: "LocalDate",
      description: "The day on which the bank booked it.",
    }),
    amount: t.field({
      type: MoneyType,
      description: "Money in is positive, money out negative.",
      resolve: ({ amountMinor, currency }) => money(amountMinor, currency),
    }),
    openAmount: t.field({
      type: MoneyType,
      description: "What no live match uses yet, without a sign.",
      resolve: ({ amountMinor, allocatedMinor, currency }) =>
        money(magnitude(amountMinor) - allocatedMinor, currency),
    }),
    description: t.exposeString("description", { description: "The bank's text." }),
    counterpartyName: t.exposeString("counterpartyName", {
      nullable: true,
      description: "Who paid or was paid, as the bank names them.",
    }),
    reference: t.exposeString("reference", {
      nullable: true,
      description: "The payment reference.",
    }),
    pending: t.exposeBoolean("pending", { description: "Whether the bank has yet to post it." }),
    status: t.expose("status", {
      type: BankTransactionStatusType,
      description: "How far it is reconciled.",
    }),
    category: t.field({
      type: CategoryRef,
      nullable: true,
      description: "Its category.",
      resolve: (transaction, _args, context) => {
        if (transaction.category !== undefined) return transaction.category;
        return transaction.categoryId === null
          ? null
          : loadCategory(context, transaction.categoryId);
      },
    }),
    exclusionReason: t.exposeString("exclusionReason", {
      nullable: true,
      description: "Why a person left it out.",
    }),
    matches: t.field({
      type: [MatchRef],
      description: "Its live matches.",
      resolve: ({ id, matches }, _args, context) =>
        matches ? [...matches] : loadMatchesFor(id, context),
    }),
    matchOrigin: t.field({
      type: MatchOrigin,
      nullable: true,
      description:
        "What made its live match; null without one. Where a person made one of several, a person.",
      resolve: (transaction, _args, context) => originOf(transaction, context),
    }),
    history: t.field({
      type: [AuditEntryType],
      description: "What people and Tieout have done to it, the newest first.",
      args: {
        first: t.arg.int({
          defaultValue: 20,
          description: `So many entries, up to ${historyMax}.`,
        }),
      },
      resolve: async ({ id }, { first }, context) => {
        const entries = (await loadHistory(context, id)) ?? [];
        return entries.slice(0, Math.max(0, first ?? 20));
      },
    }),
    createdAt: t.expose("createdAt", {
      type: "DateTime",
      description: "When it first came here.",
    }),
  }),
});

async function loadAccountFor({ accountId }: BankTransaction, context: Context) {
  const account = await loadAccountOfTransaction(context, accountId);
  assert(account, "a bank transaction has an account");
  return account;
}

async function loadMatchesFor(id: string, context: Context): Promise<Match[]> {
  return (await loadMatchesOfTransaction(context, id)) ?? [];
}

function originOf({ id, allocatedMinor, matches }: BankTransaction, context: Context) {
  if (allocatedMinor === 0n) return null;
  if (matches === undefined) return loadMatchOrigin(context, id).then((origin) => origin ?? null);
  if (matches.length === 0) return null;
  return matches.some(({ origin }) => origin === "manual") ? "manual" : "automatic";
}
