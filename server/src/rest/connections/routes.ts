import type { z } from "zod";
import type { App } from "../../app.ts";
import { completeBankConnection } from "../../features/connections/complete-bank-connection.ts";
import { disconnectBankConnection } from "../../features/connections/disconnect-bank-connection.ts";
import { listConnections } from "../../features/connections/read-connections.ts";
import { refreshBankConnection } from "../../features/connections/refresh-bank-connection.ts";
import { repairBankConnection } from "../../features/connections/repair-bank-connection.ts";
import { startBankConnection } from "../../features/connections/start-bank-connection.ts";
import { syncBankConnection } from "../../features/connections/sync-bank-connection.ts";
import type { Viewer } from "../../features/viewer.ts";
import { type RestApi, type Route, route } from "../route.ts";
import { presentConnection, presentConnections, presentStatus } from "./present.ts";
import {
  completeBody,
  connectBody,
  connectionSchema,
  listQuery,
  listSchema,
  startedSchema,
  statusSchema,
  syncBody,
} from "./schemas.ts";

const read = "the permission bank_connections:read";
const manage = "the permission bank_connections:manage";
const none = { query: null, body: null, bodyOptional: true } as const;
const ofOne = ["NOT_FOUND"] as const;

/** The operations of bank connections, one address each. */
const routes: readonly Route[] = [
  route({
    ...{ ...none, method: "get", path: "/connections/", permission: read, problems: [] },
    operationId: "listConnections",
    summary: "All bank connections",
    description: "Newest first, at most 500. Disconnected and abandoned ones only if asked for.",
    query: listQuery,
    answers: { status: 200, schema: listSchema },
    answer: async ({ app, viewer, query }) => {
      const includeDeleted = query.include_deleted === "true" || query.status === "deleted";
      const all = await listConnections(app, viewer, { includeDeleted });
      const wanted = all.filter(
        ({ status, provider }) =>
          (query.status === undefined || status === query.status) &&
          (query.provider === undefined || provider === query.provider),
      );
      return { connections: await presentConnections(app, viewer, wanted) };
    },
  }),
  route({
    ...{ ...none, method: "post", path: "/connections/connect/", permission: manage },
    operationId: "connect",
    summary: "Prepare the sign-in at a bank",
    description:
      "Send the person to hosted_link_url, and complete the connection when they are back.",
    body: connectBody,
    bodyOptional: false,
    problems: ["CONFLICT", "PROVIDER_FAILURE"],
    answers: { status: 201, schema: startedSchema },
    answer: async ({ app, viewer, body }) =>
      started(
        app,
        viewer,
        await startBankConnection(app, viewer, {
          provider: body.provider,
          institutionId: body.institution_id ?? null,
          historyDays: body.history_days ?? null,
        }),
      ),
  }),
  route({
    ...{ ...none, method: "get", path: "/connections/{id}/", permission: read, problems: ofOne },
    operationId: "getConnection",
    summary: "One bank connection",
    description: "With its accounts.",
    answers: { status: 200, schema: connectionSchema },
    answer: ({ app, viewer, id }) => presentConnection(app, viewer, id),
  }),
  route({
    ...{ ...none, method: "get", path: "/connections/{id}/status/", permission: read },
    operationId: "getConnectionStatus",
    summary: "Where a bank connection stands",
    description: "Its status, what can be done, and its last changes of status.",
    problems: ofOne,
    answers: { status: 200, schema: statusSchema },
    answer: ({ app, viewer, id }) => presentStatus(app, viewer, id),
  }),
  route({
    ...{ ...none, method: "post", path: "/connections/{id}/complete/", permission: manage },
    operationId: "completeConnection",
    summary: "Take up what the person did on the provider's page",
    description: "Again, it changes nothing.",
    body: completeBody,
    problems: ["NOT_FOUND", "CONFLICT", "PROVIDER_FAILURE"],
    answers: { status: 200, schema: connectionSchema },
    answer: async ({ app, viewer, id, body }) => {
      await completeBankConnection(app, viewer, id, body.returned ?? null);
      return presentConnection(app, viewer, id);
    },
  }),
  route({
    ...{ ...none, method: "post", path: "/connections/{id}/repair/", permission: manage },
    operationId: "repairConnection",
    summary: "Prepare signing in at the bank again",
    description: "On the same connection; complete it like a new one.",
    problems: ["NOT_FOUND", "CONFLICT", "PROVIDER_FAILURE"],
    answers: { status: 200, schema: startedSchema },
    answer: async ({ app, viewer, id }) =>
      started(app, viewer, await repairBankConnection(app, viewer, id)),
  }),
  route({
    ...{ ...none, method: "post", path: "/connections/{id}/refresh/", permission: manage },
    operationId: "refreshConnection",
    summary: "Ask the provider for fresher data from the bank",
    description:
      "At most once an hour for each connection, whoever asks. Sooner, it answers REFRESH_TOO_SOON with possible_at.",
    problems: ["NOT_FOUND", "CONFLICT", "REFRESH_TOO_SOON", "PROVIDER_FAILURE"],
    answers: { status: 202, schema: connectionSchema },
    answer: async ({ app, viewer, id }) => {
      await refreshBankConnection(app, viewer, id);
      return presentConnection(app, viewer, id);
    },
  }),
  route({
    ...{ ...none, method: "post", path: "/connections/{id}/trigger-sync/", permission: manage },
    operationId: "triggerSync",
    summary: "Pull what the provider has",
    description: "Queues a sync; the connection's status tells how it went.",
    body: syncBody,
    problems: ["NOT_FOUND", "CONFLICT"],
    answers: { status: 202, schema: connectionSchema },
    answer: async ({ app, viewer, id, body }) => {
      await syncBankConnection(app, viewer, id, body.account_id ?? null);
      return presentConnection(app, viewer, id);
    },
  }),
  route({
    ...{ ...none, method: "delete", path: "/connections/{id}/", permission: manage },
    operationId: "deleteConnection",
    summary: "Disconnect a bank",
    description:
      "Ends the consent, wipes the credential, keeps the history. Again, it changes nothing.",
    problems: ofOne,
    answers: { status: 200, schema: connectionSchema },
    answer: async ({ app, viewer, id }) => {
      await disconnectBankConnection(app, viewer, id);
      return presentConnection(app, viewer, id);
    },
  }),
];

/** Bank connections for programs that do not speak GraphQL. */
export const connectionsApi: RestApi = {
  base: "/api/financial_connections/v2",
  title: "Tieout: bank connections",
  version: "2",
  description:
    "The same operations, permissions, cooldown and status words as the GraphQL API. Errors are problem documents " +
    "(RFC 9457): look at `code`, not at the text.",
  routes,
};

async function started(
  app: App,
  viewer: Viewer,
  given: Awaited<ReturnType<typeof startBankConnection>>,
): Promise<z.input<typeof startedSchema>> {
  return {
    connection: await presentConnection(app, viewer, given.connectionId),
    hosted_link_url: given.hostedLinkUrl,
    expires_at: given.expiresAt?.toISOString() ?? null,
  };
}
