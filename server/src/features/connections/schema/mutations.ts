import type { App } from "../../../app.ts";
import { builder } from "../../../graphql/builder.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import { ProviderFailure } from "../../../providers/provider.ts";
import { Conflict, Forbidden, InvalidInput, NotFound, RefreshTooSoon } from "../../errors.ts";
import type { Viewer } from "../../viewer.ts";
import { completeBankConnection } from "../complete-bank-connection.ts";
import type { BankConnection } from "../connection.ts";
import { disconnectBankConnection } from "../disconnect-bank-connection.ts";
import { readConnections } from "../read-connections.ts";
import { refreshBankConnection } from "../refresh-bank-connection.ts";
import { repairBankConnection } from "../repair-bank-connection.ts";
import { type StartedBankConnection, startBankConnection } from "../start-bank-connection.ts";
import { syncBankConnection } from "../sync-bank-connection.ts";
import { BankConnectionRef } from "./refs.ts";

const StartedBankConnectionRef = builder
  .objectRef<StartedBankConnection>("StartedBankConnection")
  .implement({
    description: "A sign-in at the bank that has been prepared.",
    fields: (t) => ({
      connection: t.field({
        type: BankConnectionRef,
        description: "The bank connection.",
        resolve: ({ connectionId }, _args, context) => connectionNow(context, connectionId),
      }),
      hostedLinkUrl: t.exposeString("hostedLinkUrl", {
        nullable: true,
        description:
          "The page to send the person to; null where none is needed, and it is connected.",
      }),
      expiresAt: t.expose("expiresAt", {
        type: "DateTime",
        nullable: true,
        description: "Until when the page can be used.",
      }),
    }),
  });

const connectionId = { required: true, description: "The bank connection's id." } as const;

builder.mutationField("startBankConnection", (t) =>
  t.field({
    type: StartedBankConnectionRef,
    errors: { types: [Forbidden, InvalidInput, Conflict, ProviderFailure] },
    description: "Prepares the sign-in at a bank. Needs bank_connections:manage.",
    args: {
      provider: t.arg.string({ required: true, description: "The provider's name." }),
      institutionId: t.arg.id({
        description: "The bank, if it has been chosen already; otherwise the provider's page asks.",
      }),
      historyDays: t.arg.int({
        description:
          "How many days back the first sync goes: 90 if left out, at most the provider's `historyDaysMax`.",
      }),
    },
    resolve: (_root, { provider, institutionId, historyDays }, context) =>
      startBankConnection(context.app, viewerOf(context), {
        provider,
        institutionId: institutionId ?? null,
        historyDays: historyDays ?? null,
      }),
  }),
);

builder.mutationField("completeBankConnection", (t) =>
  t.field({
    type: BankConnectionRef,
    errors: { types: [Forbidden, NotFound, InvalidInput, Conflict, ProviderFailure] },
    description:
      "Takes up what the person did on the provider's page; call it when they are back. Again, it changes " +
      "nothing. Needs bank_connections:manage.",
    args: {
      id: t.arg.id(connectionId),
      returned: t.arg.string({
        description:
          "The query that the browser came back with, without the question mark. Left out, it asks whether the " +
          "sign-in was finished elsewhere, which not every provider can tell.",
      }),
    },
    resolve: (_root, { id, returned }, context) =>
      thenConnection(context, id, (app, viewer, connection) =>
        completeBankConnection(app, viewer, connection, returned ?? null),
      ),
  }),
);

builder.mutationField("syncBankConnection", (t) =>
  t.field({
    type: BankConnectionRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Asks for a sync; `syncProgress` tells how it goes. Asked for one account, it brings the others' news too. " +
      "Needs bank_connections:manage.",
    args: {
      id: t.arg.id(connectionId),
      accountId: t.arg.id({ description: "One of its accounts, where it is asked for that one." }),
    },
    resolve: (_root, { id, accountId }, context) =>
      thenConnection(context, id, (app, viewer, connection) =>
        syncBankConnection(app, viewer, connection, accountId ?? null),
      ),
  }),
);

builder.mutationField("refreshBankConnection", (t) =>
  t.field({
    type: BankConnectionRef,
    errors: { types: [RefreshTooSoon, Forbidden, NotFound, Conflict, ProviderFailure] },
    description:
      "Asks the provider to fetch fresher data from the bank, once an hour at most; what it fetched is then synced " +
      "by itself. Needs bank_connections:manage.",
    args: { id: t.arg.id(connectionId) },
    resolve: (_root, { id }, context) => thenConnection(context, id, refreshBankConnection),
  }),
);

builder.mutationField("repairBankConnection", (t) =>
  t.field({
    type: StartedBankConnectionRef,
    errors: { types: [Forbidden, NotFound, Conflict, ProviderFailure] },
    description:
      "Prepares signing in at the bank again, or sharing more accounts. Complete it like a new one. Needs " +
      "bank_connections:manage.",
    args: { id: t.arg.id(connectionId) },
    resolve: (_root, { id }, context) =>
      repairBankConnection(context.app, viewerOf(context), id.toLowerCase()),
  }),
);

builder.mutationField("disconnectBankConnection", (t) =>
  t.field({
    type: BankConnectionRef,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Disconnects the bank and gives the consent back. Accounts and transactions stay. Needs " +
      "bank_connections:manage.",
    args: { id: t.arg.id(connectionId) },
    resolve: (_root, { id }, context) => thenConnection(context, id, disconnectBankConnection),
  }),
);

async function thenConnection(
  context: Context,
  given: string,
  operation: (app: App, viewer: Viewer, id: string) => Promise<void>,
): Promise<BankConnection> {
  const id = given.toLowerCase();
  await operation(context.app, viewerOf(context), id);
  return connectionNow(context, id);
}

async function connectionNow(context: Context, id: string): Promise<BankConnection> {
  const connection = (await readConnections(context.app, viewerOf(context), [id])).get(id);
  if (connection === undefined) throw new NotFound("bank connection");
  return connection;
}
