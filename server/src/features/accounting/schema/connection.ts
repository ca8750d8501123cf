import { builder } from "../../../graphql/builder.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import type { AccountingConnection } from "../accounting-connection.ts";
import { packageOf } from "../platform-link.ts";
import {
  accountingActionsOf,
  listAccountingConnections,
  readAccountingConnections,
} from "../read-accounting-connections.ts";
import { readFilesPlace } from "../read-files-place.ts";
import { AccountingDocumentsType } from "./documents.ts";
import { loadFeedsOfConnection } from "./loaders.ts";
import { AccountingPackageRef, type ShownPackage } from "./platform.ts";
import { AccountingConnectionRef, FeedAccountRef } from "./refs.ts";

const AccountingConnectionStatus = builder.enumType("AccountingConnectionStatus", {
  description: "Where an accounting connection stands.",
  values: {
    PENDING: { value: "pending", description: "Nobody has granted access yet." },
    LINKED: { value: "linked", description: "The books can be read and written." },
    RECONNECT_REQUIRED: {
      value: "reconnect_required",
      description: "Nothing is pushed or read until somebody grants access again.",
    },
    DISCONNECTED: {
      value: "disconnected",
      description: "Given up. What was pushed stays on record.",
    },
  } as const,
});

const AccountingAction = builder.enumType("AccountingAction", {
  description: "What can be done about an accounting connection.",
  values: {
    CONTINUE: { value: "continue", description: "Go on with the sign-in under way: linkUrl." },
    REFRESH: {
      value: "refresh",
      description: "Ask how it stands: refreshAccountingConnection.",
    },
    RECONNECT: {
      value: "reconnect",
      description: "Grant access again: reconnectAccountingConnection.",
    },
    PULL_DOCUMENTS: {
      value: "pull_documents",
      description: "Pull invoices and expenses now: pullAccountingDocuments.",
    },
    DISCONNECT: { value: "disconnect", description: "Give it up: disconnectAccountingConnection." },
  } as const,
});

AccountingConnectionRef.implement({
  description: "Access to one company's books in one accounting package.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    package: t.field({
      type: AccountingPackageRef,
      description: "The accounting package.",
      resolve: (connection, _args, context) => packageShown(context, connection),
    }),
    companyName: t.exposeString("companyName", {
      description: "Whose books these are, as the package calls them.",
    }),
    status: t.expose("status", {
      type: AccountingConnectionStatus,
      description: "Where it stands.",
    }),
    statusReason: t.exposeString("statusReason", {
      nullable: true,
      description: "Why it stands there, as a sentence, where it is not simply well.",
    }),
    linkUrl: t.string({
      nullable: true,
      description:
        "The page on which a person grants access, or picks the account that a feed waits for. Null where nothing is " +
        "to be done there, and without accounting:manage.",
      resolve: ({ linkUrl }, _args, context) => (manages(context) ? linkUrl : null),
    }),
    actions: t.field({
      type: [AccountingAction],
      description: "What the viewer may do about it now; nothing without accounting:manage.",
      resolve: (connection, _args, context) =>
        manages(context) ? accountingActionsOf(connection) : [],
    }),
    feeds: t.field({
      type: [FeedAccountRef],
      description: "The bank accounts that feed its books; those that have ended last.",
      resolve: async ({ id }, _args, context) => (await loadFeedsOfConnection(context, id)) ?? [],
    }),
    pullsDocuments: t.exposeBoolean("pullsDocuments", {
      description: "Invoices and expenses are pulled as open items.",
    }),
    documentsPulledAt: t.expose("documentsPulledAt", {
      type: "DateTime",
      nullable: true,
      description: "When they were last pulled.",
    }),
    sendsPayments: t.exposeBoolean("sendsPayments", {
      description: "Matches of pulled documents are sent back as payments without another word.",
    }),
    documents: t.field({
      type: AccountingDocumentsType,
      description: "The invoices and expenses that were pulled.",
      resolve: ({ id }) => ({ connectionId: id }),
    }),
    filesAt: t.string({
      nullable: true,
      description:
        "Where its files are put: a folder of the server, or an SFTP server's address without its password. Null for a " +
        "package with an API, and without accounting:manage.",
      resolve: ({ id }, _args, context) => readFilesPlace(context.app, viewerOf(context), id),
    }),
    createdBy: t.exposeString("createdBy", {
      description: "Who began it, as called at the time.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was begun." }),
    linkedAt: t.expose("linkedAt", {
      type: "DateTime",
      nullable: true,
      description: "When access was first granted.",
    }),
    disconnectedAt: t.expose("disconnectedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was given up.",
    }),
  }),
});

builder.queryFields((t) => ({
  accountingConnections: t.field({
    type: [AccountingConnectionRef],
    description:
      "The organisation's accounting connections, newest first. Needs bank_connections:read.",
    args: {
      disconnected: t.arg.boolean({ description: "Those that were given up, too." }),
    },
    resolve: (_root, { disconnected }, context) =>
      listAccountingConnections(context.app, viewerOf(context), {
        disconnected: disconnected ?? false,
      }),
  }),
  accountingConnection: t.field({
    type: AccountingConnectionRef,
    nullable: true,
    description: "One accounting connection. Needs bank_connections:read.",
    args: { id: t.arg.id({ required: true, description: "The accounting connection's id." }) },
    resolve: async (_root, { id }, context) =>
      (await readAccountingConnections(context.app, viewerOf(context), [id])).get(
        id.toLowerCase(),
      ) ?? null,
  }),
}));

/** Whoever has the page's address can grant access there on the organisation's behalf. */
function manages(context: Context): boolean {
  return viewerOf(context).permissions.has("accounting:manage");
}

/** The name alone for a package that is no longer offered: its connections are still listed. */
function packageShown(
  context: Context,
  connection: Pick<AccountingConnection, "platform" | "package">,
): ShownPackage {
  const platform = context.app.platforms.find(connection.platform);
  const found = platform && packageOf(platform, connection.package);
  return {
    platform: connection.platform,
    description: found ?? {
      ...{ name: connection.package, label: connection.package },
      connectionMethod: "No longer available.",
      ...{ mapsThere: false, readsBack: false, hasDocuments: false, takesPayments: false },
      rules: {
        ...{ batchLinesMax: 1, needsBalance: false, refusesOlderThanLast: false },
        ...{ daysBackMax: null, descriptionCharactersMax: 1 },
      },
    },
  };
}
