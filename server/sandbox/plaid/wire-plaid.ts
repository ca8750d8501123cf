import type { Sandbox } from "../sandbox.ts";
import { PlannedErrors } from "../wires/planned-errors.ts";
import type { BadWebhook, Wire, WireConsent, WireFact, WireTrouble } from "../wires/wire.ts";
import { answerPlaid, isPlaidOperation } from "./answer.ts";
import type { PlaidFact } from "./facts.ts";
import { fireWebhook, isItemWebhookCode, itemWebhookCodes, webhookBody } from "./hooks.ts";
import { repair, reviewConsents, setTrouble } from "./item-changes.ts";
import { type Item, Items } from "./items.ts";
import { Keys, newSigningKey } from "./keys.ts";
import { LinkTokens } from "./link-tokens.ts";
import { sendBadWebhook } from "./misbehave.ts";
import type { PlaidSandbox } from "./plaid-sandbox.ts";
import { plannedCodes } from "./planned-problems.ts";
import type { ItemTrouble } from "./problems.ts";
import { Updates } from "./updates.ts";

/** Plaid over the world, with its inside for the controls and tests that are Plaid's alone. */
export interface PlaidWire extends Wire {
  readonly inside: PlaidSandbox;
}

export function createPlaidWire(sandbox: Sandbox): PlaidWire {
  const inside = createInside(sandbox);
  const itemOf = (consentId: string) => inside.items.get(consentId);
  return {
    name: "plaid",
    inside,
    owns: ({ path }) => isPlaidOperation(path),
    answer: (request) => answerPlaid(inside, request),
    consents: () => inside.items.live().map(toConsent),
    setTrouble(consentId, trouble) {
      const item = itemOf(consentId);
      if (trouble === null) repair(inside, item, "itself");
      else setTrouble(inside, item, itemTroubles[trouble]);
    },
    webhooks: itemWebhookCodes,
    sendWebhook: (consentId, what) =>
      isItemWebhookCode(what) && fireWebhook(inside, itemOf(consentId), what),
    sendBadWebhook: (consentId, how) => sendBad(inside, itemOf(consentId), how),
    errorCodes: plannedCodes,
    failNext: (consentId, code, count) => inside.plannedErrors.set(consentId, code, count),
    clearFailures: () => inside.plannedErrors.clear(),
    // Plaid's access tokens do not run out.
    spendToken: () => {},
    apply: (fact) => apply(inside, fact as PlaidFact & WireFact),
    async start() {
      if (inside.keys.currentKid === undefined) {
        inside.record({ of: "plaid", did: "key_added", key: await newSigningKey(Date.now()) });
      }
      inside.updates.begin();
    },
    review: () => reviewConsents(inside),
    flush: () => inside.updates.flush(),
    close: () => inside.updates.close(),
  };
}

function createInside(sandbox: Sandbox): PlaidSandbox {
  const { world } = sandbox;
  const inside = {
    ...sandbox,
    // Known only later, so not copies.
    get url() {
      return sandbox.url;
    },
    get wires() {
      return sandbox.wires;
    },
    get platforms() {
      return sandbox.platforms;
    },
    items: new Items(world),
    keys: new Keys(),
    links: new LinkTokens(() => world.clock.now()),
    plannedErrors: new PlannedErrors(),
  } as PlaidSandbox;
  inside.updates = new Updates(inside);
  return inside;
}

function apply({ items, keys }: PlaidSandbox, fact: PlaidFact): void {
  if (fact.did === "key_added" || fact.did === "key_expired") keys.apply(fact);
  else items.apply(fact);
}

function toConsent(item: Item): WireConsent {
  return {
    consentId: item.itemId,
    institutionKey: item.institutionKey,
    paths: item.paths,
    trouble: item.trouble === "permission_revoked" ? "revoked" : item.trouble,
    webhookUrl: item.webhook,
    settled: item.stage === "historical",
  };
}

const itemTroubles: Record<WireTrouble, ItemTrouble> = {
  login_required: "login_required",
  consent_expired: "consent_expired",
  revoked: "permission_revoked",
  institution_down: "institution_down",
};

async function sendBad(inside: PlaidSandbox, item: Item, how: BadWebhook): Promise<number> {
  if (item.webhook === null) return 0;
  const payload = webhookBody(inside, item, "SYNC_UPDATES_AVAILABLE");
  const { keys, deliveries } = inside;
  return (await sendBadWebhook(how, { url: item.webhook, payload, keys, deliveries })).status ?? 0;
}
