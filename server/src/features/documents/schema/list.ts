import { validate as isUuid } from "uuid";
import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { writeCursor } from "../../paging.ts";
import { listOpenItems } from "../list-open-items.ts";
import type { OpenItem } from "../open-item.ts";
import { loadOpenItem } from "./loaders.ts";
import { OpenItemKindType, OpenItemStatusType } from "./open-item.ts";
import { OpenItemRef } from "./refs.ts";

const OpenItemFilter = builder.inputType("OpenItemFilter", {
  description: "Which open items to list. All conditions must hold.",
  fields: (t) => ({
    kinds: t.field({ type: [OpenItemKindType], description: "Invoices, expenses or both." }),
    statuses: t.field({ type: [OpenItemStatusType], description: "In one of these statuses." }),
    search: t.string({
      description: "Text in the number, the counterparty's name or the description.",
    }),
    issuedFrom: t.field({ type: "LocalDate", description: "Issued on this day or later." }),
    issuedTo: t.field({ type: "LocalDate", description: "Issued on this day or earlier." }),
    currency: t.string({ description: "ISO 4217." }),
    amountMin: t.field({ type: "Decimal", description: "A whole amount of at least this." }),
    amountMax: t.field({ type: "Decimal", description: "A whole amount of at most this." }),
  }),
});

const OpenItemEdge = builder.edgeObject({
  type: OpenItemRef,
  name: "OpenItemEdge",
  description: "An open item with its cursor.",
});

interface Edge {
  readonly cursor: string;
  readonly node: OpenItem;
}

const OpenItemConnection = builder
  .objectRef<{
    readonly edges: readonly Edge[];
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    countAll(): Promise<number>;
  }>("OpenItemConnection")
  .implement({
    description: "A page of open items, the last issued first.",
    fields: (t) => ({
      edges: t.field({
        type: [OpenItemEdge],
        description: "The rows with their cursors.",
        resolve: ({ edges }) => [...edges],
      }),
      nodes: t.field({
        type: [OpenItemRef],
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

builder.queryField("openItems", (t) =>
  t.field({
    type: OpenItemConnection,
    description: "Invoices and expenses, the last issued first. Needs open_items:read.",
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: OpenItemFilter, description: "Which ones." }),
    },
    resolve: async (_root, { filter, ...page }, context) => {
      const found = await listOpenItems(context.app, viewerOf(context), {
        page,
        filter: {
          ...filter,
          issuedFrom: filter?.issuedFrom == null ? null : localDate(filter.issuedFrom),
          issuedTo: filter?.issuedTo == null ? null : localDate(filter.issuedTo),
        },
      });
      const edges = found.rows.map((node) => ({
        cursor: writeCursor({ day: node.issuedOn, id: node.id }),
        node,
      }));
      return { ...found, edges };
    },
  }),
);

builder.queryField("openItem", (t) =>
  t.field({
    type: OpenItemRef,
    nullable: true,
    description: "One open item. Needs open_items:read.",
    args: { id: t.arg.id({ required: true, description: "The open item's id." }) },
    resolve: async (_root, { id }, context) =>
      isUuid(id) ? ((await loadOpenItem(context, id.toLowerCase())) ?? null) : null,
  }),
);
