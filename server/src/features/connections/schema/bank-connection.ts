import { connectionActions, nextStep } from "../../../core/connection-actions.ts";
import { consentDaysLeft, isStale } from "../../../core/connection-care.ts";
import { causeSentence, isConnectionCause } from "../../../core/connection-cause.ts";
import { nextRefreshAt } from "../../../core/refresh-cooldown.ts";
import type { ConnectionStatusChange } from "../../../generated/prisma/client.ts";
import { batched } from "../../../graphql/batched.ts";
import { builder } from "../../../graphql/builder.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import type { ProviderDescription } from "../../../providers/provider.ts";
import type { BankConnection } from "../connection.ts";
import { rhythmOf, stateOf } from "../connection-state.ts";
import { readAccountsOf } from "../read-accounts.ts";
import { listConnections, readConnections } from "../read-connections.ts";
import { readCurrentRuns, readLastRuns, readLastStatusChanges } from "../read-history.ts";
import { ProviderRef } from "./provider.ts";
import { BankConnectionRef, FinancialAccountRef } from "./refs.ts";
import { SyncRunRef } from "./sync-run.ts";

const ConnectionStatus = builder.enumType("ConnectionStatus", {
  description: "Where a bank connection stands.",
  values: {
    PENDING: { value: "pending", description: "Nobody has consented yet." },
    IN_PROGRESS: { value: "in_progress", description: "Somebody is on the bank's consent page." },
    ACTIVE: { value: "active", description: "Transactions arrive." },
    PARTIALLY_ACTIVE: { value: "partially_active", description: "Some of it arrives." },
    RECONNECT_REQUIRED: {
      value: "reconnect_required",
      description: "Nothing arrives until somebody signs in at the bank again.",
    },
    RECONNECT_AVAILABLE: {
      value: "reconnect_available",
      description: "All is well, and reconnecting brings something: more accounts, more time.",
    },
    DEGRADED: { value: "degraded", description: "In trouble, and retried by itself." },
    EXPIRED: { value: "expired", description: "Over at the provider: connect anew." },
    DELETED: { value: "deleted", description: "Disconnected. The history stays." },
  } as const,
});

const ConnectionStatusChangeRef = builder
  .objectRef<ConnectionStatusChange>("ConnectionStatusChange")
  .implement({
    description: "One change of a bank connection's status.",
    fields: (t) => ({
      id: t.exposeID("id", { description: "Its id." }),
      from: t.expose("fromStatus", {
        type: ConnectionStatus,
        nullable: true,
        description: "The status before; null for the first.",
      }),
      to: t.expose("toStatus", { type: ConnectionStatus, description: "The status after." }),
      cause: t.exposeString("cause", { description: "What led to it, as a word." }),
      sentence: t.string({
        description: "What led to it, for people.",
        resolve: ({ cause, toStatus }) =>
          isConnectionCause(cause) ? causeSentence(cause, toStatus) : cause,
      }),
      reason: t.exposeString("reason", {
        nullable: true,
        description: "More about it, as a sentence, where more was known.",
      }),
      at: t.expose("createdAt", { type: "DateTime", description: "When it changed." }),
    }),
  });

const ConnectionAction = builder.enumType("ConnectionAction", {
  description: "What can be done about a bank connection.",
  values: {
    CONTINUE: {
      value: "continue",
      description: "Go on with the sign-in under way: hostedLinkUrl.",
    },
    SYNC: { value: "sync", description: "Pull what the provider has: syncBankConnection." },
    REFRESH: {
      value: "refresh",
      description: "Have the provider fetch fresher data: refreshBankConnection.",
    },
    REPAIR: { value: "repair", description: "Sign in at the bank again: repairBankConnection." },
    CONNECT_ANEW: {
      value: "connect_anew",
      description: "Begin with a new connection: startBankConnection.",
    },
    DISCONNECT: { value: "disconnect", description: "Give it up: disconnectBankConnection." },
  } as const,
});

const listSizeMax = 100;

const accountsOf = batched((context, ids) => readAccountsOf(context.app, viewerOf(context), ids));
const currentRunOf = batched((context, ids) =>
  readCurrentRuns(context.app, viewerOf(context), ids),
);

