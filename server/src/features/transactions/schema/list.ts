import { validate as isUuid } from "uuid";
import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { selects } from "../../../graphql/selects.ts";
import { writeCursor } from "../../paging.ts";
import { MatchOrigin } from "../../reconciliation/schema/origin.ts";
import { listTransactions } from "../list-transactions.ts";
import { BankTransactionStatusType } from "./bank-transaction.ts";
import { Direction } from "./direction.ts";
import { loadTransaction } from "./loaders.ts";
import { BankTransactionRef } from "./refs.ts";

const BankTransactionFilter = builder.inputType("BankTransactionFilter", {
  description: "Which bank transactions to list. All conditions must hold.",
  fields: (t) => ({
    from: t.field({ type: "LocalDate", description: "Booked on this day or later." }),
    to: t.field({ type: "LocalDate", description: "Booked on this day or earlier." }),
    accountIds: t.idList({ description: "Lines of one of these accounts." }),
    blockId: t.id({ description: "Lines of the accounts in this block." }),
    inBlocks: t.boolean({
      description: "True: of accounts that are in some block. False: of accounts in none.",
    }),
    matchOrigin: t.field({
      type: MatchOrigin,
      description: "With a live match that was made so.",
    }),
    importBatchId: t.id({ description: "Lines that this import added." }),
    ruleId: t.id({ description: "Lines on which this rule's action stands." }),
    runId: t.id({
      description:
        "Lines of which something that this run decided stands: a match, a transfer or a rule's action.",
    }),
    transfer: t.boolean({
      description: "True: sides of transfers between own accounts. False: all others.",
    }),
    statuses: t.field({
      type: [BankTransactionStatusType],
      description: "In one of these statuses. Without it, all but what the bank has removed.",
    }),
    categoryIds: t.idList({ description: "In one of these categories." }),
    uncategorised: t.boolean({ description: "True: without a category. False: with one." }),
    amountMin: t.field({
      type: "Decimal",
      description: "At least this much, in or out, each in its own currency.",
    }),
    amountMax: t.field({
      type: "Decimal",
      description: "At most this much, in or out, each in its own currency.",
    }),
    direction: t.field({ type: Direction, description: "Only money in or only money out." }),
    search: t.string({
      description: "Text in the description, the reference or the counterparty's name.",
    }),
  }),
});

const BankTransactionConnection = pageType(
  "BankTransaction",
  BankTransactionRef,
  { row: "a bank transaction", page: "bank transactions, the newest first" },
  ({ id, bookedOn }) => writeCursor({ day: bookedOn, id }),
);

builder.queryField("bankTransactions", (t) =>
  t.field({
    type: BankTransactionConnection,
    description: "Bank transactions of all accounts, the newest first. Needs transactions:read.",
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: BankTransactionFilter, description: "Which ones." }),
    },
    resolve: async (_root, { filter, ...page }, context, info) => {
      const wants = (field: string) =>
        selects(info, ["nodes", field]) || selects(info, ["edges", "node", field]);
      return listTransactions(context.app, viewerOf(context), {
        page,
        filter: {
          ...filter,
          from: filter?.from == null ? null : localDate(filter.from),
          to: filter?.to == null ? null : localDate(filter.to),
        },
        wanted: { account: wants("account"), matches: wants("matches") },
      });
    },
  }),
);

builder.queryField("bankTransaction", (t) =>
  t.field({
    type: BankTransactionRef,
    nullable: true,
    description: "One bank transaction. Needs transactions:read.",
    args: { id: t.arg.id({ required: true, description: "The transaction's id." }) },
    resolve: async (_root, { id }, context) =>
      isUuid(id) ? ((await loadTransaction(context, id.toLowerCase())) ?? null) : null,
  }),
);
