import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyInput } from "../../../graphql/money.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { createDemand } from "../create-demand.ts";
import { updateDemand } from "../update-demand.ts";
import { OpenItemRef } from "./refs.ts";

const DemandInput = builder.inputType("DemandInput", {
  description: "A service charge that is raised to a leaseholder for a unit.",
  fields: (t) => ({
    unitId: t.id({ required: true, description: "The unit's id." }),
    leaseholderId: t.id({ required: true, description: "The id of who holds the unit." }),
    number: t.string({ required: true, description: "Each once for a leaseholder's name." }),
    description: t.string({ description: "A note." }),
    issuedOn: t.field({ type: "LocalDate", required: true, description: "The demand's date." }),
    dueOn: t.field({ type: "LocalDate", description: "When it is to be paid." }),
    amount: t.field({ type: MoneyInput, required: true, description: "Above zero." }),
  }),
});

const input = { type: DemandInput, required: true, description: "The demand." } as const;
const problems = [Forbidden, NotFound, InvalidInput, Conflict];

builder.mutationFields((t) => ({
  createDemand: t.field({
    type: OpenItemRef,
    errors: { types: problems },
    description:
      "Raises a demand to a leaseholder for a unit; matching follows. Needs open_items:manage.",
    args: { input: t.arg(input) },
    resolve: (_root, args, context) =>
      createDemand(context.app, viewerOf(context), withDates(args.input)),
  }),
  updateDemand: t.field({
    type: OpenItemRef,
    errors: { types: problems },
    description:
      "Changes a demand. What is settled of it stays settled; it stays in its block. Needs open_items:manage.",
    args: {
      id: t.arg.id({ required: true, description: "The demand's id." }),
      input: t.arg(input),
    },
    resolve: (_root, args, context) =>
      updateDemand(context.app, viewerOf(context), { id: args.id, input: withDates(args.input) }),
  }),
}));

function withDates<Input extends { issuedOn: string; dueOn?: string | null | undefined }>(
  given: Input,
) {
  return {
    ...given,
    issuedOn: localDate(given.issuedOn),
    dueOn: given.dueOn == null ? null : localDate(given.dueOn),
  };
}
