import { describeCheck } from "../../../core/statements/describe-check.ts";
import type { BalanceCheck } from "../../../core/statements/statement.ts";
import { builder } from "../../../graphql/builder.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import { loadAccountOfTransaction } from "../../transactions/schema/loaders.ts";
import type { ShownProblem, ShownStatement } from "../read-import-parts.ts";
import { moneyOrNull } from "./amounts.ts";
import { BalanceCheckKindType, ProblemLossType } from "./enums.ts";

export const ImportStatementRef = builder.objectRef<ShownStatement>("ImportStatement").implement({
  description: "One statement of a file: an account over a period, with its balances.",
  fields: (t) => ({
    position: t.exposeInt("position", {
      description: "Its place in the file. `decideImport` names it by this.",
    }),
    account: t.field({
      type: FinancialAccountRef,
      nullable: true,
      description: "Whose it is; null where nobody knows yet.",
      resolve: async ({ accountId }, _args, context) =>
        accountId === null ? null : ((await loadAccountOfTransaction(context, accountId)) ?? null),
    }),
    accountName: t.exposeString("accountName", {
      nullable: true,
      description: "What the file calls the account.",
    }),
    accountMask: t.exposeString("accountMask", {
      nullable: true,
      description: "The last digits of the number that the file gives the account.",
    }),
    currency: t.exposeString("currency", {
      nullable: true,
      description: "ISO 4217: the statement's, or else the account's.",
    }),
    number: t.exposeString("number", {
      nullable: true,
      description: "The statement's own number, as the bank counts.",
    }),
    firstOn: t.expose("firstOn", {
      type: "LocalDate",
      nullable: true,
      description: "The first day that it covers.",
    }),
    lastOn: t.expose("lastOn", {
      type: "LocalDate",
      nullable: true,
      description: "The last day that it covers.",
    }),
    openingBalance: t.field({
      type: MoneyType,
      nullable: true,
      description: "The balance before its first line, as the file states it.",
      resolve: ({ openingMinor, currency }) => moneyOrNull(openingMinor, currency),
    }),
    closingBalance: t.field({
      type: MoneyType,
      nullable: true,
      description: "The balance after its last line, as the file states it.",
      resolve: ({ closingMinor, currency }) => moneyOrNull(closingMinor, currency),
    }),
    closingOn: t.expose("closingOn", {
      type: "LocalDate",
      nullable: true,
      description: "The day of the closing balance.",
    }),
    lines: t.exposeInt("lines", { description: "How many lines of it could be read." }),
    credits: t.field({
      type: MoneyType,
      nullable: true,
      description: "What its lines of money in come to.",
      resolve: ({ creditsMinor, currency }) => moneyOrNull(creditsMinor, currency),
    }),
    debits: t.field({
      type: MoneyType,
      nullable: true,
      description: "What its lines of money out come to, without a sign.",
      resolve: ({ debitsMinor, currency }) => moneyOrNull(debitsMinor, currency),
    }),
  }),
});

export const ImportProblemRef = builder.objectRef<ShownProblem>("ImportProblem").implement({
  description: "What could not be read of a file, or looked odd.",
  fields: (t) => ({
    row: t.exposeInt("row", {
      description: "The row or record of the file, from 1; 0 for the file as a whole.",
    }),
    code: t.exposeString("code", { description: "Stable, for programs." }),
    message: t.exposeString("message", { description: "A sentence, for people." }),
    text: t.exposeString("text", { description: "What stands there, cut." }),
    loss: t.expose("loss", { type: ProblemLossType, description: "What is lost by it." }),
  }),
});

export const BalanceCheckRef = builder.objectRef<BalanceCheck>("BalanceCheck").implement({
  description: "A figure that the file states, and what its lines come to.",
  fields: (t) => ({
    what: t.expose("what", { type: BalanceCheckKindType, description: "What was checked." }),
    row: t.exposeInt("row", {
      description: "Where in the file the stated figure stands, from 1; 0 for the whole file.",
    }),
    place: t.exposeString("place", { description: "Of what it is, in words." }),
    message: t.string({
      description: "The check as a sentence, with both figures and the difference.",
      resolve: (check) => describeCheck(check),
    }),
    statedAmount: t.field({
      type: MoneyType,
      nullable: true,
      description: "What the file states; null for a count.",
      resolve: ({ unit, stated, currency }) =>
        unit === "money" ? moneyOrNull(stated, currency) : null,
    }),
    computedAmount: t.field({
      type: MoneyType,
      nullable: true,
      description: "What was computed; null for a count.",
      resolve: ({ unit, computed, currency }) =>
        unit === "money" ? moneyOrNull(computed, currency) : null,
    }),
    difference: t.field({
      type: MoneyType,
      nullable: true,
      description: "By how much the stated amount is above the computed one; null for a count.",
      resolve: ({ unit, stated, computed, currency }) =>
        unit === "money" ? moneyOrNull(stated - computed, currency) : null,
    }),
    statedCount: t.int({
      nullable: true,
      description: "How many the file states; null for an amount.",
      resolve: ({ unit, stated }) => (unit === "count" ? countOf(stated) : null),
    }),
    computedCount: t.int({
      nullable: true,
      description: "How many were counted; null for an amount.",
      resolve: ({ unit, computed }) => (unit === "count" ? countOf(computed) : null),
    }),
  }),
});

const intMax = 2n ** 31n - 1n;

/** A file may state a count beyond any that GraphQL's Int holds. */
function countOf(count: bigint): number {
  return Number(count > intMax ? intMax : count < -intMax ? -intMax : count);
}
