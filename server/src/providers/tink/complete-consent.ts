import { wireId } from "../../core/wire-values.ts";
import { type ConsentFlow, type ConsentOutcome, ProviderFailure } from "../provider.ts";
import type { TinkClient } from "./client.ts";
import { fetchCredentials, listConsents, type TinkCredentials } from "./consents.ts";
import { readHeld, readingScope, writeHeld } from "./held.ts";
import type { TinkParts } from "./parts.ts";
import { endFormer } from "./revoke.ts";
import { readFlow, type StartedFlow } from "./started-flow.ts";

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
