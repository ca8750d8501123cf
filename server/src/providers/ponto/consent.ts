/** The hosted flows: an authorisation with PKCE (RFC 7636), and the reauthorisation of an account that has one. */
import { createHash, randomBytes } from "node:crypto";
import type { PontoConfig } from "../../config/ponto.ts";
import { wireId, wireObject } from "../../core/wire-values.ts";
import type { ConsentFlow, ConsentOutcome, ConsentRequest, StartedConsent } from "../provider.ts";
import { ProviderFailure } from "../provider.ts";
import { listAccounts } from "./accounts.ts";
import type { PontoClient } from "./client.ts";
import { pontoCodes, unanswered } from "./failures.ts";
import { type Resource, readResource } from "./json-api.ts";
import { readTokens, tokenPath, toTokens, withAccess, writeTokens } from "./tokens.ts";
import { accountFailure, consentEnd } from "./translate.ts";

/** How long a person may take; Ponto says nothing of it. */
const flowMsMax = 30 * 60_000;

/** What the completion has to know of the start. */
type Start =
  | { readonly kind: "authorize"; readonly verifier: string; readonly redirectUri: string }
  | { readonly kind: "reauthorize"; readonly accountId: string; readonly before: Authorization };

/** How an account's authorisation stood when its renewal began, to see afterwards whether it was renewed. */
interface Authorization {
  readonly authorizedAt: string | null;
  readonly endsAt: string | null;
}

/** @throws ProviderFailure */
export async function startConsent(
  client: PontoClient,
  config: PontoConfig,
  request: ConsentRequest,
): Promise<StartedConsent> {
  const renewal = request.repair && (await startRenewal(client, request));
  return renewal ?? startAuthorization(config, request);
}

function startAuthorization(config: PontoConfig, request: ConsentRequest): StartedConsent {
  const verifier = randomBytes(48).toString("base64url");
  const url = new URL(`${config.authorizeUrl}/oauth2/auth`);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: config.clientId,
    redirect_uri: request.returnUrl,
    scope: "offline_access ai",
    state: request.state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  return hosted(url.href, { kind: "authorize", verifier, redirectUri: request.returnUrl });
}

/** Null where the integration is gone as a whole, so that all of it has to be authorised anew. */
async function startRenewal(
  client: PontoClient,
  request: ConsentRequest,
): Promise<StartedConsent | null> {
  if (request.repair === null) return null;
  // Ponto's own page knows nothing of our state, so it travels in the address that it leads back to.
  const redirectUri = `${request.returnUrl}?${new URLSearchParams({ state: request.state })}`;
  try {
    return await withAccess(client, request.repair, async (token) => {
      const account = worst(await listAccounts(client, token), new Date());
      if (account?.id == null) return null;
      const path = `/ponto-connect/accounts/${encodeURIComponent(account.id)}/reauthorization-requests`;
      const document = { data: { type: "reauthorizationRequest", attributes: { redirectUri } } };
      const { redirect } = readResource(await client.post(path, token, document)).links;
      const before = authorizationOf(account);
      return hosted(pageAddress(redirect), { kind: "reauthorize", accountId: account.id, before });
    });
  } catch (error) {
    if (error instanceof ProviderFailure && isGone(error)) return null;
    throw error;
  }
}

/** The grant was taken back, or the integration ended. */
function isGone({ wire }: ProviderFailure): boolean {
  if (wire === null) return false;
  return wire.code === pontoCodes.grantInvalid || [401, 403, 404].includes(wire.httpStatus);
}

/** The account that needs it most: one that cannot be read, else the one whose consent ends first. */
function worst(accounts: readonly Resource[], now: Date): Resource | null {
  const living = accounts.filter(({ id, attributes }) => id && attributes.deprecated !== true);
  const broken = living.find(
    (account) => accountFailure(account, now)?.kind === "user_action_needed",
  );
  const end = (account: Resource) => consentEnd(account)?.getTime() ?? Number.POSITIVE_INFINITY;
  return broken ?? living.toSorted((a, b) => end(a) - end(b))[0] ?? null;
}

