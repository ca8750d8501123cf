import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { loadImport } from "../../statements/schema/loaders.ts";
import { ImportBatchRef } from "../../statements/schema/refs.ts";
import { type BlockFigures, readBlockFigures } from "../read-figures.ts";

const BlockFiguresType = builder.objectRef<BlockFigures>("BlockFigures").implement({
  description: "How the bank transactions of a block's accounts stand, over a period.",
  fields: (t) => ({
    transactions: t.exposeInt("transactions", { description: "All of them, excluded ones too." }),
    matched: t.exposeInt("matched", { description: "How many matches explain in full." }),
    unreconciled: t.exposeInt("unreconciled", {
      description: "How many nothing explains, or a part of them only.",
    }),
    excluded: t.exposeInt("excluded", { description: "How many were left out." }),
    matchRate: t.exposeFloat("matchRate", {
      description: "0 to 1: the matched share of what is not excluded; 0 where there is nothing.",
    }),
    credits: t.field({
      type: [MoneyType],
      description: "Money in, by currency.",
      resolve: ({ credits }) => [...credits],
    }),
    debits: t.field({
      type: [MoneyType],
      description: "Money out, by currency, without a sign.",
      resolve: ({ debits }) => [...debits],
    }),
    net: t.field({
      type: [MoneyType],
      description: "Money in less money out, by currency.",
      resolve: ({ net }) => [...net],
    }),
    lastImport: t.field({
      type: ImportBatchRef,
      nullable: true,
      description: "The last file that was brought in for its accounts and is in the books.",
      resolve: async ({ lastImportId }, _args, context) =>
        lastImportId === null ? null : ((await loadImport(context, lastImportId)) ?? null),
    }),
    lastImportOn: t.expose("lastImportOn", {
      type: "LocalDate",
      nullable: true,
      description: "The day on which it was, in the organisation's time zone.",
    }),
  }),
});

builder.queryField("blockFigures", (t) =>
  t.field({
    type: BlockFiguresType,
    description: "The figures of one block, or of all together. Needs transactions:read.",
    args: {
      blockId: t.arg.id({ description: "The block's id; left out, all blocks." }),
      from: t.arg({ type: "LocalDate", description: "Lines of this day or later." }),
      to: t.arg({ type: "LocalDate", description: "Lines of this day or earlier." }),
    },
    resolve: (_root, { blockId, from, to }, context) =>
      readBlockFigures(context.app, viewerOf(context), {
        blockId: blockId ?? null,
        from: from == null ? null : localDate(from),
        to: to == null ? null : localDate(to),
      }),
  }),
);
