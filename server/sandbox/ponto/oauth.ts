import { createHash, timingSafeEqual } from "node:crypto";
import type { Reply, Request } from "../http/exchange.ts";
import { newToken } from "./ids.ts";
import { accessSeconds, type Integration } from "./integrations.ts";
import { type PontoSandbox, pontoClient } from "./ponto-sandbox.ts";
import { document, problems } from "./problems.ts";

const clientTokensMax = 100;

/** Whether a request signs on as the client. Throws `invalid_client`. */
function checkClient({ headers }: Request): void {
  const expected = Buffer.from(`${pontoClient.id}:${pontoClient.secret}`);
  const given = Buffer.from(headers.authorization?.replace(/^Basic /, "") ?? "", "base64");
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw problems.client();
}

export function answerToken(inside: PontoSandbox, request: Request): Reply {
  checkClient(request);
  const form = Object.fromEntries(new URLSearchParams(request.body));
  switch (form.grant_type) {
    case "authorization_code":
      return issue(inside, byCode(inside, form));
    case "refresh_token":
      return issue(inside, byRefresh(inside, form.refresh_token ?? ""));
    case "client_credentials":
      return issueToClient(inside);
    default:
      throw problems.grantType();
  }
}

function byCode({ integrations }: PontoSandbox, form: Record<string, string>): Integration {
  const integration = integrations.byCode(form.code ?? "");
  if (integration === undefined || integration.codeUsed) throw problems.grant("The code is spent.");
  if (form.redirect_uri !== integration.redirectUri) throw problems.grant("Another redirect_uri.");
  const challenge = createHash("sha256")
    .update(form.code_verifier ?? "")
    .digest("base64url");
  if (challenge !== integration.challenge) throw problems.grant("The verifier does not fit.");
  return integration;
}

/** A refresh token serves once. */
function byRefresh({ integrations }: PontoSandbox, token: string): Integration {
  const integration = integrations.byRefresh(token);
  if (integration === undefined || integration.ended || integration.trouble === "revoked") {
    throw problems.grant("The refresh token is spent, or was revoked.");
  }
  return integration;
}

function issue({ sandbox }: PontoSandbox, { consentId }: Integration): Reply {
  const [accessToken, refreshToken] = [newToken(), newToken()];
  const at = sandbox.world.clock.now();
  const fact = { of: "ponto", did: "tokens_made", consentId, accessToken, refreshToken, at };
  sandbox.record(fact);
  return document(200, {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: accessSeconds,
    scope: "offline_access ai",
    token_type: "bearer",
  });
}

function issueToClient({ sandbox, clientTokens }: PontoSandbox): Reply {
  const token = newToken();
  clientTokens.set(token, sandbox.world.clock.now() + accessSeconds * 1_000);
  const [oldest] = clientTokens.keys();
  if (clientTokens.size > clientTokensMax && oldest !== undefined) clientTokens.delete(oldest);
  return document(200, { access_token: token, expires_in: accessSeconds, token_type: "bearer" });
}

/** Ends an integration by one of its tokens. One that nobody knows is no failure (RFC 7009). */
export function answerRevoke(inside: PontoSandbox, request: Request): Reply {
  checkClient(request);
  const token = new URLSearchParams(request.body).get("token") ?? "";
  const integration = inside.integrations.byRefresh(token) ?? inside.integrations.byAccess(token);
  if (integration !== undefined && !integration.ended) end(inside, integration);
  return document(200, {});
}

export function end({ sandbox }: PontoSandbox, { consentId }: Integration): void {
  const fact = { of: "ponto", did: "ended", consentId };
  sandbox.record(fact);
}

/** Throws `unauthorized` for anything but a token of the client's own that has not run out. */
export function checkClientToken({ sandbox, clientTokens }: PontoSandbox, request: Request): void {
  const ends = clientTokens.get(bearerOf(request)) ?? 0;
  if (ends <= sandbox.world.clock.now()) throw problems.token();
}

/** The integration of an access token that still serves. Throws `unauthorized`. */
export function integrationOf(
  { sandbox, integrations }: PontoSandbox,
  request: Request,
): Integration {
  const integration = integrations.byAccess(bearerOf(request));
  const serves =
    integration !== undefined &&
    !integration.ended &&
    integration.trouble !== "revoked" &&
    sandbox.world.clock.now() < integration.accessEndsAt;
  if (!serves) throw problems.token();
  return integration;
}

export function bearerOf({ headers }: Request): string {
  return headers.authorization?.replace(/^Bearer /, "") ?? "";
}
