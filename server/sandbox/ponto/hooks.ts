import { generateKeyPair } from "jose";
import type { BadWebhook } from "../wires/wire.ts";
import { newId } from "./ids.ts";
import type { Integration, PontoAccount, Sync } from "./integrations.ts";
import { signWith } from "./keys.ts";
import type { PontoSandbox } from "./ponto-sandbox.ts";
import { subtypeDefault } from "./synchronizations.ts";

/** The webhooks that Ponto sends, without their prefix. */
export const pontoWebhooks = [
  "synchronization.succeededWithoutChange",
  "synchronization.failed",
  "account.detailsUpdated",
  "account.transactionsCreated",
  "account.transactionsUpdated",
  "account.pendingTransactionsCreated",
  "account.pendingTransactionsUpdated",
  "account.reauthorized",
  "integration.created",
  "integration.revoked",
  "integration.accountAdded",
  "integration.accountRevoked",
  "organization.blocked",
  "organization.unblocked",
] as const;
export type PontoWebhook = (typeof pontoWebhooks)[number];

export function isPontoWebhook(what: string): what is PontoWebhook {
  return (pontoWebhooks as readonly string[]).includes(what);
}

/** Sends a webhook about an integration; false when the client has no webhook address. */
export function sendWebhook(
  inside: PontoSandbox,
  integration: Integration,
  what: PontoWebhook,
  of: { account?: PontoAccount; sync?: Sync; count?: number } = {},
): boolean {
  const url = inside.sandbox.settings.pontoWebhookUrl;
  if (url === undefined) return false;
  const jti = newId();
  inside.sandbox.deliveries.send({
    ...{ wire: "ponto", consentId: integration.consentId, url, code: what },
    body: JSON.stringify(webhookBody(inside, integration, what, of)),
    // One event keeps its id through all attempts, and is signed anew for each.
    sign: async (body) => ({ signature: await inside.keys.sign(body, { jti, at: Date.now() }) }),
  });
  return true;
}

/** The webhooks of a synchronisation that has ended. */
export function tellOfSync(
  inside: PontoSandbox,
  integration: Integration,
  account: PontoAccount,
  sync: Sync,
): void {
  const tell = (what: PontoWebhook, count?: number) =>
    sendWebhook(inside, integration, what, {
      account,
      sync,
      ...(count === undefined ? {} : { count }),
    });
  if (sync.error !== null) {
    tell("synchronization.failed");
    return;
  }
  if (sync.created > 0) tell("account.transactionsCreated", sync.created);
  if (sync.updated.length > 0) tell("account.transactionsUpdated", sync.updated.length);
  if (sync.pendingChanged) tell("account.pendingTransactionsUpdated");
  const changed = sync.created > 0 || sync.updated.length > 0 || sync.pendingChanged;
  if (!changed) tell("synchronization.succeededWithoutChange");
}

function webhookBody(
  { sandbox }: PontoSandbox,
  integration: Integration,
  what: PontoWebhook,
  of: { account?: PontoAccount; sync?: Sync; count?: number },
) {
  const account = of.account ?? integration.accounts[0];
  const sync = of.sync ?? account?.syncs.at(-1);
  const related = (type: string, id: string) => ({ data: { type, id } });
  return {
    data: {
      type: `pontoConnect.${what}`,
      id: newId(),
      attributes: {
        createdAt: new Date(sandbox.world.clock.now()).toISOString(),
        ...(of.count === undefined ? {} : { count: of.count }),
        ...(what.startsWith("synchronization.")
          ? { synchronizationSubtype: sync?.subtype ?? subtypeDefault }
          : {}),
      },
      relationships: {
        organization: related("organization", integration.consentId),
        ...(account && { account: related("account", account.id) }),
        ...(sync && { synchronization: related("synchronization", sync.syncId) }),
      },
    },
  };
}

/** Sends one that a careful receiver refuses or knows again. @returns the receiver's status; 0: there is none */
export async function sendBad(
  inside: PontoSandbox,
  integration: Integration,
  how: BadWebhook,
): Promise<number> {
  const { sandbox, keys } = inside;
  const url = sandbox.settings.pontoWebhookUrl;
  if (url === undefined) return 0;
  const body = JSON.stringify(webhookBody(inside, integration, "account.transactionsCreated", {}));
  const post = async (sent: string, signature: string | null) =>
    (await sandbox.deliveries.sendRaw(url, sent, signature === null ? {} : { signature })) ?? 0;
  const jti = newId();
  switch (how) {
    case "forged": {
      const { privateKey } = await generateKeyPair("RS512");
      const { kid } = await keys.current();
      return post(body, await signWith(privateKey, { kid, body, jti, at: Date.now() }));
    }
    case "altered":
      return post(body.replace("{", '{"more":1,'), await keys.sign(body, { jti, at: Date.now() }));
    case "late":
      return post(body, await keys.sign(body, { jti, at: Date.now() - 10 * 60_000 }));
    case "unsigned":
      return post(body, null);
    case "replayed": {
      const last = sandbox.deliveries.lastDelivered(url);
      if (last?.headers) return post(last.body, last.headers.signature ?? null);
      const signature = await keys.sign(body, { jti, at: Date.now() });
      await post(body, signature);
      return post(body, signature);
    }
  }
}
