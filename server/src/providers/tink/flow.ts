import type { TinkConfig } from "../../config/tink.ts";
import {
  type ConsentFlow,
  type ConsentOutcome,
  type ConsentRequest,
  ProviderFailure,
  type StartedConsent,
} from "../provider.ts";
import { wireId, wireList, wireObject } from "../wire-values.ts";
import { isUnknown, type TinkClient } from "./client.ts";
import { fetchCredentials, listConsents, type TinkCredentials } from "./consents.ts";
import { unreadable } from "./failures.ts";
import { type Held, readHeld, readingScope, type UserAccess, writeHeld } from "./held.ts";
import type { TinkInstitutions } from "./institutions.ts";
import type { TinkTokens, UserId } from "./tokens.ts";

/** What an authorization code of Tink Link is good for. */
const flowMs = 30 * 60_000;
const locale = "en_US";
/** What Tink Link asks to be lent for a person's visit. */
const linkScope =
  "authorization:read,authorization:grant,credentials:refresh,credentials:read,credentials:write,providers:read,user:read";
/** To end credentials, and the user with them. */
const endingScope = "credentials:write,user:delete";
/** A user has one bank; more are left over from links that were replaced. */
const formerMax = 20;

export interface TinkParts {
  readonly config: TinkConfig;
  readonly client: TinkClient;
  readonly tokens: TinkTokens;
  readonly access: UserAccess;
  readonly institutions: TinkInstitutions;
}

/** What a flow has to remember: whose it is, and how things stood, to tell what it changed. */
interface StartedFlow {
  readonly userId: string;
  /** The credentials that there were, with the time of their state in milliseconds. */
  readonly before: readonly { readonly id: string; readonly at: number }[];
}

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
  const market = await marketOf(parts, request);
  const userId = held ? held.userId : await createUser(parts, request, market);
  const before = await consentsNow(parts, userId);
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
  const linkToken = { userId, before } satisfies StartedFlow;
  return {
    kind: "hosted",
    linkToken: JSON.stringify(linkToken),
    hostedUrl: `${parts.config.linkUrl}/1.0/transactions/${page}?${query}`,
    expiresAt: new Date(Date.now() + flowMs),
  };
}

/** @throws ProviderFailure, final where the flow ended with an error: it takes a new one */
export async function completeConsent(
  { client, tokens }: TinkParts,
  flow: ConsentFlow,
): Promise<ConsentOutcome> {
  const error = flow.returned?.get("error") ?? null;
  if (error === "USER_CANCELLED") return { kind: "cancelled" };
  if (error !== null) throw endedWith(error);
  const started = readFlow(flow.linkToken);
  const token = await tokens.ofUser({ user_id: started.userId }, readingScope);
  const said = wireId(flow.returned?.get("credentialsId") ?? flow.returned?.get("credentials_id"));
  const found =
    said === null
      ? await newConsent(client, token.accessToken, started)
      : await fetchCredentials(client, token.accessToken, said);
  if (found === null) return { kind: "unfinished" };
  const { credentialsId } = found;
  const credential = writeHeld({ userId: started.userId, credentialsId, ...token });
  if (flow.repair !== null) {
    const same = readHeld(flow.repair.secret).credentialsId === credentialsId;
    return { kind: "repaired", credential: same ? null : credential };
  }
  await endFormer({ client, tokens }, started, credentialsId);
  return { kind: "completed", credential, externalId: started.userId };
}

/** Ends the credentials, which takes effect a little later, and the user. @throws ProviderFailure */
export async function revoke(
  { client, tokens }: Pick<TinkParts, "client" | "tokens">,
  { userId, credentialsId }: Pick<Held, "userId" | "credentialsId">,
): Promise<void> {
  await ignoringUnknown(async () => {
    const { accessToken } = await tokens.ofUser({ user_id: userId }, endingScope);
    await ignoringUnknown(() => endCredentials(client, accessToken, credentialsId));
    await client.call({ method: "POST", path: "/api/v1/user/delete", token: accessToken });
  });
}

/** Nobody came back (yet), or without a word of what was made: what is new since the start, or was renewed since. */
async function newConsent(
  client: TinkClient,
  token: string,
  { before }: StartedFlow,
): Promise<TinkCredentials | null> {
  const consents = await listConsents(client, token);
  const changed = consents.filter(({ credentialsId, status, statusUpdated }) => {
    if (status !== "UPDATED") return false;
    const known = before.find(({ id }) => id === credentialsId);
    return known === undefined || (statusUpdated?.getTime() ?? 0) > known.at;
  });
  return changed.at(-1) ?? null;
}

/** Another bank may have been linked to this user before; its accounts would come in twice. */
async function endFormer(
  { client, tokens }: Pick<TinkParts, "client" | "tokens">,
  { userId, before }: StartedFlow,
  kept: string,
): Promise<void> {
  const former = before.filter(({ id }) => id !== kept).slice(0, formerMax);
  if (former.length === 0) return;
  const { accessToken } = await tokens.ofUser({ user_id: userId }, endingScope);
  for (const { id } of former) await ignoringUnknown(() => endCredentials(client, accessToken, id));
}

function endCredentials(client: TinkClient, token: string, credentialsId: string) {
  const path = `/api/v1/credentials/${encodeURIComponent(credentialsId)}`;
  return client.call({ method: "DELETE", path, token });
}

async function ignoringUnknown(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const final = error instanceof ProviderFailure && error.kind === "final";
    if (!isUnknown(error) && !final) throw error;
  }
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

function userIn(value: unknown): string {
  const userId = wireId(value);
  if (userId === null) throw unreadable("no user id");
  return userId;
}

/** How things stand before a person goes to Tink Link. */
async function consentsNow(
  { client, tokens }: TinkParts,
  userId: string,
): Promise<StartedFlow["before"]> {
  const { accessToken } = await tokens.ofUser({ user_id: userId }, readingScope);
  const consents = await listConsents(client, accessToken);
  return consents
    .slice(0, formerMax)
    .map(({ credentialsId: id, statusUpdated }) => ({ id, at: statusUpdated?.getTime() ?? 0 }));
}

/** Tink Link wants one country; without a bank that says which, it is the first that is offered. */
async function marketOf(
  { config, institutions }: TinkParts,
  { institutionId }: ConsentRequest,
): Promise<string> {
  const institution = institutionId === null ? null : await institutions.find(institutionId);
  return institution?.countries[0] ?? config.markets[0] ?? "GB";
}

function readFlow(linkToken: string): StartedFlow {
  const { userId, before } = wireObject(JSON.parse(linkToken));
  const known = wireList(before).map((one) => {
    const { id, at } = wireObject(one);
    return { id: String(id), at: Number(at) };
  });
  return { userId: userIn(userId), before: known };
}

/** Tink Link's own words for why it gave up. Over in any case: its code has been used. */
function endedWith(error: string): ProviderFailure {
  const detail = /^[A-Z_]{1,60}$/.test(error) ? error : "unknown error";
  const message = endings[error] ?? "The sign-in at the bank did not succeed: start again.";
  return new ProviderFailure({ kind: "final", message, detail: `Tink Link: ${detail}` });
}

const endings: Readonly<Record<string, string>> = {
  AUTHENTICATION_ERROR: "The bank did not accept the sign-in: start again.",
  TEMPORARY_ERROR: "The bank is not available just now: start again later.",
  PERMANENT_ERROR: "The bank refuses this sign-in.",
  NO_ACCOUNTS: "The bank shared no account: start again and allow at least one.",
};
