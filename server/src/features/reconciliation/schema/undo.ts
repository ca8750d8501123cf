import type { Money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { type UndoneDecisions, undoDecisions } from "../undo/undo-decisions.ts";
import { type DecisionsPreview, previewDecisions } from "../undo/undo-preview.ts";
import { loadMatch } from "./loaders.ts";
import { MatchRef } from "./refs.ts";

const UndoScopeType = builder.enumType("UndoScope", {
  description: "What automatic decisions are undone by.",
  values: {
    RULE: { value: "rule", description: "All that one rule decided." },
    IMPORT: { value: "import", description: "All that was decided of the lines of one import." },
    RUN: { value: "run", description: "All that one run decided." },
  } as const,
});

const scope = {
  type: UndoScopeType,
  required: true,
  description: "What the id names.",
} as const;
const id = { required: true, description: "The rule's, import's or run's id." } as const;

const UndoPreview = builder.objectRef<DecisionsPreview>("UndoPreview").implement({
  description: "What undoing would take back: automatic decisions that still stand.",
  fields: (t) => ({
    matches: t.exposeInt("matches", { description: "How many matches would be voided." }),
    transactions: t.exposeInt("transactions", {
      description: "How many bank transactions these matches have.",
    }),
    openItems: t.exposeInt("openItems", { description: "How many open items these matches have." }),
    transfers: t.exposeInt("transfers", { description: "How many transfers would be undone." }),
    ruleHits: t.exposeInt("ruleHits", {
      description: "How often a rule has acted on a line, which would be undone.",
    }),
    amount: t.field({
      type: [MoneyType],
      description: "What the matches take from the bank transactions, one amount per currency.",
      resolve: ({ amount }): Money[] => [...amount],
    }),
    sample: t.field({
      type: [MatchRef],
      description: "Some of the matches.",
      resolve: async ({ matchIds }, _args, context) => {
        const matches = await Promise.all(matchIds.map((matchId) => loadMatch(context, matchId)));
        return matches.filter((match) => match !== undefined);
      },
    }),
  }),
});

builder.queryField("undoPreview", (t) =>
  t.field({
    type: UndoPreview,
    nullable: true,
    description:
      "What undoing a rule's, an import's or a run's automatic decisions would take back; null where there is no such " +
      "thing. Needs reconciliation:match.",
    args: { scope: t.arg(scope), id: t.arg.id(id) },
    resolve: (_root, request, context) => previewDecisions(context.app, viewerOf(context), request),
  }),
);

const UndoneDecisionsType = builder.objectRef<UndoneDecisions>("UndoneDecisions").implement({
  description: "How much was taken back.",
  fields: (t) => ({
    matches: t.exposeInt("matches", { description: "How many matches were voided." }),
    transfers: t.exposeInt("transfers", { description: "How many transfers were undone." }),
    ruleHits: t.exposeInt("ruleHits", {
      description: "How many of the actions of rules on lines were undone.",
    }),
  }),
});

builder.mutationField("undoDecisions", (t) =>
  t.field({
    type: UndoneDecisionsType,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Takes back everything that a rule, a run, or both of the lines of an import decided by themselves and that still " +
      "stands, all or nothing; what people decided stays. Needs reconciliation:match.",
    args: {
      scope: t.arg(scope),
      id: t.arg.id(id),
      reason: t.arg.string({ description: "Why." }),
      maySuggestAgain: t.arg.boolean({
        defaultValue: false,
        description: "Whether the same pairs may be matched or suggested again.",
      }),
    },
    resolve: (_root, request, context) =>
      undoDecisions(context.app, viewerOf(context), {
        ...{ scope: request.scope, id: request.id, reason: request.reason ?? null },
        maySuggestAgain: request.maySuggestAgain ?? false,
      }),
  }),
);
