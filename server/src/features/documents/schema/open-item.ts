import { money } from "../../../core/money.ts";
import { builder } from "../../../graphql/builder.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { loadMatchesOfOpenItem } from "../../reconciliation/schema/loaders.ts";
import { MatchRef } from "../../reconciliation/schema/refs.ts";
import { OpenItemRef } from "./refs.ts";

export const OpenItemKindType = builder.enumType("OpenItemKind", {
  description: "Which way an open item is settled.",
  values: {
    INVOICE: { value: "invoice", description: "Sent to a customer: money in settles it." },
    EXPENSE: { value: "expense", description: "Owed to a supplier: money out settles it." },
    DEMAND: {
      value: "demand",
      description: "A service charge raised to a leaseholder of a block: money in settles it.",
    },
  } as const,
});

export const OpenItemStatusType = builder.enumType("OpenItemStatus", {
  description: "How far an open item is settled. It follows from its live payments.",
  values: {
    OPEN: { value: "open", description: "Nothing is settled." },
    PART_PAID: { value: "part_paid", description: "A part is settled." },
    PAID: { value: "paid", description: "All of it is settled." },
    VOID: { value: "void", description: "Taken out of the books." },
  } as const,
});

OpenItemRef.implement({
  description: "What a bank transaction can settle: an invoice, an expense or a demand.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    kind: t.expose("kind", { type: OpenItemKindType, description: "Invoice, expense or demand." }),
    number: t.exposeString("number", { description: "The document's number." }),
    counterpartyName: t.exposeString("counterpartyName", {
      description: "The customer or the supplier.",
    }),
    issuedOn: t.expose("issuedOn", { type: "LocalDate", description: "The document's date." }),
    dueOn: t.expose("dueOn", {
      type: "LocalDate",
      nullable: true,
      description: "When it is to be paid.",
    }),
    amount: t.field({
      type: MoneyType,
      description: "The whole amount, above zero.",
      resolve: ({ amountMinor, currency }) => money(amountMinor, currency),
    }),
    openAmount: t.field({
      type: MoneyType,
      description: "What is still to be paid.",
      resolve: ({ amountMinor, allocatedMinor, currency }) =>
        money(amountMinor - allocatedMinor, currency),
    }),
    status: t.expose("status", {
      type: OpenItemStatusType,
      description: "How far it is settled.",
    }),
    description: t.exposeString("description", { nullable: true, description: "A note." }),
    matches: t.field({
      type: [MatchRef],
      description: "Its live matches.",
      resolve: async ({ id }, _args, context) => (await loadMatchesOfOpenItem(context, id)) ?? [],
    }),
  }),
});
