import { validate as isUuid } from "uuid";
import { money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { countLines } from "../lines/count-lines.ts";
import { listFeedLines } from "../lines/list-feed-lines.ts";
import { operationCursor } from "../push/list-operations.ts";
import { FeedLineConnection } from "./line.ts";
import { feedOf, loadOperation } from "./loaders.ts";
import { FeedAccountRef, PushOperationRef } from "./refs.ts";

const PushStatusType = builder.enumType("PushStatus", {
  description: "How a push stands.",
  values: {
    SENDING: {
      value: "sending",
      description: "Written down; whether the platform has it is not known yet.",
    },
    PENDING: { value: "pending", description: "The platform has it and works on it." },
    SUCCESS: { value: "success", description: "It was taken." },
    FAILED: { value: "failed", description: "It was not taken: its lines may go again." },
    TIMED_OUT: {
      value: "timed_out",
      description: "The platform gave up on it; what the books have of it is looked up.",
    },
  } as const,
});

const PushTriggerType = builder.enumType("PushTrigger", {
  description: "What began a push.",
  values: {
    MANUAL: { value: "manual", description: "Somebody asked." },
    SCHEDULE: { value: "schedule", description: "Some hours have passed." },
    RECONCILED: { value: "reconciled", description: "Lines were reconciled." },
    RETRY: { value: "retry", description: "The one before failed." },
  } as const,
});

PushOperationRef.implement({
  description: "One batch of a feed, on its way to the platform or through.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    number: t.exposeInt("number", { description: "Counts the feed's pushes from 1." }),
    feed: t.field({
      type: FeedAccountRef,
      description: "The feed.",
      resolve: ({ feedId }, _args, context) => feedOf(context, feedId),
    }),
    trigger: t.expose("trigger", { type: PushTriggerType, description: "What began it." }),
    status: t.expose("status", { type: PushStatusType, description: "How it stands." }),
    lines: t.exposeInt("lines", { description: "How many lines it has." }),
    total: t.field({
      type: MoneyType,
      description: "What its lines come to.",
      resolve: async ({ feedId, totalMinor }, _args, context) =>
        money(totalMinor, (await feedOf(context, feedId)).currency),
    }),
    firstOn: t.expose("firstOn", { type: "LocalDate", description: "Its first line's day." }),
    lastOn: t.expose("lastOn", { type: "LocalDate", description: "Its last line's day." }),
    problem: t.exposeString("problem", {
      nullable: true,
      description: "What went wrong with the whole, as a sentence.",
    }),
    retryable: t.exposeBoolean("retryable", {
      description: "Sending it again can help without a change.",
    }),
    errors: t.exposeInt("errors", { description: "What the package refused in it." }),
    warnings: t.exposeInt("warnings", {
      description: "What the package remarked and took all the same.",
    }),
    retryOf: t.field({
      type: PushOperationRef,
      nullable: true,
      description: "The failed one that it sends again.",
      resolve: async ({ retryOf }, _args, context) =>
        retryOf === null ? null : ((await loadOperation(context, retryOf)) ?? null),
    }),
    createdBy: t.exposeString("createdBy", {
      description: "Who asked for it, as called at the time.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was begun." }),
    acceptedAt: t.expose("acceptedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the platform had it.",
    }),
    completedAt: t.expose("completedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it ended.",
    }),
    sent: t.field({
      type: FeedLineConnection,
      description:
        "The lines that it was the last to send. A line of a failed push that went again is the later one's. Needs transactions:read.",
      args: {
        first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
        after: t.arg.string({ description: "A line's cursor: the page begins behind it." }),
        onlyProblems: t.arg.boolean({
          description: "Only those about which the package said something.",
        }),
      },
      resolve: async ({ id }, { first, after, onlyProblems }, context) => {
        const filter = { operationId: id, onlyProblems: onlyProblems ?? false };
        const viewer = viewerOf(context);
        return {
          ...(await listFeedLines(context.app, viewer, { page: { first, after }, filter })),
          countAll: () => countLines(context.app, viewer, filter),
        };
      },
    }),
  }),
});

export const PushOperationConnection = pageType(
  "PushOperation",
  PushOperationRef,
  { row: "a push", page: "pushes of a feed, the last first" },
  operationCursor,
);

builder.queryField("pushOperation", (t) =>
  t.field({
    type: PushOperationRef,
    nullable: true,
    description: "One push. Needs bank_connections:read.",
    args: { id: t.arg.id({ required: true, description: "The push's id." }) },
    resolve: async (_root, { id }, context) =>
      isUuid(id) ? ((await loadOperation(context, id.toLowerCase())) ?? null) : null,
  }),
);
