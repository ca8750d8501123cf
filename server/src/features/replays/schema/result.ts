import { assert } from "../../../core/assert.ts";
import type { CurrencyCode } from "../../../core/currencies.ts";
import { money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import type { Context } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { loadOpenItem } from "../../documents/schema/loaders.ts";
import { OpenItemRef } from "../../documents/schema/refs.ts";
import { loadTransaction } from "../../transactions/schema/loaders.ts";
import { BankTransactionRef } from "../../transactions/schema/refs.ts";
import type {
  StoredDifference,
  StoredFigures,
  StoredMoney,
  StoredResult,
} from "../match-replay.ts";
import { differencesMax } from "../perform-replay.ts";

const wronglyClearedOf = ({ wronglyCleared }: StoredFigures) => wronglyCleared.map(moneyOf);

const figures = {
  automatic: "Decided bank transactions that it would match, or come to, without a person.",
  right: "Of these, those with exactly what they had been matched with.",
  wrong: "Of these, all others: also those that belong to nothing, and pairs that were declined.",
  missed: "Matched in history, and left for a person by it.",
  precision: "Right ones among the automatic ones, 0 to 1; null without any.",
  recall: "Right ones among those that history matched, 0 to 1; null without any.",
  wronglyCleared: "Money that it would take for what it did not belong to, by currency.",
} as const;

const ReplayFiguresType = builder.objectRef<StoredFigures>("ReplayFigures").implement({
  description: "How right a profile or a rule would have been.",
  fields: (t) => ({
    automatic: t.exposeInt("automatic", { description: figures.automatic }),
    right: t.exposeInt("right", { description: figures.right }),
    wrong: t.exposeInt("wrong", { description: figures.wrong }),
    missed: t.exposeInt("missed", { description: figures.missed }),
    precision: t.exposeFloat("precision", { nullable: true, description: figures.precision }),
    recall: t.exposeFloat("recall", { nullable: true, description: figures.recall }),
    wronglyCleared: t.field({
      type: [MoneyType],
      description: figures.wronglyCleared,
      resolve: wronglyClearedOf,
    }),
  }),
});

const ReplayDifferenceKind = builder.enumType("ReplayDifferenceKind", {
  description: "How what would be differs.",
  values: {
    WRONG: { value: "wrong", description: "It would be matched with something else than it was." },
    MISSED: { value: "missed", description: "It was matched, and would wait for a person." },
    GAINED: { value: "gained", description: "It would be right, and by the one in use it is not." },
    CHANGED: { value: "changed", description: "Other than by the one in use; nobody has decided." },
  } as const,
});

const ReplayDifferenceType = builder.objectRef<StoredDifference>("ReplayDifference").implement({
  description: "A bank transaction with which something else would be done.",
  fields: (t) => ({
    transaction: t.field({
      type: BankTransactionRef,
      description: "Which.",
      resolve: async ({ transactionId }, _args, context) => {
        const transaction = await loadTransaction(context, transactionId);
        assert(transaction, "a bank transaction stays");
        return transaction;
      },
    }),
    kind: t.expose("kind", { type: ReplayDifferenceKind, description: "How it differs." }),
    was: t.field({
      type: [OpenItemRef],
      description: "What it was matched with. Needs open_items:read.",
      resolve: ({ was }, _args, context) => itemsOf(context, was),
    }),
    would: t.field({
      type: [OpenItemRef],
      description: "What it would be matched with. Needs open_items:read.",
      resolve: ({ would }, _args, context) => itemsOf(context, would),
    }),
    score: t.exposeInt("score", { nullable: true, description: "What would be: its points." }),
    amount: t.field({
      type: MoneyType,
      description: "Wrongly cleared where it is wrong, else what is at stake.",
      resolve: moneyOf,
    }),
    message: t.exposeString("message", { description: "A sentence, for people." }),
  }),
});

export const ReplayResultType = builder.objectRef<StoredResult>("ReplayResult").implement({
  description:
    "What came of a replay: what would be done without a person, held against what was decided and still stands.",
  fields: (t) => ({
    decided: t.exposeInt("decided", {
      description:
        "Bank transactions that were decided: matched, excluded or taken for a transfer.",
    }),
    decidedByPeople: t.exposeInt("decidedByPeople", {
      description: "Of these, those that a person decided.",
    }),
    ofSameProfile: t.exposeInt("ofSameProfile", {
      description:
        "Of these, those that a profile of this name matched itself: that it does so again proves nothing.",
    }),
    unjudged: t.exposeInt("unjudged", {
      description: "Would be done, and nobody has decided what is right. Not among the figures.",
    }),
    automatic: t.int({ description: figures.automatic, resolve: (one) => one.figures.automatic }),
    right: t.int({ description: figures.right, resolve: (one) => one.figures.right }),
    wrong: t.int({ description: figures.wrong, resolve: (one) => one.figures.wrong }),
    missed: t.int({ description: figures.missed, resolve: (one) => one.figures.missed }),
    precision: t.float({
      nullable: true,
      description: figures.precision,
      resolve: (one) => one.figures.precision,
    }),
    recall: t.float({
      nullable: true,
      description: figures.recall,
      resolve: (one) => one.figures.recall,
    }),
    wronglyCleared: t.field({
      type: [MoneyType],
      description: figures.wronglyCleared,
      resolve: (one) => wronglyClearedOf(one.figures),
    }),
    byPeople: t.field({
      type: ReplayFiguresType,
      description: "The same, held only against what people decided: the independent truth.",
      resolve: ({ byPeople }) => byPeople,
    }),
    today: t.field({
      type: ReplayFiguresType,
      description: "The same of the profile in use, or of the rule as it stands.",
      resolve: ({ today }) => today,
    }),
    differences: t.field({
      type: [ReplayDifferenceType],
      description: `The bank transactions with which something else would be done, the worst first; ${differencesMax} are kept.`,
      args: { first: t.arg.int({ defaultValue: 50, description: "So many." }) },
      resolve: ({ differences }, { first }) => differences.slice(0, Math.max(0, first ?? 50)),
    }),
    differenceCount: t.exposeInt("differenceCount", { description: "How many there are in all." }),
    bounded: t.exposeBoolean("bounded", {
      description: "Whether the oldest decisions were left out: the newest 200,000 are looked at.",
    }),
  }),
});

function moneyOf({ amountMinor, currency }: StoredMoney) {
  return money(BigInt(amountMinor), currency as CurrencyCode);
}

async function itemsOf(context: Context, ids: readonly string[]) {
  const items = await Promise.all(ids.map((id) => loadOpenItem(context, id)));
  return items.filter((item) => item !== undefined);
}
