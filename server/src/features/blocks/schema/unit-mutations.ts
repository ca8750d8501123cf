import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { archiveLeaseholder, restoreLeaseholder } from "../archive-leaseholder.ts";
import { archiveUnit, restoreUnit } from "../archive-unit.ts";
import { createLeaseholder } from "../create-leaseholder.ts";
import { createUnit } from "../create-unit.ts";
import { updateLeaseholder } from "../update-leaseholder.ts";
import { updateUnit } from "../update-unit.ts";
import { LeaseholderRef, UnitRef } from "./refs.ts";

const UnitInput = builder.inputType("UnitInput", {
  description: "A unit of a block.",
  fields: (t) => ({
    number: t.string({
      required: true,
      description: "Such as 12 or 4B: what payers write. Each once in its block.",
    }),
    name: t.string({ description: "What else it is called." }),
  }),
});

const LeaseholderInput = builder.inputType("LeaseholderInput", {
  description: "Who holds a unit.",
  fields: (t) => ({
    unitId: t.id({ required: true, description: "The unit's id." }),
    name: t.string({ required: true, description: "As demands are addressed." }),
    surname: t.string({
      description:
        "What payers are known by. Left out, the last word of the name that is neither a title nor a suffix.",
    }),
    email: t.string({ description: "Where to write to." }),
    since: t.field({ type: "LocalDate", description: "From when the unit is theirs." }),
    until: t.field({ type: "LocalDate", description: "The last day on which it is." }),
  }),
});

const unitId = { required: true, description: "The unit's id." } as const;
const leaseholderId = { required: true, description: "The leaseholder's id." } as const;
const unitInput = { type: UnitInput, required: true, description: "The unit." } as const;
const leaseholderInput = {
  type: LeaseholderInput,
  required: true,
  description: "The leaseholder.",
} as const;
const changing = [Forbidden, NotFound, InvalidInput, Conflict];

builder.mutationFields((t) => ({
  createUnit: t.field({
    type: UnitRef,
    errors: { types: changing },
    description: "Adds a unit to a block. Needs open_items:manage.",
    args: {
      blockId: t.arg.id({ required: true, description: "The block's id." }),
      input: t.arg(unitInput),
    },
    resolve: (_root, request, context) => createUnit(context.app, viewerOf(context), request),
  }),
  updateUnit: t.field({
    type: UnitRef,
    errors: { types: changing },
    description: "Gives a unit another number or name. Needs open_items:manage.",
    args: { id: t.arg.id(unitId), input: t.arg(unitInput) },
    resolve: (_root, request, context) => updateUnit(context.app, viewerOf(context), request),
  }),
  archiveUnit: t.field({
    type: UnitRef,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Takes a unit out of use: nothing is raised for it any more, its demands stay. Needs open_items:manage.",
    args: { id: t.arg.id(unitId) },
    resolve: (_root, { id }, context) => archiveUnit(context.app, viewerOf(context), id),
  }),
  restoreUnit: t.field({
    type: UnitRef,
    errors: { types: [Forbidden, NotFound] },
    description: "Takes a unit back into use. Needs open_items:manage.",
    args: { id: t.arg.id(unitId) },
    resolve: (_root, { id }, context) => restoreUnit(context.app, viewerOf(context), id),
  }),
  createLeaseholder: t.field({
    type: LeaseholderRef,
    errors: { types: changing },
    description: "Adds a leaseholder of a unit. Needs open_items:manage.",
    args: { input: t.arg(leaseholderInput) },
    resolve: (_root, { input }, context) =>
      createLeaseholder(context.app, viewerOf(context), withDates(input)),
  }),
  updateLeaseholder: t.field({
    type: LeaseholderRef,
    errors: { types: changing },
    description:
      "Changes a leaseholder; what was raised to them stays as it is. Needs open_items:manage.",
    args: { id: t.arg.id(leaseholderId), input: t.arg(leaseholderInput) },
    resolve: (_root, { id, input }, context) =>
      updateLeaseholder(context.app, viewerOf(context), { id, input: withDates(input) }),
  }),
  archiveLeaseholder: t.field({
    type: LeaseholderRef,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Takes a leaseholder out of use: nothing is raised to them any more, their demands stay. Needs open_items:manage.",
    args: { id: t.arg.id(leaseholderId) },
    resolve: (_root, { id }, context) => archiveLeaseholder(context.app, viewerOf(context), id),
  }),
  restoreLeaseholder: t.field({
    type: LeaseholderRef,
    errors: { types: [Forbidden, NotFound] },
    description: "Takes a leaseholder back into use. Needs open_items:manage.",
    args: { id: t.arg.id(leaseholderId) },
    resolve: (_root, { id }, context) => restoreLeaseholder(context.app, viewerOf(context), id),
  }),
}));

type Day = string | null | undefined;

function withDates<Input extends { since?: Day; until?: Day }>(input: Input) {
  return {
    ...input,
    since: input.since == null ? null : localDate(input.since),
    until: input.until == null ? null : localDate(input.until),
  };
}
