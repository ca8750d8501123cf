import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { localDate } from "../../server/src/core/dates.ts";
import { PontoClient } from "../../server/src/providers/ponto/client.ts";
import { createPontoProvider } from "../../server/src/providers/ponto/provider.ts";
import { readTokens, tokenPath } from "../../server/src/providers/ponto/tokens.ts";
import type { ConsentFlow, Provider } from "../../server/src/providers/provider.ts";
import { consentTo, startTestBank } from "../support/bank.ts";
import { heldCredential } from "../support/held-credential.ts";
import { pontoTestConfig } from "../support/ponto-keys.ts";

const returnUrl = "http://127.0.0.1:9/return";
const today = localDate("2026-03-18");

async function openBank(stateFile?: string) {
  const bank = await startTestBank({ today, ...(stateFile && { stateFile }) });
  let open = true;
  const close = async () => {
    if (open) await bank.close();
    open = false;
  };
  onTestFinished(close);
  const config = pontoTestConfig(bank.url);
  return {
    bank,
    close,
    config,
    client: new PontoClient(config),
    ponto: createPontoProvider(config),
  };
}

/** A flow that a person has walked to its end. */
async function walked(ponto: Provider): Promise<ConsentFlow> {
  const started = await ponto.startConsent({
    ...{ userReference: "o", connectionReference: "c", institutionId: null, repair: null },
    ...{ returnUrl, state: randomUUID(), webhookUrl: returnUrl, daysOfHistory: 90, today },
  });
  if (started.kind !== "hosted") throw new Error("granted without a page");
  const back = await consentTo(started.hostedUrl);
  const returned = new URL(back ?? "").searchParams;
  return { linkToken: started.linkToken, repair: null, returned, returnUrl };
}

async function connect(ponto: Provider) {
  const outcome = await ponto.completeConsent(await walked(ponto));
  if (outcome.kind !== "completed") throw new Error(outcome.kind);
  return { credential: heldCredential(outcome.credential), externalId: outcome.externalId };
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "fine",
    (error: { wire?: { code: string | null } | null; detail?: string }) =>
      error.wire?.code ?? error.detail,
  );

test("Ponto's API asks for a client certificate, and for a signature of the key that it knows", async () => {
  const { bank, config } = await openBank();
  const stranger = { ...config, signature: null };
  expect(await codeOf(new PontoClient(stranger).get("/webhooks/keys", null))).toBe(
    "invalidSignature",
  );
  const answer = await fetch(`${bank.url}/ponto-connect/accounts`);
  expect(answer.status).toBe(403);
  // Nobody gets through TLS without a certificate of the authority.
  await expect(fetch(`${config.baseUrl}/webhooks/keys`)).rejects.toThrow();
});

test("a code is exchanged once, and by its verifier alone", async () => {
  const { ponto } = await openBank();
  const flow = await walked(ponto);
  const start = JSON.parse(flow.linkToken);
  const other = JSON.stringify({ ...start, verifier: "x".repeat(64) });
  await expect(ponto.completeConsent({ ...flow, linkToken: other })).rejects.toMatchObject({
    kind: "final",
  });
  expect(await ponto.completeConsent(flow)).toMatchObject({ kind: "completed" });
  await expect(ponto.completeConsent(flow)).rejects.toMatchObject({ kind: "final" });
});

test("a refresh token serves once", async () => {
  const { bank, client, ponto } = await openBank();
  const { credential, externalId } = await connect(ponto);
  const spent = readTokens(credential.secret).refreshToken;
  await bank.control("consents/spend-token", { consent_id: externalId });
  await Promise.all([ponto.fetchAccounts(credential), ponto.fetchConnection(credential)]);
  expect(readTokens(credential.secret).refreshToken).not.toBe(spent);
  const again = { grant_type: "refresh_token", refresh_token: spent };
  expect(await codeOf(client.postForm(tokenPath, again))).toBe("invalid_grant");
  await ponto.fetchAccounts(credential);
});

test("a restart keeps tokens, rows and their ids", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tieout-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "state.json");
  const before = await openBank(file);
  const { credential } = await connect(before.ponto);
  await before.bank.running.idle();
  const pull = async (ponto: Provider) => {
    const ids: string[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 100; pages += 1) {
      const page = await ponto.fetchPage(credential, {
        ...{ cursor, daysOfHistory: 90, today, rereadFrom: null, accountExternalId: null },
      });
      if (page.kind !== "page") throw new Error(page.kind);
      ids.push(...page.added.map(({ externalId }) => externalId));
      if (!page.hasMore) return ids;
      cursor = page.next;
    }
    throw new Error("no end");
  };
  const ids = await pull(before.ponto);
  await before.close();
  const after = await openBank(file);
  expect(await pull(after.ponto)).toEqual(ids);
  expect(ids.length).toBeGreaterThan(10);
});

test("links are followed on the API's own host alone", async () => {
  const { client, config } = await openBank();
  const path = "/ponto-connect/accounts?page%5Bafter%5D=a";
  expect(client.pathOf(`${config.baseUrl}${path}`)).toBe(path);
  expect(client.pathOf(path)).toBe(path);
  const { port } = new URL(config.baseUrl);
  for (const link of [
    "https://evil.example/ponto-connect/accounts",
    `https://127.0.0.1.evil.example:${port}/x`,
    `http://127.0.0.1:${port}${path}`,
    `https://127.0.0.1:1${path}`,
    "//evil.example/x",
    "javascript:alert(1)",
    "https://",
  ]) {
    expect(client.pathOf(link), link).toBeNull();
  }
});
