import { announcementSentence, isAnnouncementKind } from "../../../core/announcement-sentence.ts";
import { maskIdentifiers } from "../../../core/mask.ts";
import type { Announcement } from "../../../generated/prisma/client.ts";
import { builder } from "../../../graphql/builder.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import { loadAccount, loadConnection } from "../../connections/schema/loaders.ts";
import { BankConnectionRef, FinancialAccountRef } from "../../connections/schema/refs.ts";
import { Forbidden, NotFound } from "../../errors.ts";
import { dismissAnnouncement } from "../dismiss-announcement.ts";
import { listAnnouncements } from "../list-announcements.ts";
import { AnnouncementRef } from "./refs.ts";

const kinds = {
  CONSENT_ENDING: { value: "consent_ending", description: "The consent at the bank ends soon." },
  CONNECTION_STALE: {
    value: "connection_stale",
    description: "Nothing has been fetched from the bank for a long time.",
  },
  STATEMENT_DUE: { value: "statement_due", description: "A statement is to be brought in." },
  STATEMENT_LATE: { value: "statement_late", description: "A statement is late." },
} as const;

const AnnouncementKind = builder.enumType("AnnouncementKind", {
  description: "What an announcement is of.",
  values: kinds,
});

type Kind = (typeof kinds)[keyof typeof kinds]["value"];

AnnouncementRef.implement({
  description:
    "Something that people should know about a bank connection or an account, told once.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    kind: t.field({
      type: AnnouncementKind,
      description: "What it is of.",
      resolve: ({ kind }) => kind as Kind,
    }),
    sentence: t.string({ description: "What is announced, for people.", resolve: sentenceOf }),
    connection: t.field({
      type: BankConnectionRef,
      nullable: true,
      description: "The bank connection that it is about, where it is about one.",
      resolve: async ({ connectionId }, _args, context) =>
        connectionId === null ? null : ((await loadConnection(context, connectionId)) ?? null),
    }),
    account: t.field({
      type: FinancialAccountRef,
      nullable: true,
      description: "The account that it is about, where it is about one.",
      resolve: async ({ accountId }, _args, context) =>
        accountId === null ? null : ((await loadAccount(context, accountId)) ?? null),
    }),
    announcedAt: t.expose("announcedAt", {
      type: "DateTime",
      description: "Since when it is told.",
    }),
  }),
});

builder.queryField("announcements", (t) =>
  t.field({
    type: [AnnouncementRef],
    description:
      "What people should know: neither settled nor dismissed, newest first. Needs bank_connections:read.",
    resolve: (_root, _args, context) => listAnnouncements(context.app, viewerOf(context)),
  }),
);

builder.mutationField("dismissAnnouncement", (t) =>
  t.field({
    type: AnnouncementRef,
    errors: { types: [Forbidden, NotFound] },
    description: "Takes an announcement off everybody's screen. Needs bank_connections:manage.",
    args: { id: t.arg.id({ required: true, description: "The announcement's id." }) },
    resolve: (_root, { id }, context) =>
      dismissAnnouncement(context.app, viewerOf(context), id.toLowerCase()),
  }),
);

async function sentenceOf(
  { kind, occasion, connectionId, accountId }: Announcement,
  _args: object,
  context: Context,
): Promise<string> {
  const connection = connectionId === null ? null : await loadConnection(context, connectionId);
  const account = accountId === null ? null : await loadAccount(context, accountId);
  const subject =
    connection?.institutionName ?? (account ? maskIdentifiers(account.name) : "a bank");
  return isAnnouncementKind(kind) ? announcementSentence(kind, subject, occasion) : kind;
}
