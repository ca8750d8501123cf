import { validate as isUuid } from "uuid";
import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { selects } from "../../../graphql/selects.ts";
import { writeCursor } from "../../paging.ts";
import type { BankTransaction } from "../bank-transaction.ts";
import { listTransactions } from "../list-transactions.ts";
import { BankTransactionStatusType } from "./bank-transaction.ts";
import { loadTransaction } from "./loaders.ts";
import { BankTransactionRef } from "./refs.ts";

const Direction = builder.enumType("Direction", {
  description: "Which way money moved.",
  values: {
    IN: { value: "in", description: "Money in." },
    OUT: { value: "out", description: "Money out." },
  } as const,
});

const BankTransactionFilter = builder.inputType("BankTransactionFilter", {
  description: "Which bank transactions to list. All conditions must hold.",
  fields: (t) => ({
    from: t.field({ type: "LocalDate", description: "Booked on this day or later." }),
    to: t.field({ type: "LocalDate", description: "Booked on this day or earlier." }),
    accountIds: t.idList({ description: "Lines of one of these accounts." }),
    blockId: t.id({ description: "Lines of the accounts in this block." }),
    importBatchId: t.id({ description: "Lines that this import added." }),
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

const BankTransactionEdge = builder.edgeObject({
  type: BankTransactionRef,
  name: "BankTransactionEdge",
  description: "A bank transaction with its cursor.",
});

interface Edge {
  readonly cursor: string;
  readonly node: BankTransaction;
}

const BankTransactionConnection = builder
  .objectRef<{
    readonly edges: readonly Edge[];
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    countAll(): Promise<number>;
  }>("BankTransactionConnection")
  .implement({
    description: "A page of bank transactions, the newest first.",
    fields: (t) => ({
      edges: t.field({
        type: [BankTransactionEdge],
        description: "The rows with their cursors.",
        resolve: ({ edges }) => [...edges],
      }),
      nodes: t.field({
        type: [BankTransactionRef],
        description: "The rows.",
        resolve: ({ edges }) => edges.map(({ node }) => node),
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: "Where this page stands in the list.",
        resolve: ({ edges, hasNextPage, hasPreviousPage }) => ({
          hasNextPage,
          hasPreviousPage,
          startCursor: edges.at(0)?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        }),
      }),
      totalCount: t.int({
        description:
          "How many there are in all pages. Counts them all: ask only where it is shown.",
        resolve: (page) => page.countAll(),
      }),
    }),
  });

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
      const found = await listTransactions(context.app, viewerOf(context), {
        page,
        filter: {
          ...filter,
          from: filter?.from == null ? null : localDate(filter.from),
          to: filter?.to == null ? null : localDate(filter.to),
        },
        wanted: { account: wants("account"), matches: wants("matches") },
      });
      const edges = found.rows.map((node) => ({
        cursor: writeCursor({ day: node.bookedOn, id: node.id }),
        node,
      }));
      return { ...found, edges };
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
