import { builder } from "../../graphql/builder.ts";
import { viewerOf } from "../../graphql/context.ts";
import type { AuditEntry } from "./audit-entry.ts";
import { auditCursor, listAuditEntries } from "./list-audit-entries.ts";
import { auditSentence } from "./sentences.ts";

export const AuditEntryType = builder.objectRef<AuditEntry>("AuditEntry").implement({
  description: "Something that a person, a program or Tieout itself did. Never changed or deleted.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "The entry's id." }),
    at: t.expose("at", { type: "DateTime", description: "When it was done." }),
    actorName: t.exposeString("actorName", { description: "Who did it, as called at the time." }),
    actorKind: t.exposeString("actorKind", { description: "person, api_key or job." }),
    action: t.exposeString("action", {
      description: 'What was done, stable for programs: "match.voided".',
    }),
    summary: t.string({
      description: "What was done, as a sentence for people.",
      resolve: (entry) => auditSentence(entry),
    }),
    subjectKind: t.exposeString("subjectKind", {
      description: 'What it was done to: "bank_connection".',
    }),
    subjectId: t.exposeID("subjectId", { description: "The id of what it was done to." }),
  }),
});

const AuditEntryEdge = builder.edgeObject({
  type: AuditEntryType,
  name: "AuditEntryEdge",
  description: "An entry with its cursor.",
});

const AuditEntryConnection = builder.connectionObject(
  {
    type: AuditEntryType,
    name: "AuditEntryConnection",
    description: "A page of the log, the newest entry first.",
  },
  AuditEntryEdge,
);

builder.queryField("auditEntries", (t) =>
  t.field({
    type: AuditEntryConnection,
    description: "The log of who did what, the newest first. Needs audit:read.",
    args: {
      first: t.arg.int({ description: "So many entries, up to 200; 50 if absent." }),
      after: t.arg.string({ description: "An entry's cursor: the page begins behind it." }),
      subjectId: t.arg.id({ description: "Only what was done to this." }),
    },
    resolve: async (_root, args, context) => {
      const page = await listAuditEntries(context.app, viewerOf(context), args);
      const edges = page.entries.map((node) => ({ node, cursor: auditCursor(node) }));
      return {
        edges,
        pageInfo: {
          hasNextPage: page.hasNextPage,
          hasPreviousPage: args.after != null,
          startCursor: edges.at(0)?.cursor,
          endCursor: edges.at(-1)?.cursor,
        },
      };
    },
  }),
);
