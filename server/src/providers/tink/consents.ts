import { wireId, wireList, wireMoment, wireObject, wireText } from "../../core/wire-values.ts";
import type { ProviderConnection, ProviderFailureReason } from "../provider.ts";
import { isUnknown, type TinkClient } from "./client.ts";
import { reasonOfStatus } from "./failures.ts";
import type { Held } from "./held.ts";

/** The state of one sign-in at one bank. */
export interface TinkCredentials {
  readonly credentialsId: string;
  readonly providerName: string | null;
  readonly status: string;
  readonly statusUpdated: Date | null;
  readonly sessionExpiresAt: Date | null;
  readonly detailedError: unknown;
}

/** What Tink knows of the consent, and whether anything keeps it from fetching. @throws ProviderFailure */
export async function fetchConnection(
  client: TinkClient,
  held: Held,
  now: Date,
): Promise<ProviderConnection> {
  const credentials = await fetchCredentials(client, held.accessToken, held.credentialsId);
  const { status, statusUpdated } = credentials ?? {};
  return {
    externalId: held.userId,
    institutionId: credentials?.providerName ?? null,
    consentExpiresAt: credentials?.sessionExpiresAt ?? null,
    successfullyAggregatedAt: status === "UPDATED" ? (statusUpdated ?? null) : null,
    failure: failureOf(credentials, now),
  };
}

function failureOf(credentials: TinkCredentials | null, now: Date): ProviderFailureReason | null {
  if (credentials === null) return reasonOfStatus("DELETED", null);
  const { status, sessionExpiresAt, detailedError } = credentials;
  const reason = reasonOfStatus(status, detailedError);
  // The state follows only at Tink's next attempt to fetch, which may be hours away.
  const lapsed = sessionExpiresAt !== null && sessionExpiresAt <= now;
  return reason === null && lapsed ? reasonOfStatus("SESSION_EXPIRED", null) : reason;
}

/** All consents of a user. @throws ProviderFailure */
export async function listConsents(client: TinkClient, token: string): Promise<TinkCredentials[]> {
  const answer = await client.call({ method: "GET", path: "/api/v1/provider-consents", token });
  return wireList(wireObject(answer).providerConsents)
    .map(toCredentials)
    .filter((consent) => consent !== null);
}

/**
 * By the consents, which say most; banks that are not reached by open banking have credentials alone. Null when there
 * are none (any more).
 * @throws ProviderFailure
 */
export async function fetchCredentials(
  client: TinkClient,
  token: string,
  credentialsId: string,
): Promise<TinkCredentials | null> {
  const consents = await listConsents(client, token);
  const consent = consents.find((one) => one.credentialsId === credentialsId);
  if (consent) return consent;
  const path = `/api/v1/credentials/${encodeURIComponent(credentialsId)}`;
  try {
    return toCredentials(await client.call({ method: "GET", path, token }));
  } catch (error) {
    if (isUnknown(error)) return null;
    throw error;
  }
}

function toCredentials(value: unknown): TinkCredentials | null {
  const row = wireObject(value);
  const credentialsId = wireId(row.credentialsId) ?? wireId(row.id);
  if (credentialsId === null) return null;
  return {
    credentialsId,
    providerName: wireId(row.providerName),
    status: wireText(row.status) ?? "",
    statusUpdated: momentOf(row.statusUpdated),
    sessionExpiresAt: momentOf(row.sessionExpiryDate),
    detailedError: row.detailedError,
  };
}

/** Milliseconds since 1970; text in some answers. */
function momentOf(value: unknown): Date | null {
  if (typeof value !== "number") return wireMoment(value);
  const at = new Date(value);
  return value <= 0 || Number.isNaN(at.getTime()) ? null : at;
}
