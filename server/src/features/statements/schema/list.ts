import { utcDay } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { knownIdOr } from "../../ids.ts";
import { writeCursor } from "../../paging.ts";
import { listImports } from "../list-imports.ts";
import type { ShownImport } from "../read-imports.ts";
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

const ImportBatchEdge = builder.edgeObject({
  type: ImportBatchRef,
  name: "ImportBatchEdge",
  description: "An import with its cursor.",
});

interface Edge {
  readonly cursor: string;
  readonly node: ShownImport;
}

const ImportBatchConnection = builder
  .objectRef<{
    readonly edges: readonly Edge[];
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    countAll(): Promise<number>;
  }>("ImportBatchConnection")
  .implement({
    description: "A page of imports, the newest first.",
    fields: (t) => ({
      edges: t.field({
        type: [ImportBatchEdge],
        description: "The rows with their cursors.",
        resolve: ({ edges }) => [...edges],
      }),
      nodes: t.field({
        type: [ImportBatchRef],
        description: "The rows.",
        resolve: ({ edges }) => edges.map(({ node }) => node),
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: "Where this page stands in the list.",
        resolve: ({ edges, hasNextPage, hasPreviousPage }) => ({
          hasNextPage,
          hasPreviousPage,
          startCursor: edges.at(0)?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        }),
      }),
      totalCount: t.int({
        description:
          "How many there are in all pages. Counts them all: ask only where it is shown.",
        resolve: (page) => page.countAll(),
      }),
    }),
  });

builder.queryFields((t) => ({
  importBatches: t.field({
    type: ImportBatchConnection,
    description: "Statement files that were brought in, the newest first. Needs transactions:read.",
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: ImportBatchFilter, description: "Which ones." }),
    },
    resolve: async (_root, { filter, ...page }, context) => {
      const found = await listImports(context.app, viewerOf(context), {
        page,
        filter: filter ?? {},
      });
      const edges = found.rows.map((node) => ({
        cursor: writeCursor({ day: utcDay(node.createdAt), id: node.id }),
        node,
      }));
      return { ...found, edges };
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
