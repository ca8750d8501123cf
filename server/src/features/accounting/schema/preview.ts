import { money } from "../../../core/money.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { authorise } from "../../viewer.ts";
import { showDueLines } from "../lines/due-lines.ts";
import type { PushPreview } from "../preview-push.ts";
import { FeedLineRef } from "./refs.ts";

const HoldReasonType = builder.enumType("HoldReason", {
  description: "Why lines are not pushed now.",
  values: {
    PENDING: { value: "pending", description: "The bank has not booked them yet." },
    BEFORE_FEED_START: {
      value: "before_feed_start",
      description: "They were booked before the feed starts.",
    },
    IN_THE_FUTURE: { value: "in_the_future", description: "They are dated in the future." },
    TOO_OLD: { value: "too_old", description: "They are older than the package takes." },
    OLDER_THAN_LAST_PUSH: {
      value: "older_than_last_push",
      description:
        "They are older than what was pushed last, and the package no longer takes them.",
    },
    NOT_RECONCILED: { value: "not_reconciled", description: "They are not reconciled yet." },
    BEHIND_UNRECONCILED: {
      value: "behind_unreconciled",
      description: "Earlier ones are not reconciled yet, and could not follow any more.",
    },
    NO_BALANCE: {
      value: "no_balance",
      description: "The bank has told no balance, and the package wants one.",
    },
  } as const,
});

const HeldCountRef = builder.objectRef<PushPreview["held"][number]>("HeldCount").implement({
  description: "Lines that are not pushed now for one reason.",
  fields: (t) => ({
    reason: t.expose("reason", { type: HoldReasonType, description: "Why." }),
    sentence: t.exposeString("sentence", { description: "Why, for people." }),
    lines: t.exposeInt("lines", { description: "How many." }),
    firstOn: t.expose("firstOn", {
      type: "LocalDate",
      nullable: true,
      description: "The first one's day.",
    }),
    lastOn: t.expose("lastOn", {
      type: "LocalDate",
      nullable: true,
      description: "The last one's day.",
    }),
  }),
});

export const PushPreviewRef = builder.objectRef<PushPreview>("PushPreview").implement({
  description:
    "What a push would send now, and what it would not and why. Looks at every line of the account: ask only where it is shown.",
  fields: (t) => ({
    lines: t.exposeInt("lines", { description: "How many lines would go." }),
    total: t.field({
      type: MoneyType,
      description: "What they come to.",
      resolve: ({ totalMinor, currency }) => money(totalMinor, currency),
    }),
    firstOn: t.expose("firstOn", {
      type: "LocalDate",
      nullable: true,
      description: "The first one's day.",
    }),
    lastOn: t.expose("lastOn", {
      type: "LocalDate",
      nullable: true,
      description: "The last one's day.",
    }),
    batches: t.exposeInt("batches", { description: "In how many pushes." }),
    held: t.field({
      type: [HeldCountRef],
      description: "What would not go, by reason.",
      resolve: ({ held }) => [...held],
    }),
    rules: t.stringList({
      description: "What the package takes and refuses, as sentences.",
      resolve: ({ rules }) => [...rules],
    }),
    obstacle: t.exposeString("obstacle", {
      nullable: true,
      description: "Why nothing can go at all, as a sentence; null where it can.",
    }),
    sample: t.field({
      type: [FeedLineRef],
      description: "The first lines as they would be sent, up to five. Needs transactions:read.",
      resolve: ({ feedId, currency, sample }, _args, context) => {
        const viewer = viewerOf(context);
        authorise(viewer, "transactions:read");
        return readAsOrganisation(context.app.database, viewer.organisationId, (sql) =>
          showDueLines(sql, { id: feedId, currency }, sample),
        );
      },
    }),
  }),
});
