import { validate as isUuid } from "uuid";
import { localDate } from "../../../core/dates.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { writeCursor } from "../../paging.ts";
import { listOpenItems } from "../list-open-items.ts";
import { loadOpenItem } from "./loaders.ts";
import { OpenItemKindType, OpenItemStatusType } from "./open-item.ts";
import { OpenItemRef } from "./refs.ts";

const OpenItemFilter = builder.inputType("OpenItemFilter", {
  description: "Which open items to list. All conditions must hold.",
  fields: (t) => ({
    kinds: t.field({
      type: [OpenItemKindType],
      description: "Invoices, expenses, demands or several of them.",
    }),
    statuses: t.field({ type: [OpenItemStatusType], description: "In one of these statuses." }),
    search: t.string({
      description: "Text in the number, the counterparty's name or the description.",
    }),
    issuedFrom: t.field({ type: "LocalDate", description: "Issued on this day or later." }),
    issuedTo: t.field({ type: "LocalDate", description: "Issued on this day or earlier." }),
    currency: t.string({ description: "ISO 4217." }),
    amountMin: t.field({ type: "Decimal", description: "A whole amount of at least this." }),
    amountMax: t.field({ type: "Decimal", description: "A whole amount of at most this." }),
    blockId: t.id({ description: "Of this block: what only its accounts can settle." }),
    unitId: t.id({ description: "Demands for this unit." }),
    leaseholderId: t.id({ description: "Demands to this leaseholder." }),
  }),
});

const OpenItemConnection = pageType(
  "OpenItem",
  OpenItemRef,
  { row: "an open item", page: "open items, the last issued first" },
  ({ id, issuedOn }) => writeCursor({ day: issuedOn, id }),
);

builder.queryField("openItems", (t) =>
  t.field({
    type: OpenItemConnection,
    description: "Invoices, expenses and demands, the last issued first. Needs open_items:read.",
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: OpenItemFilter, description: "Which ones." }),
    },
    resolve: async (_root, { filter, ...page }, context) => {
      return listOpenItems(context.app, viewerOf(context), {
        page,
        filter: {
          ...filter,
          issuedFrom: filter?.issuedFrom == null ? null : localDate(filter.issuedFrom),
          issuedTo: filter?.issuedTo == null ? null : localDate(filter.issuedTo),
        },
      });
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
