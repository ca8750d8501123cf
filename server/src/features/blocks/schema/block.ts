import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { loadAccount } from "../../connections/schema/loaders.ts";
import { FinancialAccountRef } from "../../connections/schema/refs.ts";
import { listBlocks } from "../list-blocks.ts";
import { loadAccountIdsOfBlock, loadBlock } from "./loaders.ts";
import { BlockRef } from "./refs.ts";

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
