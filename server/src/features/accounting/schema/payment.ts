import { assert } from "../../../core/assert.ts";
import { money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { loadOpenItem } from "../../documents/schema/loaders.ts";
import { OpenItemRef } from "../../documents/schema/refs.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { loadMatch } from "../../reconciliation/schema/loaders.ts";
import { MatchRef } from "../../reconciliation/schema/refs.ts";
import { countPaymentOffers } from "../payments/count-payment-offers.ts";
import { listPaymentOffers, paymentOfferCursor } from "../payments/list-payment-offers.ts";
import type { PaymentOffer } from "../payments/payment-offer.ts";
import { sendPayments, withdrawPayments } from "../payments/release-payments.ts";

const PaymentOfferStatusType = builder.enumType("PaymentOfferStatus", {
  description: "How a payment that is offered back stands.",
  values: {
    OFFERED: { value: "offered", description: "It waits to be released, or to be sent." },
    SENDING: {
      value: "sending",
      description: "Written down; whether the platform has it is not known yet.",
    },
    PENDING: { value: "pending", description: "The platform has it and works on it." },
    SUCCESS: { value: "success", description: "It is booked there." },
    FAILED: { value: "failed", description: "It was not taken." },
    TIMED_OUT: { value: "timed_out", description: "Nobody can say whether it is booked there." },
    WITHDRAWN: { value: "withdrawn", description: "It is not sent." },
  } as const,
});

const PaymentOfferRef = builder.objectRef<PaymentOffer>("PaymentOffer");

PaymentOfferRef.implement({
  description: "A match of a pulled document, offered back to the accounting package as a payment.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    match: t.field({
      type: MatchRef,
      description: "The match. Needs transactions:read.",
      resolve: async ({ matchId }, _args, context) => {
        const match = await loadMatch(context, matchId);
        assert(match, "a payment has a match");
        return match;
      },
    }),
    openItem: t.field({
      type: OpenItemRef,
      description: "What it pays.",
      resolve: async ({ openItemId }, _args, context) => {
        const item = await loadOpenItem(context, openItemId);
        assert(item, "a payment has an open item");
        return item;
      },
    }),
    amount: t.field({
      type: MoneyType,
      description: "How much of it.",
      resolve: ({ amountMinor, currency }) => money(amountMinor, currency),
    }),
    paidOn: t.expose("paidOn", { type: "LocalDate", description: "When the bank booked it." }),
    status: t.expose("status", { type: PaymentOfferStatusType, description: "How it stands." }),
    problem: t.exposeString("problem", {
      nullable: true,
      description: "What went wrong, or what is to be done there, as a sentence.",
    }),
    sentBy: t.exposeString("sentBy", {
      nullable: true,
      description: "Who released it, as called at the time; null while nobody has.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was offered." }),
    completedAt: t.expose("completedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it ended.",
    }),
  }),
});

const PaymentOfferConnection = pageType(
  "PaymentOffer",
  PaymentOfferRef,
  { row: "an offered payment", page: "offered payments, the last offered first" },
  paymentOfferCursor,
);

builder.queryField("paymentOffers", (t) =>
  t.field({
    type: PaymentOfferConnection,
    description:
      "Payments that are offered back to an accounting package, the last offered first. Needs open_items:read.",
    args: {
      connectionId: t.arg.id({ required: true, description: "The accounting connection's id." }),
      status: t.arg({ type: PaymentOfferStatusType, description: "In this status." }),
      first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
      after: t.arg.string({ description: "A payment's cursor: the page begins behind it." }),
    },
    resolve: async (_root, { connectionId, status, first, after }, context) => {
      const viewer = viewerOf(context);
      const request = { page: { first, after }, status: status ?? null };
      return {
        ...(await listPaymentOffers(context.app, viewer, connectionId, request)),
        countAll: () => countPaymentOffers(context.app, viewer, connectionId, status ?? null),
      };
    },
  }),
);

const ChangedPaymentOffers = builder
  .objectRef<{ readonly offers: readonly PaymentOffer[] }>("ChangedPaymentOffers")
  .implement({
    description: "Offered payments that were released or withdrawn.",
    fields: (t) => ({
      offers: t.field({
        type: [PaymentOfferRef],
        description: "They, as they are now.",
        resolve: ({ offers }) => [...offers],
      }),
    }),
  });

const offerIds = { required: true, description: "The offered payments' ids, up to 500." } as const;

builder.mutationFields((t) => ({
  sendPayments: t.field({
    type: ChangedPaymentOffers,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description:
      "Releases offered payments, and failed ones anew, to be booked in the package. Needs accounting:manage.",
    args: { offerIds: t.arg.idList(offerIds) },
    resolve: async (_root, args, context) => ({
      offers: await sendPayments(context.app, viewerOf(context), args.offerIds),
    }),
  }),
  withdrawPayments: t.field({
    type: ChangedPaymentOffers,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description: "Takes offered payments back: they are not sent. Needs accounting:manage.",
    args: { offerIds: t.arg.idList(offerIds) },
    resolve: async (_root, args, context) => ({
      offers: await withdrawPayments(context.app, viewerOf(context), args.offerIds),
    }),
  }),
}));
