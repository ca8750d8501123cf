import { validate as isUuid } from "uuid";
import { assert } from "../../../core/assert.ts";
import { money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { loadAccount } from "../../connections/schema/loaders.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import type { Feed } from "../feed.ts";
import { listShownLines } from "../lines/list-shown-lines.ts";
import type { FeedCounts } from "../read-feeds.ts";
import { FeedCheckRef } from "./check.ts";
import { FeedLineConnection, FeedLineStateType } from "./line.ts";
import {
  loadAccountingConnection,
  loadDueCount,
  loadFeed,
  loadLastCheck,
  loadLineCounts,
  loadOperationPage,
  loadPreview,
  loadUnderWay,
} from "./loaders.ts";
import { PushOperationConnection } from "./operation.ts";
import { PushPreviewRef } from "./preview.ts";
import { AccountingConnectionRef, FeedAccountRef, PushOperationRef } from "./refs.ts";

const FeedStatusType = builder.enumType("FeedStatus", {
  description: "How a feed stands.",
  values: {
    PENDING: { value: "pending", description: "It is being made at the platform." },
    CONNECTING: {
      value: "connecting",
      description: "It is there, and not yet connected with its account of the books.",
    },
    CONNECTED: { value: "connected", description: "Lines can be pushed." },
    DISCONNECTED: { value: "disconnected", description: "It has ended, or is broken." },
  } as const,
});

export const PushModeType = builder.enumType("PushMode", {
  description: "When a feed is pushed.",
  values: {
    MANUAL: { value: "manual", description: "When somebody says so." },
    SCHEDULED: { value: "scheduled", description: "Every so many hours." },
    RECONCILED: { value: "reconciled", description: "As soon as its lines are reconciled." },
  } as const,
});

const count = (key: keyof FeedCounts, description: string) => ({ key, description });

const FeedCountsRef = builder.objectRef<Feed>("FeedCounts").implement({
  description: "How the lines of a feed stand, in figures. Each line counts once.",
  fields: (t) => {
    const field = ({ key, description }: ReturnType<typeof count>) =>
      t.int({
        description,
        resolve: async ({ id }, _args, context) => (await loadLineCounts(context, id))?.[key] ?? 0,
      });
    return {
      due: t.int({
        description:
          "Lines that a push would send now, those to go again included. Looks at all that are not sent yet: ask only where it is shown.",
        resolve: async ({ id }, _args, context) => (await loadDueCount(context, id))?.lines ?? 0,
      }),
      dueTotal: t.field({
        type: MoneyType,
        description: "What they come to.",
        resolve: async ({ id, currency }, _args, context) =>
          money((await loadDueCount(context, id))?.totalMinor ?? 0n, currency),
      }),
      underWay: field(count("underWay", "Lines in a batch that is under way.")),
      pushed: field(count("pushed", "Lines that were taken and not yet looked for in the books.")),
      confirmed: field(count("confirmed", "Lines that were read back as they were sent.")),
      missing: field(count("missing", "Lines that were taken and are not in the books.")),
      changed: field(count("changed", "Lines with another day or amount in the books.")),
      rejected: field(count("rejected", "Lines that the package refused.")),
      released: field(count("released", "Lines of failed pushes that may go again.")),
      leftOut: field(count("leftOut", "Lines that people left out.")),
    };
  },
});

FeedAccountRef.implement({
  description: "One bank account that feeds one account of a company's books.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    connection: t.field({
      type: AccountingConnectionRef,
      description: "The accounting connection.",
      resolve: async ({ connectionId }, _args, context) => {
        const connection = await loadAccountingConnection(context, connectionId);
        assert(connection, "a feed has an accounting connection");
        return connection;
      },
    }),
    account: t.field({
      type: FinancialAccountRef,
      description: "The bank account.",
      resolve: async ({ accountId }, _args, context) => {
        const account = await loadAccount(context, accountId);
        assert(account, "a feed has a bank account");
        return account;
      },
    }),
    status: t.expose("status", { type: FeedStatusType, description: "How it stands." }),
    statusReason: t.exposeString("statusReason", {
      nullable: true,
      description: "Why it stands there, as a sentence, where it is not simply well.",
    }),
    targetName: t.exposeString("targetName", {
      nullable: true,
      description: "The account of the books; null until a person has picked it there.",
    }),
    targetIsNew: t.exposeBoolean("targetIsNew", {
      description: "That account was made for this feed.",
    }),
    feedStartOn: t.expose("feedStartOn", {
      type: "LocalDate",
      description: "Nothing that was booked before is pushed.",
    }),
    pushMode: t.expose("pushMode", { type: PushModeType, description: "When it is pushed." }),
    pushEveryHours: t.exposeInt("pushEveryHours", {
      nullable: true,
      description: "Of a scheduled one: how often.",
    }),
    nextPushAt: t.expose("nextPushAt", {
      type: "DateTime",
      nullable: true,
      description: "Of a scheduled one: when next.",
    }),
    lastPushedOn: t.expose("lastPushedOn", {
      type: "LocalDate",
      nullable: true,
      description: "The day of the newest line that the package took.",
    }),
    lastPushedAt: t.expose("lastPushedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the package last took lines.",
    }),
    createdBy: t.exposeString("createdBy", {
      description: "Who opened it, as called at the time.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was opened." }),
    disconnectedAt: t.expose("disconnectedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was ended here.",
    }),
    counts: t.field({
      type: FeedCountsRef,
      description: "How its lines stand, in figures.",
      resolve: (feed) => feed,
    }),
    underWay: t.field({
      type: PushOperationRef,
      nullable: true,
      description: "The push under way, or whose end is not known.",
      resolve: async ({ id }, _args, context) => (await loadUnderWay(context, id)) ?? null,
    }),
    lastCheck: t.field({
      type: FeedCheckRef,
      nullable: true,
      description: "What was read back last.",
      resolve: async ({ id }, _args, context) => (await loadLastCheck(context, id)) ?? null,
    }),
    preview: t.field({
      type: PushPreviewRef,
      description: "What a push would do now.",
      resolve: async ({ id }, _args, context) => {
        const preview = await loadPreview(context, id);
        assert(preview, "every feed has a preview");
        return preview;
      },
    }),
    operations: t.field({
      type: PushOperationConnection,
      description: "Its pushes, the last first.",
      args: {
        first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
        after: t.arg.string({ description: "A push's cursor: the page begins behind it." }),
      },
      resolve: async ({ id, operations }, page, context) => {
        const found = await loadOperationPage(context, JSON.stringify({ feedId: id, page }));
        assert(found, "every feed has a page of pushes");
        return { ...found, countAll: async () => operations };
      },
    }),
    lines: t.field({
      type: FeedLineConnection,
      description:
        "Its lines: those that are or were in it, the last sent first; or those that are due, by themselves and in the " +
        "order in which they go. Needs transactions:read.",
      args: {
        first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
        after: t.arg.string({ description: "A line's cursor: the page begins behind it." }),
        states: t.arg({
          type: [FeedLineStateType],
          description: "In one of these states. DUE stands alone; left out, all but due ones.",
        }),
      },
      resolve: ({ id }, { first, after, states }, context) =>
        listShownLines(context.app, viewerOf(context), id, {
          page: { first, after },
          states: states ?? [],
        }),
    }),
  }),
});

builder.queryField("feedAccount", (t) =>
  t.field({
    type: FeedAccountRef,
    nullable: true,
    description: "One feed. Needs bank_connections:read.",
    args: { id: t.arg.id({ required: true, description: "The feed's id." }) },
    resolve: async (_root, { id }, context) =>
      isUuid(id) ? ((await loadFeed(context, id.toLowerCase())) ?? null) : null,
  }),
);
