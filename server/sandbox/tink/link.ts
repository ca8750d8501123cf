import { html, type Reply, type Request, redirect } from "../http/exchange.ts";
import { markup } from "../http/markup.ts";
import { destinationAllowed } from "../webhooks/destination.ts";
import { newId } from "./ids.ts";
import type { TinkSandbox } from "./tink-sandbox.ts";
import { providerName } from "./translate.ts";
import type { TinkCredentials } from "./users.ts";

const flowMs = 30 * 60_000;

/** Tink Link's two doors: to connect accounts, and to renew a consent. Both lead to the shared sign-in pages. */
export function answerLink(tink: TinkSandbox, request: Request): Reply {
  const page = /^\/tink-link\/1\.0\/transactions\/(connect-accounts|update-consent)$/.exec(
    request.path,
  )?.[1];
  if (page === undefined || request.method !== "GET") return dead(404, "There is no such page.");
  const { query } = request;
  const { settings } = tink.sandbox;
  if (query.get("client_id") !== settings.clientId) return dead(400, "The client is not known.");
  const redirectUri = query.get("redirect_uri") ?? "";
  if (!destinationAllowed(redirectUri, settings.webhookHosts)) {
    return dead(400, "The redirect address is not registered.");
  }
  const code = tink.tokens.redeem(query.get("authorization_code") ?? "", true);
  if (code === undefined) return dead(400, "The link has been used already, or has expired.");
  const back = (params: Record<string, string>) => backTo(redirectUri, query.get("state"), params);
  if (page === "connect-accounts") return connect(tink, code.userId, query, back);
  const credentials = tink.users
    .of(code.userId)
    .find((one) => one.credentialsId === query.get("credentials_id"));
  if (credentials === undefined) {
    return redirect(back({ error: "BAD_REQUEST", message: "Unknown credentials" }));
  }
  return update(tink, credentials, back);
}

type Back = (params: Record<string, string>) => string;

function connect(tink: TinkSandbox, userId: string, query: URLSearchParams, back: Back): Reply {
  const { world, signIns } = tink.sandbox;
  const market = (query.get("market") ?? "").toUpperCase();
  const provider = query.get("input_provider");
  const institution = world.institutions.find(({ key }) => providerName(market, key) === provider);
  const signIn = signIns.open({
    wire: "tink",
    institutionKey: institution?.key ?? null,
    shared: null,
    choosesAccounts: true,
    countries: [market],
    expiresAt: world.clock.now() + flowMs,
    finish({ institutionKey, paths }) {
      const credentialsId = newId();
      const at = world.clock.now();
      const fact = { userId, credentialsId, institutionKey, market, paths, at };
      tink.record({ of: "tink", did: "consented", ...fact });
      tink.news.fetchFirst(tink.users.get(credentialsId));
      return back({ credentialsId });
    },
    leave: () => back(cancelled),
  });
  return redirect(signIn.url);
}

function update(tink: TinkSandbox, one: TinkCredentials, back: Back): Reply {
  const { world, signIns } = tink.sandbox;
  const { credentialsId } = one;
  const signIn = signIns.open({
    wire: "tink",
    institutionKey: one.institutionKey,
    shared: one.paths,
    choosesAccounts: true,
    expiresAt: world.clock.now() + flowMs,
    finish({ paths }) {
      const { unseenFrom } = one;
      tink.record({ of: "tink", did: "renewed", credentialsId, paths, at: world.clock.now() });
      tink.news.catchUp(one, unseenFrom);
      return back({ credentialsId });
    },
    leave: () => back(cancelled),
  });
  return redirect(signIn.url);
}

const cancelled = { error: "USER_CANCELLED", message: "The user cancelled" };

function backTo(redirectUri: string, state: string | null, params: Record<string, string>): string {
  const url = new URL(redirectUri);
  if (state !== null) url.searchParams.set("state", state);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

function dead(status: number, why: string): Reply {
  const page = markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tink Link</title></head><body><h1>This link does not work</h1><p>${why} Start again in the application that sent you here.</p></body></html>`;
  return html(status, page.markup);
}
