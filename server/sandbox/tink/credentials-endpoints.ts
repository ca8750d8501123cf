import { randomBytes } from "node:crypto";
import { arriveFor } from "../world/pace.ts";
import { asClient, asUser, type Call, type Endpoint, jsonBody, textOf } from "./call.ts";
import { isWebhookEvent } from "./hooks.ts";
import { newId } from "./ids.ts";
import { plannedStates, problems } from "./problems.ts";
import { providerName, toConsent } from "./translate.ts";
import { statusOf, type TinkCredentials } from "./users.ts";

const endpointsMax = 20;

/** Banks, consents, sign-ins and where webhooks go. */
export const credentialsEndpoints: Record<string, Endpoint> = {
  "GET /api/v1/providers/:market": providers,
  "GET /api/v1/provider-consents": (call) => {
    const { userId } = asUser(call, "provider-consents:read");
    const planned = call.tink.states.take(userId);
    const now = call.tink.sandbox.world.clock.now();
    const providerConsents = call.tink.users
      .of(userId)
      .map((one) => (planned === null ? toConsent(one, now) : told(one, now, planned)));
    return { providerConsents };
  },
  "GET /api/v1/credentials/:id": (call) => {
    const one = credentialsOf(call, "credentials:read");
    const now = call.tink.sandbox.world.clock.now();
    const { status } = statusOf(one, now);
    return {
      ...{ id: one.credentialsId, userId: one.userId, status, statusUpdated: one.statusAt },
      providerName: providerName(one.market, one.institutionKey),
    };
  },
  "POST /api/v1/credentials/:id/refresh": (call) => {
    const one = credentialsOf(call, "credentials:refresh");
    const { sandbox, news } = call.tink;
    // Something has usually happened at the bank, unless the world stands still.
    const arrive = () => sandbox.world.paceSeconds > 0 && arriveFor(sandbox, one.paths);
    news.refresh(one, arrive);
    return null;
  },
  "DELETE /api/v1/credentials/:id": (call) => {
    const { credentialsId } = credentialsOf(call, "credentials:write");
    call.tink.record({ of: "tink", did: "credentials_deleted", credentialsId });
    return null;
  },
  "POST /events/v2/webhook-endpoints": addEndpoint,
  "GET /events/v2/webhook-endpoints": (call) => {
    asClient(call, "webhook-endpoints");
    const webhookEndpoints = call.tink.users.endpoints.map(({ secret: _, ...rest }) => rest);
    return { webhookEndpoints };
  },
};

function told(one: TinkCredentials, now: number, status: string): object {
  const detailed = plannedStates[status];
  return toConsent(one, now, { status, ...(detailed !== undefined && { detailed }) });
}

function credentialsOf(call: Call, scope: string): TinkCredentials {
  const { userId } = asUser(call, scope);
  const one = call.tink.users.of(userId).find((of) => of.credentialsId === call.params.id);
  if (one === undefined) throw problems.notFound("Credentials");
  return one;
}

function providers(call: Call) {
  asClient(call, "providers:read");
  const market = (call.params.market ?? "").toUpperCase();
  const providers = call.tink.sandbox.world.institutions
    .filter(({ countries }) => (countries as string[]).includes(market))
    .map((institution) => ({
      ...{ market, status: "ENABLED", type: "BANK", accessType: "OPEN_BANKING" },
      name: providerName(market, institution.key),
      displayName: institution.name,
      financialInstitutionId: institution.key,
      financialInstitutionName: institution.name,
    }));
  return { providers };
}

function addEndpoint(call: Call) {
  asClient(call, "webhook-endpoints");
  const body = jsonBody(call);
  const url = textOf(body.url, "url");
  const events = Array.isArray(body.enabledEvents) ? body.enabledEvents.map(String) : [];
  if (events.length === 0 || !events.every(isWebhookEvent)) {
    throw problems.invalid("enabledEvents must name events");
  }
  if (call.tink.users.endpoints.length >= endpointsMax) {
    throw problems.invalid("There are too many webhook endpoints");
  }
  const endpoint = {
    ...{ id: newId(), url, enabledEvents: events, disabled: body.disabled === true },
    description: typeof body.description === "string" ? body.description : "",
    secret: randomBytes(32).toString("hex"),
  };
  call.tink.record({ of: "tink", did: "endpoint_added", endpoint });
  return endpoint;
}
