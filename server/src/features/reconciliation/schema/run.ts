import { builder } from "../../../graphql/builder.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { runMatchCursor } from "../runs/list-run-matches.ts";
import type { MatchingRun } from "../runs/matching-run.ts";
import { MatchRef } from "./refs.ts";
import { loadLiveMatches, loadRunMatches } from "./run-loaders.ts";

const RunTrigger = builder.enumType("RunTrigger", {
  description: "What began a run of automatic matching.",
  values: {
    SYNC: { value: "sync", description: "A bank connection brought transactions." },
    IMPORT: { value: "import", description: "A file brought transactions." },
    ITEMS: { value: "items", description: "Open items have come or changed." },
    MANUAL: { value: "manual", description: "Somebody asked." },
    RULE: { value: "rule", description: "A rule was made or changed." },
  } as const,
});

const RunStatus = builder.enumType("RunStatus", {
  description: "How a run of automatic matching stands.",
  values: {
    RUNNING: { value: "running", description: "Under way, or waiting for its turn." },
    COMPLETE: { value: "complete", description: "Everything that was open has been looked at." },
    FAILED: { value: "failed", description: "It broke off; what it had written stands." },
    UNDONE: { value: "undone", description: "Somebody took back what it did." },
  } as const,
});

const RunStep = builder.enumType("RunStep", {
  description: "What a run of automatic matching is at.",
  values: {
    LOADING: { value: "loading", description: "Reads what is open." },
    RULES: { value: "rules", description: "Applies the rules." },
    TRANSFERS: { value: "transfers", description: "Looks for transfers between own accounts." },
    DECIDING: { value: "deciding", description: "Decides what belongs together." },
    WRITING: { value: "writing", description: "Writes the matches." },
  } as const,
});

interface RunProfile {
  readonly family: string;
  readonly name: string;
  readonly version: number;
}

const RunProfileType = builder.objectRef<RunProfile>("RunProfile").implement({
  description: "A matching profile that decided in a run.",
  fields: (t) => ({
    family: t.exposeString("family", {
      description: 'What it decides on: "invoice" or "demand".',
    }),
    name: t.exposeString("name", { description: "What it is called." }),
    version: t.exposeInt("version", { description: "The version that was used." }),
  }),
});

const MatchConnection = pageType(
  "Match",
  MatchRef,
  { row: "a match", page: "matches, in the order in which they were made" },
  runMatchCursor,
);

export const MatchingRunRef = builder.objectRef<MatchingRun>("MatchingRun");

MatchingRunRef.implement({
  description: "One run of automatic matching over everything that is open.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    trigger: t.expose("trigger", { type: RunTrigger, description: "What began it." }),
    status: t.expose("status", { type: RunStatus, description: "How it stands." }),
    step: t.expose("step", {
      type: RunStep,
      nullable: true,
      description: "What it is at; null while it waits.",
    }),
    progress: t.float({
      description: "How far the step is, 0 to 1.",
      resolve: ({ progress }) => progress / 1000,
    }),
    transactions: t.exposeInt("transactions", {
      description: "Bank transactions that it looked at.",
    }),
    items: t.exposeInt("items", { description: "Open items that it looked at." }),
    matched: t.exposeInt("matched", { description: "Matches that it made." }),
    live: t.int({
      description: "Of them, those that still stand.",
      resolve: async ({ id }, _args, context) => (await loadLiveMatches(context, id)) ?? 0,
    }),
    matches: t.field({
      type: MatchConnection,
      description: "The matches that it made, in that order; void ones too.",
      args: {
        first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
        after: t.arg.string({ description: "A match's cursor: the page begins behind it." }),
      },
      resolve: ({ id }, page, context) => loadRunMatches(context, id, page),
    }),
    overtaken: t.exposeInt("overtaken", {
      description: "Proposals that somebody or something else was faster than.",
    }),
    ruled: t.exposeInt("ruled", { description: "Bank transactions that rules acted on." }),
    transfers: t.exposeInt("transfers", { description: "Transfers between own accounts found." }),
    boundedGroups: t.exposeInt("bounded", {
      description: "Groups of payments and items that were too large to decide within the bounds.",
    }),
    profiles: t.field({
      type: [RunProfileType],
      description: "The profiles that decided.",
      resolve: ({ profiles }) =>
        Object.entries(profiles).map(([family, profile]) => ({ family, ...profile })),
    }),
    failure: t.exposeString("failure", { nullable: true, description: "Why it failed." }),
    requestedBy: t.exposeString("requestedBy", {
      nullable: true,
      description: "Who asked for it, as called at the time; null when nobody had to.",
    }),
    startedAt: t.expose("startedAt", {
      type: "DateTime",
      description: "When it was asked for or began.",
    }),
    finishedAt: t.expose("finishedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it ended.",
    }),
    undoneAt: t.expose("undoneAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was taken back.",
    }),
    undoneBy: t.exposeString("undoneBy", {
      nullable: true,
      description: "Who took it back, as called at the time.",
    }),
  }),
});
