/** What can be done to an integration as a whole: look at it, have it fetched afresh, end it. */

import { wireMoment } from "../../core/wire-values.ts";
import type {
  Credential,
  ProviderAccounts,
  ProviderConnection,
  RefreshOutcome,
} from "../provider.ts";
import { ProviderFailure } from "../provider.ts";
import { listAccounts } from "./accounts.ts";
import type { PontoClient } from "./client.ts";
import { pontoCodes } from "./failures.ts";
import type { Resource } from "./json-api.ts";
import { clientToken, readTokens, withAccess } from "./tokens.ts";
import { latestSynchronization, toAccounts, toConnection } from "./translate.ts";

/** @throws ProviderFailure */
export function fetchConnection(
  client: PontoClient,
  credential: Credential,
): Promise<ProviderConnection> {
  return withAccess(client, credential, async (token, { organizationId }) =>
    toConnection(organizationId, await listAccounts(client, token), new Date()),
  );
}

/** @throws ProviderFailure */
export function fetchAccounts(
  client: PontoClient,
  credential: Credential,
): Promise<ProviderAccounts> {
  return withAccess(client, credential, async (token) => {
    const accounts = await listAccounts(client, token);
    return toAccounts(accounts.filter(({ attributes }) => attributes.deprecated !== true));
  });
}

/** How long an account rests after a synchronisation; Ponto refuses without saying until when. */
const restMs = 30 * 60_000;

/**
 * Has every account synchronised, its pending rows too. It is requested if that was taken on for one of them.
 * @throws ProviderFailure
 */
export function refresh(client: PontoClient, credential: Credential): Promise<RefreshOutcome> {
  return withAccess(client, credential, async (token) => {
    const accounts = await listAccounts(client, token);
    let possibleAt: Date | null = null;
    let requested = 0;
    for (const account of accounts) {
      if (account.id === null || account.attributes.deprecated === true) continue;
      const refused = await synchronize(client, token, account);
      if (refused === null) requested += 1;
      else if (possibleAt === null || refused < possibleAt) possibleAt = refused;
    }
    return possibleAt === null || requested > 0
      ? { kind: "requested" }
      : { kind: "too_soon", possibleAt };
  });
}

/** Null when it was taken on, else when it may be asked again. */
async function synchronize(
  client: PontoClient,
  token: string,
  account: Resource,
): Promise<Date | null> {
  const attributes = {
    resourceType: "account",
    resourceId: account.id,
    subtype: "accountTransactionsWithUnsettled",
  };
  try {
    const document = { data: { type: "synchronization", attributes } };
    await client.post("/ponto-connect/synchronizations", token, document);
    return null;
  } catch (error) {
    if (!(error instanceof ProviderFailure) || error.wire?.code !== pontoCodes.tooSoon) throw error;
    if (error.retryAt !== null) return error.retryAt;
    const last = wireMoment(latestSynchronization(account.meta).attributes.createdAt);
    const now = Date.now();
    return new Date(Math.max((last?.getTime() ?? now) + restMs, now + 60_000));
  }
}

/**
 * Ends the integration; where this client may not, its grant. One that is gone is no failure.
 * @throws ProviderFailure
 */
export async function revoke(client: PontoClient, credential: Credential): Promise<void> {
  const { organizationId, refreshToken } = readTokens(credential.secret);
  try {
    const path = `/ponto-connect/organizations/${encodeURIComponent(organizationId)}/integration`;
    await client.delete(path, await clientToken(client));
  } catch (error) {
    const status = error instanceof ProviderFailure ? (error.wire?.httpStatus ?? 0) : 0;
    if (goneStatuses.has(status)) return;
    if (!forbiddenStatuses.has(status)) throw error;
    await client.postForm("/ponto-connect/oauth2/revoke", { token: refreshToken });
  }
}

const goneStatuses: ReadonlySet<number> = new Set([404, 410]);
const forbiddenStatuses: ReadonlySet<number> = new Set([403, 405]);
