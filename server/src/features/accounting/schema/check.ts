import { type Money, money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { authorise } from "../../viewer.ts";
import type { FeedCheck, UnexpectedLine } from "../checks/feed-check.ts";
import { feedOf } from "./loaders.ts";

type ShownLine = Omit<UnexpectedLine, "amountMinor"> & { readonly amount: Money };

const UnexpectedLineRef = builder.objectRef<ShownLine>("UnexpectedLine").implement({
  description: "A line that the books have and should not: too often, or not pushed by this feed.",
  fields: (t) => ({
    bookedOn: t.expose("bookedOn", { type: "LocalDate", description: "Its day there." }),
    amount: t.expose("amount", {
      type: MoneyType,
      description: "Its amount there. Money in is positive, money out negative.",
    }),
    description: t.exposeString("description", { description: "Its words there." }),
  }),
});

export const FeedCheckRef = builder.objectRef<FeedCheck>("FeedCheck").implement({
  description: "What was read back of a feed at one time, compared with what was pushed.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    checkedAt: t.expose("checkedAt", { type: "DateTime", description: "When it was read." }),
    pushed: t.exposeInt("pushed", { description: "Lines that should be in the books." }),
    pushedTotal: t.field({
      type: MoneyType,
      description: "What they come to.",
      resolve: async ({ feedId, pushedMinor }, _args, context) =>
        money(pushedMinor, (await feedOf(context, feedId)).currency),
    }),
    confirmed: t.exposeInt("confirmed", { description: "Lines that are there as they were sent." }),
    missing: t.exposeInt("missing", { description: "Lines that are not there." }),
    changed: t.exposeInt("changed", { description: "Lines with another day or amount there." }),
    unexpected: t.exposeInt("unexpected", {
      description: "Lines that are there too often, or that this feed did not push.",
    }),
    unexpectedLines: t.field({
      type: [UnexpectedLineRef],
      description: "The first hundred of those, in the order of days. Needs transactions:read.",
      resolve: async ({ feedId, unexpectedLines }, _args, context) => {
        authorise(viewerOf(context), "transactions:read");
        const { currency } = await feedOf(context, feedId);
        return unexpectedLines.map(({ amountMinor, ...line }) => ({
          ...line,
          amount: money(BigInt(amountMinor), currency),
        }));
      },
    }),
    outdated: t.exposeInt("outdated", {
      description: "Lines that the bank has changed or taken back since they were pushed.",
    }),
    arrivedTotal: t.field({
      type: MoneyType,
      description: "What the lines in the books come to.",
      resolve: async ({ feedId, arrivedMinor }, _args, context) =>
        money(arrivedMinor, (await feedOf(context, feedId)).currency),
    }),
    difference: t.field({
      type: MoneyType,
      description: "What the books have more than was pushed; negative where they have less.",
      resolve: async ({ feedId, arrivedMinor, pushedMinor }, _args, context) =>
        money(arrivedMinor - pushedMinor, (await feedOf(context, feedId)).currency),
    }),
    agrees: t.exposeBoolean("agrees", {
      description: "Everything that was pushed is there once, and the totals are the same.",
    }),
  }),
});
