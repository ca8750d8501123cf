import { validate as isUuid } from "uuid";
import { assert } from "../../../core/assert.ts";
import { builder } from "../../../graphql/builder.ts";
import type { Context } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { OpenItemRef } from "../../documents/schema/refs.ts";
import type { Block } from "../block.ts";
import { archivedToo, inUse } from "./in-use.ts";
import {
  loadBlock,
  loadLeaseholder,
  loadLeaseholdersOfBlock,
  loadLeaseholdersOfUnit,
  loadOutstandingOfLeaseholder,
  loadOutstandingOfUnit,
  loadUnit,
} from "./loaders.ts";
import { BlockRef, LeaseholderRef, UnitRef } from "./refs.ts";

UnitRef.implement({
  description: "A flat, house or shop of a block: what its service charges are raised for.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    number: t.exposeString("number", {
      description: "Each once in its block, whatever its case and spaces.",
    }),
    name: t.exposeString("name", { nullable: true, description: "What else it is called." }),
    block: t.field({
      type: BlockRef,
      description: "The block that it is in.",
      resolve: ({ blockId }, _args, context) => blockOf(blockId, context),
    }),
    leaseholders: t.field({
      type: [LeaseholderRef],
      description: "Who holds it, the latest first. Needs open_items:read.",
      args: { includeArchived: t.arg.boolean(archivedToo) },
      resolve: async ({ id }, { includeArchived }, context) =>
        inUse(await loadLeaseholdersOfUnit(context, id), includeArchived),
    }),
    outstanding: t.field({
      type: [MoneyType],
      description: "What is still to be paid of its demands, by currency. Needs open_items:read.",
      resolve: async ({ id }, _args, context) => [
        ...((await loadOutstandingOfUnit(context, id))?.amounts ?? []),
      ],
    }),
    archivedAt: t.expose("archivedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when it is no longer used. Its demands stay.",
    }),
  }),
});

LeaseholderRef.implement({
  description: "Who holds a unit of a block: who its demands are raised to.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    name: t.exposeString("name", { description: "Each once for a unit." }),
    surname: t.exposeString("surname", {
      description: "What matching looks for in a bank's text.",
    }),
    email: t.exposeString("email", { nullable: true, description: "Where to write to." }),
    since: t.expose("since", {
      type: "LocalDate",
      nullable: true,
      description: "From when the unit is theirs.",
    }),
    until: t.expose("until", {
      type: "LocalDate",
      nullable: true,
      description: "The last day on which it is.",
    }),
    unit: t.field({
      type: UnitRef,
      description: "The unit.",
      resolve: async ({ unitId }, _args, context) => {
        const unit = await loadUnit(context, unitId);
        assert(unit, "a leaseholder holds a unit");
        return unit;
      },
    }),
    block: t.field({
      type: BlockRef,
      description: "The unit's block.",
      resolve: ({ blockId }, _args, context) => blockOf(blockId, context),
    }),
    outstanding: t.field({
      type: [MoneyType],
      description: "What is still to be paid of their demands, by currency.",
      resolve: async ({ id }, _args, context) => [
        ...((await loadOutstandingOfLeaseholder(context, id))?.amounts ?? []),
      ],
    }),
    archivedAt: t.expose("archivedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when nothing is raised to them any more. Their demands stay.",
    }),
  }),
});

async function blockOf(blockId: string, context: Context): Promise<Block> {
  const block = await loadBlock(context, blockId);
  assert(block, "a unit is in a block");
  return block;
}

builder.queryField("leaseholders", (t) =>
  t.field({
    type: [LeaseholderRef],
    description: "A block's leaseholders by surname. Needs open_items:read.",
    args: {
      blockId: t.arg.id({ required: true, description: "The block's id." }),
      includeArchived: t.arg.boolean(archivedToo),
    },
    resolve: async (_root, { blockId, includeArchived }, context) =>
      isUuid(blockId)
        ? inUse(await loadLeaseholdersOfBlock(context, blockId.toLowerCase()), includeArchived)
        : [],
  }),
);

builder.objectFields(OpenItemRef, (t) => ({
  block: t.field({
    type: BlockRef,
    nullable: true,
    description: "The block whose accounts alone can settle it; null where any account can.",
    resolve: ({ blockId }, _args, context) => (blockId === null ? null : blockOf(blockId, context)),
  }),
  unit: t.field({
    type: UnitRef,
    nullable: true,
    description: "Of a demand: the unit that it is raised for.",
    resolve: async ({ unitId }, _args, context) =>
      unitId === null ? null : ((await loadUnit(context, unitId)) ?? null),
  }),
  leaseholder: t.field({
    type: LeaseholderRef,
    nullable: true,
    description: "Of a demand: who it is raised to.",
    resolve: async ({ leaseholderId }, _args, context) =>
      leaseholderId === null ? null : ((await loadLeaseholder(context, leaseholderId)) ?? null),
  }),
  standalone: t.boolean({
    description:
      "Whether it was made from a bank transaction, as an expense or income of its own: it goes with its match.",
    resolve: ({ standaloneOf }) => standaloneOf !== null,
  }),
}));
