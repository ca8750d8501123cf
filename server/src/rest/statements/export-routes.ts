import { z } from "zod";
import { exportTransactions } from "../../features/transactions/export-transactions.ts";
import { FileAnswer, type Route, route } from "../route.ts";
import { filterOf } from "../transaction-filter.ts";
import { exportCsvQuery, exportOfxQuery } from "./schemas.ts";

const common = {
  method: "get",
  permission: "the permission transactions:read",
  body: null,
  bodyOptional: true,
  problems: ["NOT_FOUND"],
  answers: { status: 200, schema: z.string() },
} as const;

const howItIsRead =
  "The oldest first. It is read while it is sent: a line that changes meanwhile is in it as it was when its page was " +
  "read, and none comes twice.";

export const exportRoutes: readonly Route[] = [
  route({
    ...common,
    path: "/transactions.csv",
    operationId: "exportTransactionsCsv",
    summary: "Bank transactions as CSV",
    description: `UTF-8, amounts as plain decimals; what a spreadsheet would run as a formula has an apostrophe before it. ${howItIsRead}`,
    query: exportCsvQuery,
    sendsFile: ["text/csv"],
    answer: async ({ app, viewer, query }) =>
      new FileAnswer({
        mediaType: "text/csv; charset=utf-8",
        ...(await exportTransactions(app, viewer, {
          format: "csv",
          accountId: query.account_id ?? null,
          filter: filterOf(query),
          pending: query.pending === "true",
        })),
      }),
  }),
  route({
    ...common,
    path: "/transactions.ofx",
    operationId: "exportTransactionsOfx",
    summary: "One account's bank transactions as OFX",
    description: `For other accounting software; without pending ones. ${howItIsRead}`,
    query: exportOfxQuery,
    sendsFile: ["application/x-ofx"],
    answer: async ({ app, viewer, query }) =>
      new FileAnswer({
        mediaType: "application/x-ofx",
        ...(await exportTransactions(app, viewer, {
          format: "ofx",
          accountId: query.account_id,
          filter: filterOf(query),
          pending: false,
        })),
      }),
  }),
];
