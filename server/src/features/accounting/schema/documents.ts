import { money } from "../../../core/money.ts";
import { batched } from "../../../graphql/batched.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { MoneyType } from "../../../graphql/money.ts";
import { pageType } from "../../../graphql/page-type.ts";
import { loadOpenItem } from "../../documents/schema/loaders.ts";
import { OpenItemKindType } from "../../documents/schema/open-item.ts";
import { OpenItemRef } from "../../documents/schema/refs.ts";
import {
  type AccountingDocument,
  accountingDocumentCursor,
  countAccountingDocuments,
  listAccountingDocuments,
} from "../documents/list-documents.ts";

const AccountingDocumentRef = builder.objectRef<AccountingDocument>("AccountingDocument");

AccountingDocumentRef.implement({
  description: "An invoice or expense of the accounting package, and what became of it here.",
  fields: (t) => ({
    id: t.id({
      description: "Its place in this list, for caches. No field takes it.",
      resolve: ({ connectionId, kind, externalId }) => `${connectionId}:${kind}:${externalId}`,
    }),
    kind: t.expose("kind", { type: OpenItemKindType, description: "Invoice or expense." }),
    number: t.exposeString("number", { nullable: true, description: "The document's number." }),
    counterpartyName: t.exposeString("counterpartyName", {
      nullable: true,
      description: "The customer or the supplier, as the package has them.",
    }),
    dueThere: t.field({
      type: MoneyType,
      nullable: true,
      description: "Still to be paid there, when it was last read.",
      resolve: ({ dueMinor, currency }) =>
        dueMinor === null || currency === null ? null : money(dueMinor, currency),
    }),
    openItem: t.field({
      type: OpenItemRef,
      nullable: true,
      description: "What it became here; null where it could not be taken over.",
      resolve: async ({ openItemId }, _args, context) =>
        openItemId === null ? null : ((await loadOpenItem(context, openItemId)) ?? null),
    }),
    problem: t.exposeString("problem", {
      nullable: true,
      description: "Why it could not be taken over, or where the two disagree, as a sentence.",
    }),
    modifiedAt: t.expose("modifiedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was last changed there, as the package says.",
    }),
    readAt: t.expose("readAt", { type: "DateTime", description: "When it was last read." }),
    state: t.exposeString("state", {
      description: "How it stands there: open, part_paid, paid, void, draft or unreadable.",
    }),
  }),
});

const AccountingDocumentConnection = pageType(
  "AccountingDocument",
  AccountingDocumentRef,
  { row: "a pulled document", page: "pulled documents, by kind and id" },
  accountingDocumentCursor,
);

const loadCounts = batched(async (context, ids) => {
  const counts = new Map<string, { pulled: number; problems: number }>();
  for (const id of ids) {
    counts.set(id, await countAccountingDocuments(context.app, viewerOf(context), id));
  }
  return counts;
});

export const AccountingDocumentsType = builder
  .objectRef<{ readonly connectionId: string }>("AccountingDocuments")
  .implement({
    description: "The invoices and expenses that were pulled from a company's books.",
    fields: (t) => ({
      pulled: t.int({
        description: "How many. Needs open_items:read.",
        resolve: async ({ connectionId }, _args, context) =>
          (await loadCounts(context, connectionId))?.pulled ?? 0,
      }),
      problems: t.int({
        description: "Of them, those with a problem. Needs open_items:read.",
        resolve: async ({ connectionId }, _args, context) =>
          (await loadCounts(context, connectionId))?.problems ?? 0,
      }),
      page: t.field({
        type: AccountingDocumentConnection,
        description: "A page of them. Needs open_items:read.",
        args: {
          first: t.arg.int({ description: "So many, up to 200; 50 if absent." }),
          after: t.arg.string({ description: "A document's cursor: the page begins behind it." }),
          onlyProblems: t.arg.boolean({ description: "Only those with a problem." }),
        },
        resolve: async ({ connectionId }, { first, after, onlyProblems }, context) => ({
          ...(await listAccountingDocuments(context.app, viewerOf(context), connectionId, {
            page: { first, after },
            onlyProblems: onlyProblems ?? false,
          })),
          countAll: async () => {
            const counts = await loadCounts(context, connectionId);
            return (onlyProblems ? counts?.problems : counts?.pulled) ?? 0;
          },
        }),
      }),
    }),
  });
