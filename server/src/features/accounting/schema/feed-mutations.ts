import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { PlatformFailure } from "../../../platforms/platform.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { changeFeed } from "../change-feed.ts";
import { checkFeed } from "../checks/check-feed.ts";
import { closeFeed } from "../close-feed.ts";
import { type FeedInput, openFeed } from "../open-feed.ts";
import { pushFeed } from "../push/push-feed.ts";
import { retryPush } from "../push/retry-push.ts";
import { PushModeType } from "./feed.ts";
import { FeedAccountRef, PushOperationRef } from "./refs.ts";

const FeedTargetInput = builder.inputType("FeedTargetInput", {
  description: "Which account of the books is fed: one of the two.",
  fields: (t) => ({
    existing: t.string({ description: "One that is there: its externalId of accountingTargets." }),
    new: t.string({ description: "One that is made there: its name." }),
  }),
});

function targetOf(
  given: typeof FeedTargetInput.$inferInput | null | undefined,
): FeedInput["target"] {
  if (!given) return null;
  const { existing, new: name } = given;
  if (existing != null && name == null) return { kind: "existing", externalId: existing };
  if (name != null && existing == null) return { kind: "new", name };
  throw new InvalidInput("Choose an account that is there, or name a new one.", "target");
}

const feedId = { required: true, description: "The feed's id." } as const;

builder.mutationFields((t) => ({
  openFeed: t.field({
    type: FeedAccountRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict, PlatformFailure] },
    description: "Lets a bank account feed an account of the books. Needs accounting:manage.",
    args: {
      connectionId: t.arg.id({ required: true, description: "The accounting connection's id." }),
      accountId: t.arg.id({ required: true, description: "The bank account's id." }),
      target: t.arg({
        type: FeedTargetInput,
        description:
          "Which account of the books; left out where the person picks it on the package's own page.",
      }),
      feedStartOn: t.arg({
        type: "LocalDate",
        required: true,
        description: "Nothing that was booked before is pushed.",
      }),
      pushMode: t.arg({ type: PushModeType, required: true, description: "When it is pushed." }),
      pushEveryHours: t.arg.int({ description: "Of a scheduled one: how often, 1 to 744." }),
    },
    resolve: (_root, { target, feedStartOn, pushEveryHours, ...input }, context) =>
      openFeed(context.app, viewerOf(context), {
        ...input,
        target: targetOf(target),
        feedStartOn: localDate(feedStartOn),
        pushEveryHours: pushEveryHours ?? null,
      }),
  }),
  changeFeed: t.field({
    type: FeedAccountRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description: "Says when a feed is pushed. Needs accounting:manage.",
    args: {
      id: t.arg.id(feedId),
      pushMode: t.arg({ type: PushModeType, required: true, description: "When it is pushed." }),
      pushEveryHours: t.arg.int({ description: "Of a scheduled one: how often, 1 to 744." }),
    },
    resolve: (_root, { id, pushMode, pushEveryHours }, context) =>
      changeFeed(context.app, viewerOf(context), id, {
        pushMode,
        pushEveryHours: pushEveryHours ?? null,
      }),
  }),
  closeFeed: t.field({
    type: FeedAccountRef,
    errors: { types: [Forbidden, NotFound, Conflict, PlatformFailure] },
    description:
      "Ends a feed. What was pushed stays, there and on record. Needs accounting:manage.",
    args: { id: t.arg.id(feedId) },
    resolve: (_root, { id }, context) => closeFeed(context.app, viewerOf(context), id),
  }),
  pushFeed: t.field({
    type: FeedAccountRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Asks for what is due of a feed to be sent; `accountingChanged` tells how it goes. Needs accounting:manage.",
    args: { id: t.arg.id(feedId) },
    resolve: (_root, { id }, context) => pushFeed(context.app, viewerOf(context), id),
  }),
  retryPush: t.field({
    type: PushOperationRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Sends what a failed push left, and what has become due since. Of one that timed out and cannot be looked up, it " +
      "says that its lines are not there. Needs accounting:manage.",
    args: { operationId: t.arg.id({ required: true, description: "The push's id." }) },
    resolve: (_root, { operationId }, context) =>
      retryPush(context.app, viewerOf(context), operationId),
  }),
  checkFeed: t.field({
    type: FeedAccountRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Asks for what a feed has in the books to be read back and compared; `accountingChanged` tells when it is done. Needs accounting:manage.",
    args: { id: t.arg.id(feedId) },
    resolve: (_root, { id }, context) => checkFeed(context.app, viewerOf(context), id),
  }),
}));
