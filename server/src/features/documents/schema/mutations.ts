import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyInput } from "../../../graphql/money.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { createOpenItem } from "../create-open-item.ts";
import {
  type LoadOutcome,
  type LoadProblem,
  loadedMax,
  loadOpenItems,
} from "../load-open-items.ts";
import { updateOpenItem } from "../update-open-item.ts";
import { voidOpenItem } from "../void-open-item.ts";
import { OpenItemKindType } from "./open-item.ts";
import { OpenItemRef } from "./refs.ts";

const OpenItemInputType = builder.inputType("OpenItemInput", {
  description: "An invoice or an expense to add.",
  fields: (t) => ({
    kind: t.field({ type: OpenItemKindType, required: true, description: "Invoice or expense." }),
    number: t.string({ required: true, description: "The document's number." }),
    counterpartyName: t.string({ required: true, description: "The customer or the supplier." }),
    issuedOn: t.field({ type: "LocalDate", required: true, description: "The document's date." }),
    dueOn: t.field({ type: "LocalDate", description: "When it is to be paid." }),
    amount: t.field({ type: MoneyInput, required: true, description: "Above zero." }),
    description: t.string({ description: "A note." }),
  }),
});

const OpenItemChanges = builder.inputType("OpenItemChanges", {
  description: "What to change of an open item. What is left out stays as it is.",
  fields: (t) => ({
    number: t.string({ description: "The document's number." }),
    counterpartyName: t.string({ description: "The customer or the supplier." }),
    issuedOn: t.field({ type: "LocalDate", description: "The document's date." }),
    dueOn: t.field({
      type: "LocalDate",
      description: "When it is to be paid; null takes it away.",
    }),
    amount: t.field({ type: MoneyInput, description: "Above zero, not below what is settled." }),
    description: t.string({ description: "A note; null takes it away." }),
  }),
});

const BulkLoadProblem = builder.objectRef<LoadProblem>("BulkLoadProblem").implement({
  description: "Why a row of a bulk load was not taken.",
  fields: (t) => ({
    row: t.exposeInt("row", { description: "The row's place in the list, from 1." }),
    field: t.exposeString("field", { nullable: true, description: "Which of its fields." }),
    message: t.exposeString("message", { description: "A sentence, for people." }),
  }),
});

const BulkLoadedOpenItems = builder.objectRef<LoadOutcome>("BulkLoadedOpenItems").implement({
  description: "What became of a bulk load.",
  fields: (t) => ({
    created: t.exposeInt("created", { description: "How many were new." }),
    updated: t.exposeInt("updated", { description: "How many were there and have changed." }),
    unchanged: t.exposeInt("unchanged", { description: "How many were there, just so." }),
    problems: t.field({
      type: [BulkLoadProblem],
      description: "The rows that were not taken.",
      resolve: ({ problems }) => [...problems],
    }),
  }),
});

builder.mutationFields((t) => ({
  createOpenItem: t.field({
    type: OpenItemRef,
    errors: { types: [Forbidden, InvalidInput, Conflict] },
    description: "Adds an invoice or an expense; matching follows. Needs open_items:manage.",
    args: {
      input: t.arg({ type: OpenItemInputType, required: true, description: "What to add." }),
    },
    resolve: (_root, { input }, context) =>
      createOpenItem(context.app, viewerOf(context), withDates(input)),
  }),
  updateOpenItem: t.field({
    type: OpenItemRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Changes an invoice or an expense. What is settled of it stays settled. Needs open_items:manage.",
    args: {
      id: t.arg.id({ required: true, description: "The open item's id." }),
      changes: t.arg({ type: OpenItemChanges, required: true, description: "What to change." }),
    },
    resolve: (_root, { id, changes }, context) =>
      updateOpenItem(context.app, viewerOf(context), {
        id,
        changes: {
          ...changes,
          issuedOn: changes.issuedOn == null ? null : localDate(changes.issuedOn),
          dueOn: changes.dueOn == null ? changes.dueOn : localDate(changes.dueOn),
        },
      }),
  }),
  voidOpenItem: t.field({
    type: OpenItemRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Takes an open item of which nothing is settled out of the books. Needs open_items:manage.",
    args: { id: t.arg.id({ required: true, description: "The open item's id." }) },
    resolve: (_root, { id }, context) => voidOpenItem(context.app, viewerOf(context), id),
  }),
  loadOpenItems: t.field({
    type: BulkLoadedOpenItems,
    errors: { types: [Forbidden, InvalidInput] },
    description:
      "Loads a list of invoices and expenses: new ones are added, those that are there by kind, counterparty and number are brought up to date. Loading a list twice changes nothing. Needs open_items:manage.",
    args: {
      items: t.arg({
        type: [OpenItemInputType],
        required: true,
        description: `The list, 1 to ${loadedMax}.`,
      }),
    },
    resolve: (_root, { items }, context) =>
      loadOpenItems(context.app, viewerOf(context), items.map(withDates)),
  }),
}));

function withDates<Input extends { issuedOn: string; dueOn?: string | null | undefined }>(
  input: Input,
) {
  return {
    ...input,
    issuedOn: localDate(input.issuedOn),
    dueOn: input.dueOn == null ? null : localDate(input.dueOn),
  };
}
