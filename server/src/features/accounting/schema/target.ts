import { money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { listTargets, type Target } from "../list-targets.ts";
import { FeedAccountRef } from "./refs.ts";

const TargetAccountRef = builder.objectRef<Target>("TargetAccount").implement({
  description: "An account of the books that a bank account can feed.",
  fields: (t) => ({
    externalId: t.exposeString("externalId", {
      description: "The package's id; what `openFeed` takes.",
    }),
    name: t.exposeString("name", { description: "What the books call it." }),
    number: t.exposeString("number", {
      nullable: true,
      description: "Its number in the chart of accounts, or the bank account's.",
    }),
    currency: t.exposeString("currency", { description: "ISO 4217." }),
    balance: t.field({
      type: MoneyType,
      nullable: true,
      description: "What the books have on it, where the package says it.",
      resolve: ({ balanceMinor, currency }) =>
        balanceMinor === null ? null : money(balanceMinor, currency),
    }),
    fedBy: t.field({
      type: FeedAccountRef,
      nullable: true,
      description: "The feed that it has already: it takes no other.",
      resolve: ({ fedBy }) => fedBy,
    }),
  }),
});

builder.queryField("accountingTargets", (t) =>
  t.field({
    type: [TargetAccountRef],
    description:
      "The accounts of the books that a bank account can feed. Asks the platform. Needs accounting:manage.",
    args: {
      connectionId: t.arg.id({ required: true, description: "The accounting connection's id." }),
    },
    resolve: (_root, { connectionId }, context) =>
      listTargets(context.app, viewerOf(context), connectionId),
  }),
);
