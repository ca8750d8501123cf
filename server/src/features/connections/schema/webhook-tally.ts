import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { listWebhookTallies, type WebhookTally } from "../list-webhook-tallies.ts";

const WebhookTallyRef = builder.objectRef<WebhookTally>("WebhookTally").implement({
  description: "How many of a provider's webhooks ended how on a day.",
  fields: (t) => ({
    provider: t.exposeString("provider", { description: "The provider's name." }),
    day: t.field({
      type: "LocalDate",
      description: "The day, UTC.",
      resolve: ({ day }) => localDate(day),
    }),
    outcome: t.exposeString("outcome", {
      description:
        "accepted, replayed, forged, altered, late, unreadable, unknown (no such connection) or undecided (its key " +
        "could not be had).",
    }),
    count: t.int({ description: "How many.", resolve: ({ count }) => Number(count) }),
  }),
});

builder.queryField("webhookTallies", (t) =>
  t.field({
    type: [WebhookTallyRef],
    description:
      "How the webhooks of the last 30 days ended, over the whole installation, newest first. Needs " +
      "bank_connections:manage.",
    args: { provider: t.arg.string({ description: "Only this provider's." }) },
    resolve: (_root, { provider }, context) =>
      listWebhookTallies(context.app, viewerOf(context), provider ?? null),
  }),
);
