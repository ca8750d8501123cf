import { assert } from "../../../core/assert.ts";
import { money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { InvalidInput } from "../../errors.ts";
import { loadTransaction } from "../../transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import type { RecognisedLine } from "../read-import-parts.ts";
import { RecognitionType } from "./enums.ts";
import {
  loadAlsoIn,
  loadImport,
  loadOrigin,
  loadRecognisedCount,
  loadRecognisedLines,
  partsMax,
  placeOf,
} from "./loaders.ts";
import { ImportBatchRef, RecognisedLineRef } from "./refs.ts";

RecognisedLineRef.implement({
  description: "A line of a file that the books had already, as the file has it.",
  fields: (t) => ({
    position: t.exposeInt("position", {
      description: "Its place in the file. `partRecognisedLine` names it by this.",
    }),
    row: t.exposeInt("row", { description: "The row or record of the file, from 1." }),
    how: t.expose("how", { type: RecognitionType, description: "By what it was recognised." }),
    bookedOn: t.expose("bookedOn", { type: "LocalDate", description: "The booking day." }),
    amount: t.field({
      type: MoneyType,
      description: "Money in is positive, money out negative.",
      resolve: ({ amountMinor, currency }) => money(amountMinor, currency),
    }),
    description: t.exposeString("description", { description: "The bank's text." }),
    reference: t.exposeString("reference", {
      nullable: true,
      description: "The payment reference.",
    }),
    counterpartyName: t.exposeString("counterpartyName", {
      nullable: true,
      description: "Who paid or was paid, as the bank names them.",
    }),
    transaction: t.field({
      type: BankTransactionRef,
      description: "The bank transaction that it was taken for.",
      resolve: async ({ transactionId }, _args, context) => {
        const transaction = await loadTransaction(context, transactionId);
        assert(transaction, "bank transactions are never deleted");
        return transaction;
      },
    }),
    parted: t.boolean({
      description: "Whether a person has said that they are two.",
      resolve: ({ partedAt }) => partedAt !== null,
    }),
    importBatch: t.field({
      type: ImportBatchRef,
      description: "The import of the file.",
      resolve: async ({ batchId }, _args, context) => {
        const batch = await loadImport(context, batchId);
        assert(batch, "imports are never deleted");
        return batch;
      },
    }),
  }),
});

const RecognisedLineEdge = builder.edgeObject({
  type: RecognisedLineRef,
  name: "RecognisedLineEdge",
  description: "A recognised line with its cursor.",
});

interface RecognisedPage {
  readonly batchId: string;
  readonly lines: readonly RecognisedLine[];
  readonly after: number;
  readonly hasNextPage: boolean;
}

const RecognisedLineConnection = builder
  .objectRef<RecognisedPage>("RecognisedLineConnection")
  .implement({
    description: "A page of recognised lines, in the file's order.",
    fields: (t) => ({
      edges: t.field({
        type: [RecognisedLineEdge],
        description: "The rows with their cursors.",
        resolve: ({ lines }) => lines.map((node) => ({ node, cursor: String(node.position) })),
      }),
      nodes: t.field({
        type: [RecognisedLineRef],
        description: "The rows.",
        resolve: ({ lines }) => [...lines],
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: "Where this page stands in the list.",
        resolve: ({ lines, after, hasNextPage }) => ({
          hasNextPage,
          hasPreviousPage: after !== fromStart,
          startCursor: cursorOf(lines.at(0)),
          endCursor: cursorOf(lines.at(-1)),
        }),
      }),
      totalCount: t.int({
        description: "How many there are in all pages.",
        resolve: async ({ batchId }, _args, context) =>
          (await loadRecognisedCount(context, batchId)) ?? 0,
      }),
    }),
  });

builder.objectField(ImportBatchRef, "recognisedLines", (t) =>
  t.field({
    type: RecognisedLineConnection,
    description:
      "The lines that the books had already, in the file's order, once it is written; until then `recognisedFrom` counts them.",
    args: {
      first: t.arg.int({
        required: true,
        defaultValue: 50,
        description: `So many lines, up to ${partsMax}.`,
      }),
      after: t.arg.string({ description: "A row's cursor: the page begins behind it." }),
    },
    resolve: async ({ id }, args, context) => {
      const first = Math.min(Math.max(args.first, 1), partsMax);
      const after = readPosition(args.after);
      const found = (await loadRecognisedLines(first)(context, placeOf(id, after))) ?? [];
      return {
        batchId: id,
        lines: found.slice(0, first),
        after,
        hasNextPage: found.length > first,
      };
    },
  }),
);

/** Positions count from 0. */
const fromStart = -1;

function cursorOf(line: RecognisedLine | undefined): string | null {
  return line === undefined ? null : String(line.position);
}

function readPosition(cursor: string | null | undefined): number {
  if (cursor == null) return fromStart;
  if (!/^\d{1,9}$/.test(cursor)) {
    throw new InvalidInput("This is no cursor that the list gave.", "after");
  }
  return Number(cursor);
}

builder.objectFields(BankTransactionRef, (t) => ({
  importBatch: t.field({
    type: ImportBatchRef,
    nullable: true,
    description: "The import that added it; null where a feed did.",
    resolve: async ({ id }, _args, context) => {
      const batchId = (await loadOrigin(context, id))?.batchId ?? null;
      return batchId === null ? null : ((await loadImport(context, batchId)) ?? null);
    },
  }),
  importRow: t.int({
    nullable: true,
    description: "The row or record of that import's file, from 1.",
    resolve: async ({ id }, _args, context) => (await loadOrigin(context, id))?.row ?? null,
  }),
  alsoIn: t.field({
    type: [RecognisedLineRef],
    description:
      "The lines of files that were taken for it, the latest first, as the files have them.",
    resolve: async ({ id }, _args, context) => (await loadAlsoIn(context, id)) ?? [],
  }),
}));
