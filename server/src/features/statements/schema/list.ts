import { utcDay } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { knownIdOr } from "../../ids.ts";
import { writeCursor } from "../../paging.ts";
import { listImports } from "../list-imports.ts";
import { ImportStatusType } from "./enums.ts";
import { loadImport } from "./loaders.ts";
import { ImportBatchRef } from "./refs.ts";

const ImportBatchFilter = builder.inputType("ImportBatchFilter", {
  description: "Which imports to list. All conditions must hold.",
  fields: (t) => ({
    accountId: t.id({ description: "Those that have lines of this account." }),
    blockId: t.id({ description: "Those that have lines of an account of this block." }),
    statuses: t.field({ type: [ImportStatusType], description: "In one of these statuses." }),
    search: t.string({ description: "Text in the file's name." }),
  }),
});

const ImportBatchConnection = pageType(
  "ImportBatch",
  ImportBatchRef,
  { row: "an import", page: "imports, the newest first" },
  ({ id, createdAt }) => writeCursor({ day: utcDay(createdAt), id }),
);

builder.queryFields((t) => ({
  importBatches: t.field({
    type: ImportBatchConnection,
    description: "Statement files that were brought in, the newest first. Needs transactions:read.",
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: ImportBatchFilter, description: "Which ones." }),
    },
    resolve: async (_root, { filter, ...page }, context) => {
      return listImports(context.app, viewerOf(context), {
        page,
        filter: filter ?? {},
      });
    },
  }),
  importBatch: t.field({
    type: ImportBatchRef,
    nullable: true,
    description: "One import. Needs transactions:read.",
    args: { id: t.arg.id({ required: true, description: "The import's id." }) },
    resolve: async (_root, { id }, context) => {
      const known = knownIdOr(id, null);
      return known === null ? null : ((await loadImport(context, known)) ?? null);
    },
  }),
}));
