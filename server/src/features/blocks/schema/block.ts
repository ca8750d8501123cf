import { validate as isUuid } from "uuid";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { loadAccount } from "../../connections/schema/loaders.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import { authorise } from "../../viewer.ts";
import { listBlocks } from "../list-blocks.ts";
import { archivedToo, inUse } from "./in-use.ts";
import {
  loadAccountIdsOfBlock,
  loadBlock,
  loadBlockCounts,
  loadOutstandingOfBlock,
  loadUnitsOfBlock,
} from "./loaders.ts";
import { BlockRef, UnitRef } from "./refs.ts";

BlockRef.implement({
  description:
    "A set of books inside the organisation that is reconciled on its own: a managed building, a subsidiary, a project.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    name: t.exposeString("name", { description: "Its name, each once." }),
    accounts: t.field({
      type: [FinancialAccountRef],
      description: "The accounts in it, by name. Needs bank_connections:read.",
      resolve: async ({ id }, _args, context) => {
        const ids = (await loadAccountIdsOfBlock(context, id)) ?? [];
        const accounts = await Promise.all(ids.map((each) => loadAccount(context, each)));
        return accounts.filter((account) => account !== undefined);
      },
    }),
    units: t.field({
      type: [UnitRef],
      description:
        "Its units in the order in which people count them: 2 before 10. Needs open_items:read.",
      args: { includeArchived: t.arg.boolean(archivedToo) },
      resolve: async ({ id }, { includeArchived }, context) =>
        inUse(await loadUnitsOfBlock(context, id), includeArchived),
    }),
    unitCount: t.int({
      description: "How many units it has that are in use. Needs open_items:read.",
      resolve: async ({ id }, _args, context) => (await loadBlockCounts(context, id))?.units ?? 0,
    }),
    leaseholderCount: t.int({
      description: "How many leaseholders it has that are in use. Needs open_items:read.",
      resolve: async ({ id }, _args, context) =>
        (await loadBlockCounts(context, id))?.leaseholders ?? 0,
    }),
    outstanding: t.field({
      type: [MoneyType],
      description: "What is still to be paid of its demands, by currency. Needs open_items:read.",
      resolve: async ({ id }, _args, context) => [
        ...((await loadOutstandingOfBlock(context, id))?.amounts ?? []),
      ],
    }),
    outstandingCount: t.int({
      description: "How many of its demands are not paid in full. Needs open_items:read.",
      resolve: async ({ id }, _args, context) =>
        (await loadOutstandingOfBlock(context, id))?.count ?? 0,
    }),
    archivedAt: t.expose("archivedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when it is no longer used. What is in it stays.",
    }),
  }),
});

builder.objectField(FinancialAccountRef, "block", (t) =>
  t.field({
    type: BlockRef,
    nullable: true,
    description: "The block that it is in; null among the organisation's own.",
    resolve: async ({ blockId }, _args, context) =>
      blockId === null ? null : ((await loadBlock(context, blockId)) ?? null),
  }),
);

builder.queryField("blocks", (t) =>
  t.field({
    type: [BlockRef],
    description: "The organisation's blocks, by name. Needs bank_connections:read.",
    args: {
      includeArchived: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Those no longer used, too.",
      }),
    },
    resolve: (_root, { includeArchived }, context) =>
      listBlocks(context.app, viewerOf(context), { includeArchived }),
  }),
);

builder.queryField("block", (t) =>
  t.field({
    type: BlockRef,
    nullable: true,
    description: "One block, one that is no longer used too. Needs bank_connections:read.",
    args: { id: t.arg.id({ required: true, description: "The block's id." }) },
    resolve: async (_root, { id }, context) => {
      authorise(viewerOf(context), "bank_connections:read");
      return isUuid(id) ? ((await loadBlock(context, id.toLowerCase())) ?? null) : null;
    },
  }),
);