BankConnectionRef.implement({
  description: "One consent relationship with one bank, through a provider.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Its id." }),
    provider: t.field({
      type: ProviderRef,
      description: "The provider that it goes through.",
      resolve: ({ provider }, _args, context) => descriptionOf(context, provider),
    }),
    institutionName: t.exposeString("institutionName", { description: "The bank." }),
    institutionColour: t.exposeString("institutionColour", {
      nullable: true,
      description: "The bank's brand colour, CSS hex.",
    }),
    status: t.expose("status", { type: ConnectionStatus, description: "Where it stands." }),
    statusReason: t.exposeString("statusReason", {
      nullable: true,
      description: "Why it stands there, as a sentence, where it is not simply well.",
    }),
    nextStep: t.string({
      nullable: true,
      description: "What a person can do about it, as a sentence.",
      resolve: (connection, _args, { app }) => nextStep(stateOf(app, connection)),
    }),
    actions: t.field({
      type: [ConnectionAction],
      description:
        "What the viewer may do about it now, what helps most first; nothing without bank_connections:manage.",
      resolve: (connection, _args, context) =>
        viewerOf(context).permissions.has("bank_connections:manage")
          ? connectionActions(stateOf(context.app, connection))
          : [],
    }),
    accounts: t.field({
      type: [FinancialAccountRef],
      description: "The accounts that it exposes, closed ones last.",
      resolve: async ({ id }, _args, context) => (await accountsOf(context, id)) ?? [],
    }),
    lastSyncAt: t.expose("lastSyncAt", {
      type: "DateTime",
      nullable: true,
      description: "When a sync was last tried.",
    }),
    successfullyAggregatedAt: t.expose("successfullyAggregatedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the provider last fetched from the bank with success, as it says.",
    }),
    nextSyncAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When it is synced by schedule, if nothing asks for it before.",
      resolve: (connection, _args, { app }) =>
        connectionActions(stateOf(app, connection)).includes("sync") ? connection.nextSyncAt : null,
    }),
    nextRefreshAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When it can next be refreshed; null: now, as far as its actions allow it.",
      resolve: (connection, _args, { app }) => nextRefreshAt(connection, app.now()),
    }),
    refreshRequestedAt: t.expose("refreshRequestedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the provider was last asked for fresher data.",
    }),
    historyDays: t.exposeInt("historyDays", {
      description: "How many days back its first sync goes.",
    }),
    consentDaysLeft: t.int({
      nullable: true,
      description:
        "Whole days until the consent at the bank ends; null where its end is not known.",
      resolve: ({ consentExpiresAt }, _args, { app }) =>
        consentDaysLeft(consentExpiresAt, app.now()),
    }),
    stale: t.boolean({
      description:
        "Nothing has been fetched from the bank with success for three times as long as it should take.",
      resolve: (connection, _args, { app }) =>
        isStale(connection, rhythmOf(app, connection), app.now()),
    }),
    consentRevokedAt: t.expose("consentRevokedAt", {
      type: "DateTime",
      nullable: true,
      description:
        "Of one that is disconnected: when the provider confirmed the end of the consent.",
    }),
    consentExpiresAt: t.expose("consentExpiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When the consent at the bank ends.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was started." }),
    deletedAt: t.expose("deletedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was disconnected.",
    }),
    hostedLinkUrl: t.string({
      nullable: true,
      description:
        "The provider's page for the sign-in under way. Null without one, and for who may not manage connections.",
      resolve: hostedLinkUrl,
    }),
    currentSync: t.field({
      type: SyncRunRef,
      nullable: true,
      description: "The sync under way.",
      resolve: async ({ id }, _args, context) => (await currentRunOf(context, id)) ?? null,
    }),
    syncRuns: t.field({
      type: [SyncRunRef],
      description: "The last syncs, newest first.",
      args: {
        first: t.arg.int({
          required: true,
          defaultValue: 10,
          description: "How many at most, up to 100.",
        }),
      },
      resolve: async ({ id }, { first }, context) =>
        (await lastRunsOf(bounded(first))(context, id)) ?? [],
    }),
    statusChanges: t.field({
      type: [ConnectionStatusChangeRef],
      description: "The last changes of its status, newest first.",
      args: {
        first: t.arg.int({
          required: true,
          defaultValue: 20,
          description: "How many at most, up to 100.",
        }),
      },
      resolve: async ({ id }, { first }, context) =>
        (await lastStatusChangesOf(bounded(first))(context, id)) ?? [],
    }),
  }),
});

builder.queryField("bankConnections", (t) =>
  t.field({
    type: [BankConnectionRef],
    description: "The organisation's bank connections, newest first. Needs bank_connections:read.",
    args: {
      includeDeleted: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Those disconnected, and those never finished, too.",
      }),
    },
    resolve: (_root, { includeDeleted }, context) =>
      listConnections(context.app, viewerOf(context), { includeDeleted }),
  }),
);

builder.queryField("bankConnection", (t) =>
  t.field({
    type: BankConnectionRef,
    nullable: true,
    description: "One bank connection. Needs bank_connections:read.",
    args: { id: t.arg.id({ required: true, description: "The bank connection's id." }) },
    resolve: async (_root, { id }, context) =>
      (await readConnections(context.app, viewerOf(context), [id])).get(id.toLowerCase()) ?? null,
  }),
);

/** One loader for each size that a document asks for. */
const lastRunsOf = perSize((size) =>
  batched((context, ids) => readLastRuns(context.app, viewerOf(context), ids, size)),
);
const lastStatusChangesOf = perSize((size) =>
  batched((context, ids) => readLastStatusChanges(context.app, viewerOf(context), ids, size)),
);

function perSize<Loader>(make: (size: number) => Loader): (size: number) => Loader {
  const loaders = new Map<number, Loader>();
  return (size) => {
    const loader = loaders.get(size) ?? make(size);
    loaders.set(size, loader);
    return loader;
  };
}

function bounded(first: number): number {
  return Math.min(Math.max(first, 0), listSizeMax);
}

/** The name alone for a provider that is no longer configured: its connections are still listed. */
function descriptionOf(context: Context, name: string): ProviderDescription {
  return (
    context.app.providers.find(name)?.description ?? {
      name,
      label: name,
      countries: [],
      connectionMethod: "No longer available.",
      supportsWebhooks: false,
      kind: "aggregator",
      supportsRefresh: false,
      historyDaysMax: 0,
      syncEveryHours: 24,
      requestsPerSecondMax: 1,
      isSandbox: false,
    }
  );
}

/** Whoever has the address can sign in there on the organisation's behalf. */
function hostedLinkUrl(connection: BankConnection, _args: object, context: Context): string | null {
  const { linkUrl, linkExpiresAt } = connection;
  const lapsed = linkExpiresAt === null || linkExpiresAt <= context.app.now();
  return lapsed || !viewerOf(context).permissions.has("bank_connections:manage") ? null : linkUrl;
}
