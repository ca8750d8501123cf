import { wireObject } from "../../core/wire-values.ts";
import { type ConsentRequest, ProviderFailure, type StartedConsent } from "../provider.ts";
import { listConsents, type TinkCredentials } from "./consents.ts";
import { type Held, readHeld, readingScope } from "./held.ts";
import type { TinkParts } from "./parts.ts";
import { formerMax, userIn, writeFlow } from "./started-flow.ts";
import type { UserId } from "./tokens.ts";

/** What an authorization code of Tink Link is good for. */
const flowMs = 30 * 60_000;
const locale = "en_US";
/** What Tink Link asks to be lent for a person's visit. */
const linkScope =
  "authorization:read,authorization:grant,credentials:refresh,credentials:read,credentials:write,providers:read,user:read";
/**
 * Opens Tink Link. A repair always goes through its pages: an extension without a sign-in would still need the person
 * to say that the access goes on, and that page is Tink's.
 * @throws ProviderFailure
 */
export async function startConsent(
  parts: TinkParts,
  request: ConsentRequest,
): Promise<StartedConsent> {
  const held = request.repair && readHeld(request.repair.secret);
  const { userId, market, consents } = held
    ? await userOf(parts, held)
    : await newUser(parts, request);
  const code = await parts.tokens.delegate({ user_id: userId }, linkScope, "Tieout");
  const page = held ? "update-consent" : "connect-accounts";
  const query = new URLSearchParams({
    client_id: parts.config.clientId,
    redirect_uri: request.returnUrl,
    authorization_code: code,
    ...{ market, locale, state: request.state },
    ...(held && { credentials_id: held.credentialsId }),
    ...(!held && request.institutionId && { input_provider: request.institutionId }),
  });
  const before = consents
    .slice(0, formerMax)
    .map(({ credentialsId: id, statusUpdated }) => ({ id, at: statusUpdated?.getTime() ?? 0 }));
  return {
    kind: "hosted",
    linkToken: writeFlow({ userId, before }),
    hostedUrl: `${parts.config.linkUrl}/1.0/transactions/${page}?${query}`,
    expiresAt: new Date(Date.now() + flowMs),
  };
}

/** Who goes to Tink Link, where, and how things stand before. */
interface Visitor {
  readonly userId: string;
  readonly market: string;
  readonly consents: readonly TinkCredentials[];
}

async function userOf(parts: TinkParts, { userId, credentialsId }: Held): Promise<Visitor> {
  const consents = await consentsOf(parts, userId);
  const bank = consents.find((one) => one.credentialsId === credentialsId)?.providerName ?? null;
  return { userId, consents, market: await marketOf(parts, bank) };
}

async function newUser(parts: TinkParts, request: ConsentRequest): Promise<Visitor> {
  const market = await marketOf(parts, request.institutionId);
  const userId = await createUser(parts, request, market);
  return { userId, market, consents: await consentsOf(parts, userId) };
}

/** One user for each connection. A start that is tried again finds the one of the first try. */
async function createUser(
  { client, tokens }: TinkParts,
  { connectionReference: external_user_id }: ConsentRequest,
  market: string,
): Promise<string> {
  try {
    const answer = await tokens.asClient("user:create", (token) =>
      client.call({
        method: "POST",
        path: "/api/v1/user/create",
        token,
        json: { external_user_id, locale, market },
      }),
    );
    return userIn(wireObject(answer).user_id);
  } catch (error) {
    const exists = error instanceof ProviderFailure && error.wire?.httpStatus === 409;
    if (!exists) throw error;
    const user: UserId = { external_user_id };
    const { accessToken: token } = await tokens.ofUser(user, "user:read");
    return userIn(wireObject(await client.call({ method: "GET", path: "/api/v1/user", token })).id);
  }
}

async function consentsOf({ client, tokens }: TinkParts, userId: string) {
  const { accessToken } = await tokens.ofUser({ user_id: userId }, readingScope);
  return listConsents(client, accessToken);
}

/** Tink Link wants one country; without a bank that says which, it is the first that is offered. */
async function marketOf(
  { config, institutions }: TinkParts,
  institutionId: string | null,
): Promise<string> {
  const institution = institutionId === null ? null : await institutions.find(institutionId);
  return institution?.countries[0] ?? config.markets[0] ?? "GB";
}