function hosted(hostedUrl: string, start: Start): StartedConsent {
  const expiresAt = new Date(Date.now() + flowMsMax);
  return { kind: "hosted", linkToken: JSON.stringify(start), hostedUrl, expiresAt };
}

/** A browser is sent there: only an address of the web will do. */
function pageAddress(value: unknown): string {
  const text = typeof value === "string" && URL.canParse(value) ? value : "about:blank";
  if (!["http:", "https:"].includes(new URL(text).protocol)) throw unanswered("no links.redirect");
  return text;
}

/** @throws ProviderFailure */
export async function completeConsent(
  client: PontoClient,
  flow: ConsentFlow,
): Promise<ConsentOutcome> {
  const { returned } = flow;
  if (returned === null) return { kind: "unfinished" };
  const error = returned.get("error");
  if (error === "access_denied") return { kind: "cancelled" };
  if (error !== null) throw refusedSignIn(error);
  const start = JSON.parse(flow.linkToken) as Start;
  return start.kind === "authorize"
    ? exchangeCode(client, flow, start, returned.get("code"))
    : checkRenewal(client, flow, start);
}

async function exchangeCode(
  client: PontoClient,
  flow: ConsentFlow,
  start: Extract<Start, { kind: "authorize" }>,
  code: string | null,
): Promise<ConsentOutcome> {
  if (code === null) return { kind: "unfinished" };
  const tokens = toTokens(await exchange(client, start, code), Date.now());
  const organizationId = await organizationOf(client, tokens.accessToken);
  const credential = writeTokens({ ...tokens, organizationId });
  const isRepair = flow.repair && readTokens(flow.repair.secret).organizationId === organizationId;
  if (isRepair) return { kind: "repaired", credential };
  return { kind: "completed", credential, externalId: organizationId };
}

async function exchange(
  client: PontoClient,
  { verifier, redirectUri }: Extract<Start, { kind: "authorize" }>,
  code: string,
): Promise<unknown> {
  try {
    return await client.postForm(tokenPath, {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
  } catch (error) {
    const spent = error instanceof ProviderFailure && error.wire?.code === pontoCodes.grantInvalid;
    if (!spent) throw error;
    throw new ProviderFailure({
      kind: "final",
      message: "The sign-in can no longer be used: start again.",
      detail: error.detail,
    });
  }
}

/**
 * Which organisation has given its consent. Taken from `sub` of the user info; the documents show it there and in the
 * relationships of webhooks, and nowhere say that the two are the same: this is the place to change if they are not.
 */
async function organizationOf(client: PontoClient, token: string): Promise<string> {
  const id = wireId(wireObject(await client.get("/ponto-connect/userinfo", token)).sub);
  if (id === null) throw unanswered("the user info has no sub");
  return id;
}

/**
 * That the browser came back says little: a person may have left the page. Where the account tells of its
 * authorisation, it has to be another than before; otherwise the provider's webhook will say.
 */
async function checkRenewal(
  client: PontoClient,
  flow: ConsentFlow,
  { accountId, before }: Extract<Start, { kind: "reauthorize" }>,
): Promise<ConsentOutcome> {
  if (flow.repair === null) return { kind: "unfinished" };
  const path = `/ponto-connect/accounts/${encodeURIComponent(accountId)}`;
  const account = readResource(
    await withAccess(client, flow.repair, (token) => client.get(path, token)),
  );
  const after = authorizationOf(account);
  const tells = after.authorizedAt !== null || after.endsAt !== null;
  const renewed = after.authorizedAt !== before.authorizedAt || after.endsAt !== before.endsAt;
  return !tells || renewed ? { kind: "repaired", credential: null } : { kind: "unfinished" };
}

function authorizationOf({ attributes }: Resource): Authorization {
  const { authorizedAt } = attributes;
  const endsAt = attributes.authorizationExpirationExpectedAt;
  return {
    authorizedAt: typeof authorizedAt === "string" ? authorizedAt : null,
    endsAt: typeof endsAt === "string" ? endsAt : null,
  };
}

function refusedSignIn(error: string): ProviderFailure {
  const detail = /^[\w.-]{1,80}$/.test(error) ? error : "unreadable error";
  const message = "The provider refused the sign-in: start again.";
  return new ProviderFailure({ kind: "final", message, detail });
}
