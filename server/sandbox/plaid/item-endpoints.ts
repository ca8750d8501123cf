import type {
  ItemAccessTokenInvalidateResponse,
  ItemGetResponse,
  ItemRemoveResponse,
  ItemWebhookUpdateRequest,
  ItemWebhookUpdateResponse,
} from "plaid";
import { anyItem, type Call, type Endpoint } from "./call.ts";
import { fireWebhook } from "./hooks.ts";
import { newToken } from "./ids.ts";
import { webhookField } from "./link-endpoints.ts";
import { toItem } from "./translate.ts";
import type { Arriving, Wire } from "./wire.ts";

export const itemEndpoints: Record<string, Endpoint> = {
  "/item/get": getItem,
  "/item/remove": removeItem,
  "/item/webhook/update": updateWebhook,
  "/item/access_token/invalidate": invalidateToken,
};

function getItem(body: Record<string, unknown>, call: Call) {
  const item = anyItem(body, call);
  const { world } = call.sandbox;
  return {
    item: {
      ...toItem(world, item, call.requestId),
      created_at: new Date(item.linkedAt).toISOString(),
    },
    status: {
      transactions: {
        last_successful_update:
          item.stage === "none" ? null : new Date(world.clock.now()).toISOString(),
        last_failed_update: null,
      },
      last_webhook:
        item.lastWebhook === null
          ? null
          : {
              sent_at: new Date(item.lastWebhook.at).toISOString(),
              code_sent: item.lastWebhook.code,
            },
    },
    request_id: call.requestId,
  } satisfies Wire<ItemGetResponse>;
}

function removeItem(body: Record<string, unknown>, call: Call) {
  const { itemId } = anyItem(body, call);
  call.sandbox.record({ of: "plaid", did: "removed", itemId });
  return { request_id: call.requestId } satisfies Wire<ItemRemoveResponse>;
}

function updateWebhook(body: Arriving<ItemWebhookUpdateRequest>, call: Call) {
  const item = anyItem(body, call);
  const webhook = webhookField(call, body.webhook, "webhook") ?? null;
  call.sandbox.record({ of: "plaid", did: "webhook_changed", itemId: item.itemId, webhook });
  fireWebhook(call.sandbox, item, "WEBHOOK_UPDATE_ACKNOWLEDGED");
  return {
    item: toItem(call.sandbox.world, item, call.requestId),
    request_id: call.requestId,
  } satisfies Wire<ItemWebhookUpdateResponse>;
}

function invalidateToken(body: Record<string, unknown>, call: Call) {
  const { itemId } = anyItem(body, call);
  const accessToken = newToken("access");
  call.sandbox.record({ of: "plaid", did: "token_changed", itemId, accessToken });
  return {
    new_access_token: accessToken,
    request_id: call.requestId,
  } satisfies Wire<ItemAccessTokenInvalidateResponse>;
}
