import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { authorise } from "../../viewer.ts";
import type { BankTransaction } from "../bank-transaction.ts";
import { categoriseTransactions } from "../categorise-transactions.ts";
import { categorisedMax } from "../category-choice.ts";
import { type CategoryKind, createCategory } from "../create-category.ts";
import { readCategories } from "../read-categories.ts";
import { type UndoneCategorisation, undoCategorisation } from "../undo-categorisation.ts";
import { BankTransactionRef, CategoryRef } from "./refs.ts";

const CategoryKindType = builder.enumType("CategoryKind", {
  description: "What a category says about the money.",
  values: {
    INCOME: { value: "income", description: "It was earned." },
    EXPENSE: { value: "expense", description: "It was spent." },
    TRANSFER: { value: "transfer", description: "It moved between own accounts." },
  } as const,
});

CategoryRef.implement({
  description: "What a bank transaction was for.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    name: t.exposeString("name", { description: "Its name." }),
    kind: t.field({
      type: CategoryKindType,
      description: "What it says about the money.",
      resolve: ({ kind }) => kind as CategoryKind,
    }),
  }),
});

const CategorisedTransactions = builder
  .objectRef<{ transactions: BankTransaction[] }>("CategorisedTransactions")
  .implement({
    description: "Bank transactions with their new category.",
    fields: (t) => ({
      transactions: t.field({
        type: [BankTransactionRef],
        description: "They, in the order asked for.",
        resolve: ({ transactions }) => transactions,
      }),
    }),
  });

const UndoneCategorisationRef = builder
  .objectRef<UndoneCategorisation>("UndoneCategorisation")
  .implement({
    description: "Bank transactions whose choice of a category was taken back.",
    fields: (t) => ({
      transactions: t.field({
        type: [BankTransactionRef],
        description: "They, as they are now, in the order asked for.",
        resolve: ({ transactions }) => transactions,
      }),
      kept: t.exposeInt("kept", {
        description:
          "How many of them stay as they are: the choice was not the viewer's, or they have another category since.",
      }),
    }),
  });

builder.queryField("categories", (t) =>
  t.field({
    type: [CategoryRef],
    description: "The organisation's categories, by name. Needs transactions:read.",
    resolve: (_root, _args, context) => {
      const viewer = viewerOf(context);
      authorise(viewer, "transactions:read");
      return readAsOrganisation(context.app.database, viewer.organisationId, readCategories);
    },
  }),
);

builder.mutationFields((t) => ({
  categoriseTransactions: t.field({
    type: CategorisedTransactions,
    errors: { types: [Forbidden, NotFound, InvalidInput] },
    description:
      "Sets the category of bank transactions, all or none. From then on a sync leaves it alone. Needs transactions:categorise.",
    args: {
      ids: t.arg.idList({ required: true, description: `Which, 1 to ${categorisedMax}.` }),
      categoryId: t.arg.id({ description: "The category; null takes it away." }),
    },
    resolve: async (_root, { ids, categoryId }, context) => ({
      transactions: await categoriseTransactions(context.app, viewerOf(context), {
        ids,
        categoryId: categoryId ?? null,
      }),
    }),
  }),
  undoCategorisation: t.field({
    type: UndoneCategorisationRef,
    errors: { types: [Forbidden, NotFound, InvalidInput] },
    description:
      "Takes the viewer's own choice of a category back: each bank transaction has again what it had before, and a sync or " +
      "a rule may change what no person has chosen. One that has another category since stays as it is. Needs " +
      "transactions:categorise.",
    args: {
      ids: t.arg.idList({ required: true, description: `Which, 1 to ${categorisedMax}.` }),
      categoryId: t.arg.id({
        description: "The category that was chosen; null where it was taken away.",
      }),
    },
    resolve: (_root, { ids, categoryId }, context) =>
      undoCategorisation(context.app, viewerOf(context), { ids, categoryId: categoryId ?? null }),
  }),
  createCategory: t.field({
    type: CategoryRef,
    errors: { types: [Forbidden, InvalidInput, Conflict] },
    description: "Adds a category. Needs transactions:categorise.",
    args: {
      name: t.arg.string({ required: true, description: "Its name." }),
      kind: t.arg({
        type: CategoryKindType,
        required: true,
        description: "What it says about the money.",
      }),
    },
    resolve: (_root, args, context) => createCategory(context.app, viewerOf(context), args),
  }),
}));
