import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { Forbidden } from "../../errors.ts";
import { knownIdOr } from "../../ids.ts";
import { authorise } from "../../viewer.ts";
import { listRuns, runCursor } from "../runs/list-runs.ts";
import { matchNow } from "../runs/request-run.ts";
import { MatchingRunRef } from "./run.ts";
import { loadMatchingRun } from "./run-loaders.ts";

const MatchingRunConnection = pageType(
  "MatchingRun",
  MatchingRunRef,
  { row: "a run", page: "runs of automatic matching, the last begun first" },
  runCursor,
);

builder.queryFields((t) => ({
  matchingRuns: t.field({
    type: MatchingRunConnection,
    description: "The runs of automatic matching, the last begun first. Needs transactions:read.",
    args: {
      first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
      after: t.arg.string({ description: "A run's cursor: the page begins behind it." }),
    },
    resolve: (_root, page, context) => listRuns(context.app, viewerOf(context), page),
  }),
  matchingRun: t.field({
    type: MatchingRunRef,
    nullable: true,
    description:
      "One run of automatic matching; null when there is none of this id. Needs transactions:read.",
    args: { id: t.arg.id({ required: true, description: "The run's id." }) },
    resolve: async (_root, { id }, context) => {
      authorise(viewerOf(context), "transactions:read");
      const known = knownIdOr(id, null);
      return known === null ? null : ((await loadMatchingRun(context, known)) ?? null);
    },
  }),
}));

builder.mutationField("matchNow", (t) =>
  t.field({
    type: MatchingRunRef,
    errors: { types: [Forbidden] },
    description:
      "Asks for a run of automatic matching over everything that is open. One that waits for its turn already is " +
      "answered instead of another; `matchingChanged` tells how it goes on. Needs reconciliation:match.",
    resolve: (_root, _args, context) => matchNow(context.app, viewerOf(context)),
  }),
);
