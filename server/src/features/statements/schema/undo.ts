import { assert } from "../../../core/assert.ts";
import type { Money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { knownIdOr } from "../../ids.ts";
import { loadMatch } from "../../reconciliation/schema/loaders.ts";
import { MatchRef } from "../../reconciliation/schema/refs.ts";
import { loadTransaction } from "../../transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import { partLine } from "../part-recognised-line.ts";
import { rejoinLine } from "../rejoin-recognised-line.ts";
import { previewUndo, type UndoPreview, undoImport } from "../undo-import.ts";
import { ImportBatchRef } from "./refs.ts";

const ImportUndoPreviewRef = builder.objectRef<UndoPreview>("ImportUndoPreview").implement({
  description: "What undoing an import would take back.",
  fields: (t) => ({
    lines: t.exposeInt("lines", { description: "How many lines would be taken out." }),
    kept: t.exposeInt("kept", {
      description: "How many lines that it added would stay, for another import has them too.",
    }),
    matches: t.exposeInt("matches", { description: "How many matches would be voided." }),
    openItems: t.exposeInt("openItems", {
      description: "How many open items would be open again.",
    }),
    amount: t.field({
      type: [MoneyType],
      description: "What the lines come to, without signs, one amount for each currency.",
      resolve: ({ amount }): Money[] => [...amount],
    }),
    matchedSample: t.field({
      type: [MatchRef],
      description: "Some of the matches that would be voided.",
      resolve: async ({ matchIds }, _args, context) => {
        const matches = await Promise.all(matchIds.map((id) => loadMatch(context, id)));
        return matches.filter((match) => match !== undefined);
      },
    }),
  }),
});

builder.queryField("importUndoPreview", (t) =>
  t.field({
    type: ImportUndoPreviewRef,
    nullable: true,
    description:
      "What undoing an import would take back; null where there is nothing to undo. Needs statements:import.",
    args: { id: t.arg.id({ required: true, description: "The import's id." }) },
    resolve: (_root, { id }, context) => {
      const known = knownIdOr(id, null);
      return known === null ? null : previewUndo(context.app, viewerOf(context), { id: known });
    },
  }),
);

builder.mutationFields((t) => ({
  undoImport: t.field({
    type: ImportBatchRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Takes the lines that an import added out of the books, and voids their matches. What another import has too " +
      "stays. Needs statements:import.",
    args: { id: t.arg.id({ required: true, description: "The import's id." }) },
    resolve: (_root, request, context) => undoImport(context.app, viewerOf(context), request),
  }),
  partRecognisedLine: t.field({
    type: BankTransactionRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Says that a recognised line is another payment than the one it was taken for: it is added to the books. Answers " +
      "the new bank transaction. Needs statements:import.",
    args: {
      batchId: t.arg.id({ required: true, description: "The import's id." }),
      position: t.arg.int({ required: true, description: "The line's place in its file." }),
    },
    resolve: async (_root, request, context) => {
      const id = await partLine(context.app, viewerOf(context), request);
      const transaction = await loadTransaction(context, id);
      assert(transaction, "it was added a moment ago");
      return transaction;
    },
  }),
  rejoinRecognisedLine: t.field({
    type: BankTransactionRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Takes it back that a recognised line is another payment: the line that was added for it is removed, and its " +
      "matches are voided. Answers the bank transaction that stays. Needs statements:import.",
    args: {
      batchId: t.arg.id({ required: true, description: "The import's id." }),
      position: t.arg.int({ required: true, description: "The line's place in its file." }),
    },
    resolve: async (_root, request, context) => {
      const id = await rejoinLine(context.app, viewerOf(context), request);
      const transaction = await loadTransaction(context, id);
      assert(transaction, "bank transactions are never deleted");
      return transaction;
    },
  }),
}));
