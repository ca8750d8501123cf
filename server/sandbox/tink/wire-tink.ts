import { randomBytes } from "node:crypto";
import type { Sandbox } from "../sandbox.ts";
import { PlannedErrors } from "../wires/planned-errors.ts";
import type { Wire, WireConsent, WireTrouble } from "../wires/wire.ts";
import { answerApi, apiPrefix } from "./answer.ts";
import type { TinkFact } from "./facts.ts";
import {
  isWebhookEvent,
  refreshContent,
  sampleContent,
  send,
  sendBad,
  webhookEvents,
} from "./hooks.ts";
import { answerLink } from "./link.ts";
import { Listing } from "./listing.ts";
import { News } from "./news.ts";
import { plannedProblems, plannedStates } from "./problems.ts";
import { SignTimes } from "./sign-times.ts";
import type { TinkSandbox } from "./tink-sandbox.ts";
import { TinkTokens } from "./tokens.ts";
import { type TinkCredentials, TinkUsers } from "./users.ts";

/** Tink over the world. A consent's id is its user's. */
export function createTinkWire(sandbox: Sandbox): Wire {
  const tink = createInside(sandbox);
  const { users, news, states, errors } = tink;
  return {
    name: "tink",
    owns: ({ path }) => path.startsWith(apiPrefix) || path.startsWith("/tink-link/"),
    answer: (request) =>
      request.path.startsWith(apiPrefix) ? answerApi(tink, request) : answerLink(tink, request),
    consents: () => users.live().map((one) => toWireConsent(tink, one)),
    setTrouble: (consentId, trouble) => setTrouble(tink, users.latestOf(consentId), trouble),
    webhooks: webhookEvents,
    sendWebhook(consentId, what) {
      if (!isWebhookEvent(what)) return false;
      const one = users.latestOf(consentId);
      return send(tink, one, what, sampleContent(tink, one, what));
    },
    sendBadWebhook: (consentId, how) => sendBad(tink, users.latestOf(consentId), how),
    errorCodes: [...Object.keys(plannedProblems), ...Object.keys(plannedStates)],
    failNext(consentId, code, count) {
      (code in plannedStates ? states : errors).set(consentId, code, count);
    },
    clearFailures() {
      states.clear();
      errors.clear();
    },
    spendToken(userId) {
      const serial = tink.tokens.lastSerial;
      tink.record({ of: "tink", did: "tokens_spent", userId, serial });
    },
    apply: (fact) => users.apply(fact as TinkFact),
    start() {
      begin(tink);
      news.start();
    },
    flush: () => news.flush(),
    close: () => news.close(),
  };
}

function createInside(sandbox: Sandbox): TinkSandbox {
  const users = new TinkUsers();
  const tink: TinkSandbox = {
    ...{ sandbox, users },
    tokens: new TinkTokens(users, () => sandbox.world.clock.now()),
    listing: new Listing(sandbox.world),
    news: new News(() => tink),
    signTimes: new SignTimes(),
    errors: new PlannedErrors(),
    states: new PlannedErrors(),
    record: (fact) => sandbox.record(fact),
  };
  return tink;
}

/** The key that signs tokens, and the webhook address of the demo, which its launcher knows. */
function begin({ users, sandbox, record }: TinkSandbox): void {
  if (users.tokenKey === null) {
    record({ of: "tink", did: "key_made", key: randomBytes(32).toString("hex") });
  }
  const { tinkWebhookUrl: url, tinkWebhookSecret: secret } = sandbox.settings;
  if (url === undefined || secret === undefined) return;
  // Not a fact: another start may have another address.
  const description = "given by the launcher";
  users.endpoints.push({
    ...{ id: "launcher", url, secret, description, disabled: false },
    enabledEvents: [...webhookEvents],
  });
}

/** Tink learns of it at its next visit to the bank, and says how that ended. */
function setTrouble(tink: TinkSandbox, one: TinkCredentials, trouble: WireTrouble | null): void {
  const { credentialsId, unseenFrom } = one;
  const { world } = tink.sandbox;
  const at = world.clock.now();
  const fact = { credentialsId, trouble, at, rows: world.rows.length };
  tink.record({ of: "tink", did: "trouble_set", ...fact });
  if (trouble === null) tink.news.catchUp(one, unseenFrom);
  else send(tink, one, "refresh:finished", refreshContent(one, at));
}

function toWireConsent({ users }: TinkSandbox, one: TinkCredentials): WireConsent {
  return {
    consentId: one.userId,
    institutionKey: one.institutionKey,
    paths: one.paths,
    trouble: one.trouble,
    webhookUrl: users.endpoints.find(({ disabled }) => !disabled)?.url ?? null,
    settled: one.fetchedAt !== null,
  };
}
