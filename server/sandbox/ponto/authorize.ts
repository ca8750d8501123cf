import { addDays } from "../../../prisma/story/calendar.ts";
import { json, type Reply, type Request, redirect } from "../http/exchange.ts";
import { sendWebhook } from "./hooks.ts";
import { newId, newToken } from "./ids.ts";
import type { Integration } from "./integrations.ts";
import { type PontoSandbox, pontoClient } from "./ponto-sandbox.ts";
import { subtypeDefault } from "./synchronizations.ts";

export const authorizePath = "/ponto-authorize/oauth2/auth";
const flowMs = 30 * 60_000;
/** How far back a bank gives its rows to Ponto. */
const historyDays = 730;

/** The page that a person begins at: it leads to the hosted sign-in, and from there back with a code. */
export function answerAuthorize(inside: PontoSandbox, { query, method }: Request): Reply {
  const asked = Object.fromEntries(query);
  const redirectUri = asked.redirect_uri ?? "";
  const right =
    method === "GET" &&
    asked.response_type === "code" &&
    asked.client_id === pontoClient.id &&
    (asked.scope ?? "").split(" ").includes("ai") &&
    asked.code_challenge_method === "S256" &&
    /^[\w-]{43}$/.test(asked.code_challenge ?? "") &&
    isWebAddress(redirectUri);
  if (!right) return json(400, { error: "invalid_request" });
  const back = (more: Record<string, string>) =>
    withQuery(redirectUri, { ...more, state: asked.state ?? "" });
  const signIn = inside.sandbox.signIns.open({
    wire: "ponto",
    institutionKey: null,
    shared: null,
    choosesAccounts: true,
    expiresAt: inside.sandbox.world.clock.now() + flowMs,
    finish: (chosen) => {
      const challenge = asked.code_challenge ?? "";
      return back({ code: authorize(inside, { ...chosen, challenge, redirectUri }) });
    },
    leave: () => back({ error: "access_denied" }),
  });
  return redirect(signIn.url);
}

/** A new organisation with its integration. @returns the code that its tokens are exchanged for */
function authorize(
  inside: PontoSandbox,
  of: { institutionKey: string; paths: string[]; challenge: string; redirectUri: string },
): string {
  const { sandbox, integrations, syncs } = inside;
  const { clock } = sandbox.world;
  const consentId = newId();
  const code = newToken();
  const from = addDays(clock.today(), -historyDays);
  const fact = { of: "ponto", did: "authorized", consentId, code, from, at: clock.now(), ...of };
  sandbox.record(fact);
  const integration = integrations.get(consentId);
  sendWebhook(inside, integration, "integration.created");
  for (const account of integration.accounts) {
    syncs.request(integration, account, "schedule", subtypeDefault);
  }
  return code;
}

/** Opens the page on which an account's authorisation is given again. @returns its address */
export function openReauthorization(
  inside: PontoSandbox,
  integration: Integration,
  redirectUri: string,
): string {
  const { clock } = inside.sandbox.world;
  return inside.sandbox.signIns.open({
    wire: "ponto",
    institutionKey: integration.institutionKey,
    shared: integration.paths,
    choosesAccounts: false,
    expiresAt: clock.now() + flowMs,
    finish: () => {
      reauthorize(inside, integration);
      return redirectUri;
    },
    leave: () => withQuery(redirectUri, { error: "access_denied" }),
  }).url;
}

/** The bank's authorisation is given again, by whichever way. */
export function reauthorize(inside: PontoSandbox, integration: Integration): void {
  const at = Math.max(inside.sandbox.world.clock.now(), integration.authorizedAt + 1);
  const { consentId } = integration;
  inside.sandbox.record({ of: "ponto", did: "reauthorized", consentId, at } as WireFactOf);
  for (const account of integration.accounts) {
    sendWebhook(inside, integration, "account.reauthorized", { account });
    inside.syncs.request(integration, account, "schedule", subtypeDefault);
  }
}

type WireFactOf = Parameters<PontoSandbox["sandbox"]["record"]>[0];

export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}

function withQuery(address: string, fields: Record<string, string>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.href;
}
