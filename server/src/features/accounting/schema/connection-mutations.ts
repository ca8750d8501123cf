import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { PlatformFailure } from "../../../platforms/platform.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../errors.ts";
import { completeAccountingConnection } from "../complete-accounting-connection.ts";
import { disconnectAccountingConnection } from "../disconnect-accounting-connection.ts";
import { pullAccountingDocuments } from "../documents/pull-documents.ts";
import { reconnectAccountingConnection } from "../reconnect-accounting-connection.ts";
import { refreshAccountingConnection } from "../refresh-accounting-connection.ts";
import { setAccountingOptions } from "../set-accounting-options.ts";
import {
  type StartedAccountingConnection,
  startAccountingConnection,
} from "../start-accounting-connection.ts";
import { FileTargetInput, fileTargetOf } from "./file-target.ts";
import { AccountingConnectionRef } from "./refs.ts";

const StartedAccountingConnectionRef = builder
  .objectRef<StartedAccountingConnection>("StartedAccountingConnection")
  .implement({
    description: "Access to a company's books that has been prepared.",
    fields: (t) => ({
      connection: t.field({
        type: AccountingConnectionRef,
        description: "The accounting connection.",
        resolve: ({ connection }) => connection,
      }),
      linkUrl: t.exposeString("linkUrl", {
        nullable: true,
        description: "The page to send the person to; null where none is needed, and it is linked.",
      }),
    }),
  });

const connectionId = { required: true, description: "The accounting connection's id." } as const;

builder.mutationFields((t) => ({
  startAccountingConnection: t.field({
    type: StartedAccountingConnectionRef,
    errors: { types: [Forbidden, InvalidInput, Conflict, PlatformFailure] },
    description: "Begins access to a company's books. Needs accounting:manage.",
    args: {
      platform: t.arg.string({ required: true, description: "The platform's name." }),
      package: t.arg.string({ required: true, description: "The package's name." }),
      companyName: t.arg.string({ required: true, description: "Whose books these are." }),
      fileTarget: t.arg({
        type: FileTargetInput,
        description: "Where files are put, for a package that needs to be told.",
      }),
    },
    resolve: (_root, { fileTarget, ...input }, context) =>
      startAccountingConnection(context.app, viewerOf(context), {
        ...input,
        fileTarget: fileTarget ? fileTargetOf(fileTarget) : null,
      }),
  }),
  completeAccountingConnection: t.field({
    type: AccountingConnectionRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict, PlatformFailure] },
    description:
      "Takes up what the person did on the platform's page; call it when they are back. Again, it changes nothing. Needs accounting:manage.",
    args: {
      query: t.arg.string({
        required: true,
        description: "The query that the browser came back with; it says which connection it is.",
      }),
    },
    resolve: (_root, { query }, context) =>
      completeAccountingConnection(context.app, viewerOf(context), query),
  }),
  refreshAccountingConnection: t.field({
    type: AccountingConnectionRef,
    errors: { types: [Forbidden, NotFound, Conflict, PlatformFailure] },
    description: "Asks the platform how access and feeds stand now. Needs accounting:manage.",
    args: { id: t.arg.id(connectionId) },
    resolve: (_root, { id }, context) =>
      refreshAccountingConnection(context.app, viewerOf(context), id),
  }),
  reconnectAccountingConnection: t.field({
    type: StartedAccountingConnectionRef,
    errors: { types: [Forbidden, NotFound, Conflict, PlatformFailure] },
    description:
      "Prepares granting access again. Complete it like a new one. Needs accounting:manage.",
    args: { id: t.arg.id(connectionId) },
    resolve: (_root, { id }, context) =>
      reconnectAccountingConnection(context.app, viewerOf(context), id),
  }),
  disconnectAccountingConnection: t.field({
    type: AccountingConnectionRef,
    errors: { types: [Forbidden, NotFound] },
    description:
      "Gives the access up and ends its feeds. What was pushed stays, there and on record. Needs accounting:manage.",
    args: { id: t.arg.id(connectionId) },
    resolve: (_root, { id }, context) =>
      disconnectAccountingConnection(context.app, viewerOf(context), id),
  }),
  setAccountingOptions: t.field({
    type: AccountingConnectionRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict] },
    description: "Says what is pulled and sent by itself. Needs accounting:manage.",
    args: {
      id: t.arg.id(connectionId),
      pullsDocuments: t.arg.boolean({
        description: "Invoices and expenses are pulled as open items. Left out: as it is.",
      }),
      sendsPayments: t.arg.boolean({
        description:
          "Matches of pulled documents are sent back as payments without another word. Left out: as it is.",
      }),
    },
    resolve: (_root, { id, ...options }, context) =>
      setAccountingOptions(context.app, viewerOf(context), id, options),
  }),
  pullAccountingDocuments: t.field({
    type: AccountingConnectionRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description: "Asks for invoices and expenses to be pulled now. Needs accounting:manage.",
    args: { id: t.arg.id(connectionId) },
    resolve: (_root, { id }, context) =>
      pullAccountingDocuments(context.app, viewerOf(context), id),
  }),
}));
