import { asClient, asUser, type Call, type Endpoint, form, jsonBody, textOf } from "./call.ts";
import { newId } from "./ids.ts";
import { problems } from "./problems.ts";
import type { TinkUser } from "./users.ts";

const tinkLinkClientId = "df05e4b379934cd09963197cc855bfe9";

/** What a client may do in its own name. */
const clientScopes = new Set([
  "user:create",
  "authorization:grant",
  "providers:read",
  "webhook-endpoints",
]);

/** What a user's token may be good for. */
const userScopes = new Set([
  ...["accounts:read", "balances:read", "transactions:read", "provider-consents:read"],
  ...["credentials:read", "credentials:refresh", "credentials:write"],
  ...["user:read", "user:delete", "providers:read", "authorization:read", "authorization:grant"],
]);

/** Tokens, codes and users. */
export const authEndpoints: Record<string, Endpoint> = {
  "POST /api/v1/oauth/token": token,
  "POST /api/v1/oauth/authorization-grant": grant,
  "POST /api/v1/oauth/authorization-grant/delegate": delegate,
  "POST /api/v1/user/create": createUser,
  "GET /api/v1/user": (call) => {
    const { userId: id, externalUserId, market } = asUser(call, "user:read");
    return { id, externalUserId, profile: { locale: "en_US", market } };
  },
  "POST /api/v1/user/delete": (call) => {
    const { userId } = asUser(call, "user:delete");
    call.tink.record({ of: "tink", did: "user_deleted", userId });
    return null;
  },
};

function token(call: Call) {
  const given = form(call);
  const { clientId, secret } = call.tink.sandbox.settings;
  if (given.get("client_id") !== clientId || given.get("client_secret") !== secret) {
    throw problems.client();
  }
  switch (given.get("grant_type")) {
    case "client_credentials":
      return issued(call, null, scopesOf(given, clientScopes));
    case "authorization_code": {
      const code = call.tink.tokens.redeem(given.get("code") ?? "", false);
      if (code === undefined) throw problems.grant("The authorization code is not valid");
      return issued(call, code.userId, code.scopes);
    }
    default:
      throw problems.grant("The grant type is not supported");
  }
}

function issued({ tink }: Call, userId: string | null, scopes: string[]) {
  const { token, seconds } = tink.tokens.issue(userId, scopes);
  return {
    ...{ access_token: token, token_type: "bearer", expires_in: seconds },
    scope: scopes.join(","),
    id_hint: userId ?? "",
  };
}

function grant(call: Call) {
  asClient(call, "authorization:grant");
  const { userId } = userOf(call);
  const scopes = scopesOf(form(call), userScopes);
  return { code: call.tink.tokens.grant({ userId, scopes, delegated: false }) };
}

function delegate(call: Call) {
  asClient(call, "authorization:grant");
  const given = form(call);
  if (given.get("actor_client_id") !== tinkLinkClientId) {
    throw problems.invalid("actor_client_id is not Tink Link's");
  }
  textOf(given.get("id_hint"), "id_hint");
  const { userId } = userOf(call);
  const scopes = scopesOf(given, userScopes);
  return { code: call.tink.tokens.grant({ userId, scopes, delegated: true }) };
}

function userOf(call: Call): TinkUser {
  const given = form(call);
  const user = call.tink.users.byEither({
    userId: given.get("user_id") ?? undefined,
    externalUserId: given.get("external_user_id") ?? undefined,
  });
  if (user === undefined) throw problems.notFound("User");
  return user;
}

function scopesOf(given: URLSearchParams, allowed: ReadonlySet<string>): string[] {
  const scopes = textOf(given.get("scope"), "scope").split(",");
  const unknown = scopes.find((scope) => !allowed.has(scope));
  if (unknown !== undefined) throw problems.invalid(`The scope ${unknown} is not allowed`);
  return scopes;
}

function createUser(call: Call) {
  asClient(call, "user:create");
  const body = jsonBody(call);
  const externalUserId = textOf(body.external_user_id, "external_user_id");
  const market = textOf(body.market, "market");
  textOf(body.locale, "locale");
  if (call.tink.users.byEither({ externalUserId })) throw problems.userExists();
  const userId = newId();
  call.tink.record({ of: "tink", did: "user_created", userId, externalUserId, market });
  return { external_user_id: externalUserId, user_id: userId };
}
