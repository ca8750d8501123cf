import { createPublicKey, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { listen } from "../http/listen.ts";
import type { Sandbox } from "../sandbox.ts";
import { PlannedErrors } from "../wires/planned-errors.ts";
import type { Wire, WireConsent, WireTrouble } from "../wires/wire.ts";
import { answerPonto } from "./answer.ts";
import { answerAuthorize, authorizePath, reauthorize } from "./authorize.ts";
import type { PontoFact } from "./facts.ts";
import { isPontoWebhook, pontoWebhooks, sendBad, sendWebhook, tellOfSync } from "./hooks.ts";
import { authorizationEnds, type Integration, Integrations } from "./integrations.ts";
import { Keys } from "./keys.ts";
import type { PontoSandbox } from "./ponto-sandbox.ts";
import { plannedCodes, problemReply, problems } from "./problems.ts";
import { Synchronizations } from "./synchronizations.ts";

/** Ponto Connect over the world. Its API is at an address of its own, which asks for a client certificate. */
export interface PontoWire extends Wire {
  /** Where the API is; empty without keys to serve it with. */
  readonly apiUrl: string;
}

export function createPontoWire(sandbox: Sandbox): PontoWire {
  const inside = createInside(sandbox);
  const { integrations, syncs } = inside;
  let server: { close(): Promise<void> } | null = null;
  return {
    name: "ponto",
    get apiUrl() {
      return inside.url;
    },
    owns: ({ path: at }) => at.startsWith("/ponto-"),
    answer: (request) =>
      request.path === authorizePath
        ? answerAuthorize(inside, request)
        : problemReply(problems.certificate()),
    consents: () => integrations.living().map((integration) => toConsent(sandbox, integration)),
    setTrouble: (consentId, trouble) => setTrouble(inside, integrations.get(consentId), trouble),
    webhooks: pontoWebhooks,
    sendWebhook: (consentId, what) =>
      isPontoWebhook(what) && sendWebhook(inside, integrations.get(consentId), what),
    sendBadWebhook: (consentId, how) => sendBad(inside, integrations.get(consentId), how),
    errorCodes: plannedCodes,
    failNext: (consentId, code, count) => inside.plannedErrors.set(consentId, code, count),
    clearFailures: () => inside.plannedErrors.clear(),
    spendToken(consentId) {
      sandbox.record({ of: "ponto", did: "access_spent", consentId } as PontoFact);
    },
    apply(fact) {
      const ours = fact as PontoFact;
      if (ours.did === "key_added") inside.keys.apply(ours);
      else integrations.apply(ours);
    },
    async start() {
      server = await serve(inside);
      syncs.start();
    },
    flush: () => syncs.flush(),
    close() {
      syncs.close();
      void server?.close();
    },
  };
}

function createInside(sandbox: Sandbox): PontoSandbox {
  const integrations = new Integrations(sandbox.world);
  const inside: PontoSandbox = {
    sandbox,
    integrations,
    keys: new Keys((fact) => sandbox.record(fact)),
    plannedErrors: new PlannedErrors(),
    syncs: new Synchronizations(sandbox, integrations, (integration, account, sync) =>
      tellOfSync(inside, integration, account, sync),
    ),
    clientTokens: new Map(),
    url: "",
    signer: null,
  };
  return inside;
}

/** Listens for clients with a certificate; null without a folder of keys. */
async function serve(inside: PontoSandbox): Promise<{ close(): Promise<void> } | null> {
  const { pontoKeysFolder: folder, pontoPort: port, host } = inside.sandbox.settings;
  if (folder === undefined) return null;
  const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
  inside.signer = signerIn(folder);
  const tls = { key: read("server-key.pem"), cert: read("server.pem"), ca: read("ca.pem") };
  const server = await listen({ host, port }, (request) => answerPonto(inside, request), tls);
  inside.url = `https://${host.includes(":") ? `[${host}]` : host}:${server.port}`;
  return server;
}

function signerIn(folder: string): KeyObject | null {
  const file = path.join(folder, "signature-public.pem");
  return existsSync(file) ? createPublicKey(readFileSync(file, "utf8")) : null;
}

function toConsent({ world, settings }: Sandbox, integration: Integration): WireConsent {
  const { consentId, institutionKey, paths, accounts } = integration;
  const lapsed = authorizationEnds(integration) <= world.clock.now() ? "consent_expired" : null;
  return {
    ...{ consentId, institutionKey, paths },
    trouble: integration.trouble ?? lapsed,
    webhookUrl: settings.pontoWebhookUrl ?? null,
    settled: accounts.every(({ syncedAt }) => syncedAt !== null),
  };
}

function setTrouble(
  inside: PontoSandbox,
  integration: Integration,
  trouble: WireTrouble | null,
): void {
  const { sandbox, syncs } = inside;
  const { consentId } = integration;
  const had = integration.trouble;
  const fact = {
    of: "ponto",
    did: "trouble_set",
    consentId,
    trouble,
    at: sandbox.world.clock.now(),
  };
  sandbox.record(fact);
  if (trouble === "revoked") {
    sendWebhook(inside, integration, "integration.revoked");
    return;
  }
  if (trouble === null && had !== null && had !== "institution_down")
    reauthorize(inside, integration);
  // The next synchronisation finds out.
  for (const account of integration.accounts) syncs.now(integration, account);
}
