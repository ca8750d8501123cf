import { validate as isUuid } from "uuid";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { ProfileFamilyType } from "../../matching-profiles/schema/definition.ts";
import { MatchingProfileType } from "../../matching-profiles/schema/profile.ts";
import { loadRule } from "../../reconciliation/schema/rule-loaders.ts";
import { MatchingRuleRef } from "../../reconciliation/schema/rule-refs.ts";
import { listReplays, replaysMax } from "../list-replays.ts";
import type { MatchReplay, ProfileSubject, ReplaySubject } from "../match-replay.ts";
import { loadProfile, loadReplay } from "./loaders.ts";
import { ReplayResultType } from "./result.ts";

const ReplaySubjectKind = builder.enumType("ReplaySubjectKind", {
  description: "What was tried.",
  values: {
    PROFILE: { value: "profile", description: "A scoring profile." },
    THRESHOLD: { value: "threshold", description: "A profile with another threshold or margin." },
    RULE: { value: "rule", description: "A rule." },
  } as const,
});

const profileOf = (subject: ReplaySubject): ProfileSubject | null =>
  subject.kind === "rule" ? null : subject;

const ReplaySubjectType = builder.objectRef<ReplaySubject>("ReplaySubject").implement({
  description: "What was tried, as it was then.",
  fields: (t) => ({
    kind: t.expose("kind", { type: ReplaySubjectKind, description: "What kind." }),
    label: t.exposeString("label", { description: "What it is called, for people." }),
    family: t.field({
      type: ProfileFamilyType,
      nullable: true,
      description: "What a profile decides about.",
      resolve: (subject) => profileOf(subject)?.family,
    }),
    profile: t.field({
      type: MatchingProfileType,
      nullable: true,
      description: "The stored profile, as it is now.",
      resolve: async (subject, _args, context) => {
        const id = profileOf(subject)?.profileId;
        return id ? await loadProfile(context, id) : null;
      },
    }),
    version: t.int({
      nullable: true,
      description: "Its version; null for a definition that was not stored.",
      resolve: (subject) => profileOf(subject)?.version,
    }),
    automaticScoreMin: t.int({
      nullable: true,
      description: "The threshold that was tried.",
      resolve: (subject) => profileOf(subject)?.definition.automaticScoreMin,
    }),
    marginPoints: t.int({
      nullable: true,
      description: "The margin that was tried.",
      resolve: (subject) => profileOf(subject)?.definition.marginPoints,
    }),
    rule: t.field({
      type: MatchingRuleRef,
      nullable: true,
      description: "The stored rule, as it is now.",
      resolve: async (subject, _args, context) =>
        subject.kind === "rule" && subject.ruleId ? await loadRule(context, subject.ruleId) : null,
    }),
  }),
});

const ReplayStatusType = builder.enumType("ReplayStatus", {
  description: "How far a replay is.",
  values: {
    RUNNING: { value: "running", description: "It waits or runs." },
    COMPLETE: { value: "complete", description: "It has a result." },
    FAILED: { value: "failed", description: "It has none, and `failure` says why." },
  } as const,
});

export const MatchReplayRef = builder.objectRef<MatchReplay>("MatchReplay");

MatchReplayRef.implement({
  description:
    "A profile, threshold or rule that was tried over the organisation's own decided history. The books stay as they are.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    status: t.expose("status", { type: ReplayStatusType, description: "How far it is." }),
    progress: t.float({
      description: "0 to 1.",
      resolve: ({ progress }) => progress / 1000,
    }),
    subject: t.field({
      type: ReplaySubjectType,
      description: "What was tried.",
      resolve: ({ subject }) => subject,
    }),
    failure: t.exposeString("failure", {
      nullable: true,
      description: "Why there is no result, as a sentence for people.",
    }),
    requestedBy: t.exposeString("requestedBy", {
      description: "Who asked, as called at the time.",
    }),
    requestedAt: t.expose("requestedAt", { type: "DateTime", description: "When." }),
    finishedAt: t.expose("finishedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it ended.",
    }),
    result: t.field({
      type: ReplayResultType,
      nullable: true,
      description: "What came of it.",
      resolve: ({ result }) => result,
    }),
  }),
});

builder.queryFields((t) => ({
  matchReplays: t.field({
    type: [MatchReplayRef],
    description: "The latest replays, the last requested first. Needs transactions:read.",
    args: { first: t.arg.int({ defaultValue: 20, description: `So many, up to ${replaysMax}.` }) },
    resolve: (_root, { first }, context) =>
      listReplays(context.app, viewerOf(context), first ?? 20),
  }),
  matchReplay: t.field({
    type: MatchReplayRef,
    nullable: true,
    description: "One replay. Needs transactions:read.",
    args: { id: t.arg.id({ required: true, description: "The replay's id." }) },
    resolve: async (_root, { id }, context) =>
      isUuid(id) ? ((await loadReplay(context, id.toLowerCase())) ?? null) : null,
  }),
}));
