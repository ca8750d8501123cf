import { assert } from "../../../core/assert.ts";
import type { ProfileName } from "../../../core/matching/types.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { loadOpenItem } from "../../documents/schema/loaders.ts";
import { OpenItemRef } from "../../documents/schema/refs.ts";
import { loadTransaction } from "../../transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import { type WhyNot, whyNotMatched } from "../why-not/why-not-matched.ts";
import type { WhyNotWinner } from "../why-not/winners.ts";
import { loadMatch } from "./loaders.ts";
import { EvidenceType } from "./match.ts";
import { MatchRef } from "./refs.ts";

const WhyNotProfile = builder.objectRef<ProfileName>("WhyNotProfile").implement({
  description: "The scoring profile that an explanation is by.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "What it is called." }),
    version: t.exposeInt("version", { description: "Its version." }),
  }),
});

const WhyNotWinnerType = builder.objectRef<WhyNotWinner>("WhyNotWinner").implement({
  description: "What has, or would get, what a pair of bank transaction and open item does not.",
  fields: (t) => ({
    transaction: t.field({
      type: BankTransactionRef,
      description: "The bank transaction.",
      resolve: async ({ transactionId }, _args, context) => {
        const transaction = await loadTransaction(context, transactionId);
        assert(transaction, "a winner has a transaction");
        return transaction;
      },
    }),
    openItem: t.field({
      type: OpenItemRef,
      description: "The open item.",
      resolve: async ({ openItemId }, _args, context) => {
        const item = await loadOpenItem(context, openItemId);
        assert(item, "a winner has an open item");
        return item;
      },
    }),
    score: t.exposeInt("score", { description: "The evidence's points." }),
    evidence: t.field({
      type: [EvidenceType],
      description: "What speaks for and against it.",
      resolve: ({ evidence }) => [...evidence],
    }),
    match: t.field({
      type: MatchRef,
      nullable: true,
      description: "The match that stands; null where the next run would make it.",
      resolve: async ({ matchId }, _args, context) =>
        matchId === null ? null : ((await loadMatch(context, matchId)) ?? null),
    }),
  }),
});

const WhyNotType = builder.objectRef<WhyNot>("WhyNot").implement({
  description: "Why a bank transaction and an open item are not matched, or that they are.",
  fields: (t) => ({
    matched: t.exposeBoolean("matched", { description: "Whether they are." }),
    score: t.exposeInt("score", { description: "The evidence's points." }),
    threshold: t.exposeInt("threshold", {
      description: "From so many points on a pair is matched without a person.",
    }),
    evidence: t.field({
      type: [EvidenceType],
      description: "What speaks for and against it.",
      resolve: ({ evidence }) => [...evidence],
    }),
    reason: t.exposeString("reason", { description: "Why, as a sentence for people." }),
    code: t.exposeString("code", { description: "Why, stable for programs." }),
    lostTo: t.field({
      type: [WhyNotWinnerType],
      description: "What won: matches that stand, or those that the next run would make.",
      resolve: ({ lostTo }) => [...lostTo],
    }),
    profile: t.field({
      type: WhyNotProfile,
      description: "The profile in use that scored them.",
      resolve: ({ profile }) => profile,
    }),
    change: t.exposeString("change", {
      nullable: true,
      description:
        "The smallest single change that would match them, or would have, as a sentence for people; null where there is none.",
    }),
    changeCode: t.exposeString("changeCode", {
      nullable: true,
      description: "That change, stable for programs.",
    }),
  }),
});

builder.queryField("whyNotMatched", (t) =>
  t.field({
    type: WhyNotType,
    nullable: true,
    description:
      `Why a bank transaction and an open item are not matched: decided over the two and what competes with them, within ` +
      `bounds, as a run would. Null where there is no such pair. Needs transactions:read and open_items:read.`,
    args: {
      transactionId: t.arg.id({ required: true, description: "The bank transaction's id." }),
      openItemId: t.arg.id({ required: true, description: "The open item's id." }),
    },
    resolve: (_root, pair, context) => whyNotMatched(context.app, viewerOf(context), pair),
  }),
);
