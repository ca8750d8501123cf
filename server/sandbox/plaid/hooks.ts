import type {
  ItemErrorWebhook,
  ItemLoginRepairedWebhook,
  LinkSessionFinishedWebhook,
  NewAccountsAvailableWebhook,
  PendingDisconnectWebhook,
  PendingExpirationWebhook,
  SyncUpdatesAvailableWebhook,
  UserPermissionRevokedWebhook,
  WebhookUpdateAcknowledgedWebhook,
} from "plaid";
import { unreachable } from "../unreachable.ts";
import { newRequestId } from "./ids.ts";
import type { Item } from "./items.ts";
import type { PlaidSandbox } from "./plaid-sandbox.ts";
import { problemBody, problems, troubleProblem } from "./problems.ts";
import { signBody } from "./sign.ts";
import { consentEnds } from "./translate.ts";
import type { Wire } from "./wire.ts";

/** The webhooks that an item can send. The legacy ones are there to be ignored by a careful receiver. */
export const itemWebhookCodes = [
  "SYNC_UPDATES_AVAILABLE",
  "ERROR",
  "PENDING_EXPIRATION",
  "PENDING_DISCONNECT",
  "USER_PERMISSION_REVOKED",
  "USER_ACCOUNT_REVOKED",
  "NEW_ACCOUNTS_AVAILABLE",
  "LOGIN_REPAIRED",
  "WEBHOOK_UPDATE_ACKNOWLEDGED",
  "INITIAL_UPDATE",
  "HISTORICAL_UPDATE",
  "DEFAULT_UPDATE",
  "TRANSACTIONS_REMOVED",
] as const;
export type ItemWebhookCode = (typeof itemWebhookCodes)[number];

export function isItemWebhookCode(code: string): code is ItemWebhookCode {
  return itemWebhookCodes.some((known) => known === code);
}

/** What every webhook says of itself. */
export interface WebhookBody {
  webhook_type: string;
  webhook_code: string;
  [field: string]: unknown;
}

/** Sends one of an item's webhooks; false when the item has no webhook address. */
export function fireWebhook(sandbox: PlaidSandbox, item: Item, code: ItemWebhookCode): boolean {
  if (item.webhook === null) return false;
  send(sandbox, item.webhook, webhookBody(sandbox, item, code), item.itemId);
  item.lastWebhook = { at: sandbox.world.clock.now(), code };
  return true;
}

/** The body of one of an item's webhooks, as things stand. */
export function webhookBody(sandbox: PlaidSandbox, item: Item, code: ItemWebhookCode): WebhookBody {
  const head = <T extends string>(type: T) => ({
    webhook_type: type,
    webhook_code: code,
    item_id: item.itemId,
    environment: "sandbox" as const,
  });
  switch (code) {
    case "SYNC_UPDATES_AVAILABLE":
      return {
        ...head("TRANSACTIONS"),
        initial_update_complete: item.stage !== "none",
        historical_update_complete: item.stage === "historical",
      } satisfies Wire<SyncUpdatesAvailableWebhook>;
    case "ERROR": {
      const problem = troubleProblem(item.trouble ?? "login_required");
      return {
        ...head("ITEM"),
        error: problemBody(problem, newRequestId()),
      } satisfies Wire<ItemErrorWebhook>;
    }
    case "PENDING_EXPIRATION":
      return {
        ...head("ITEM"),
        consent_expiration_time: new Date(consentEnds(item)).toISOString(),
      } satisfies Wire<PendingExpirationWebhook>;
    case "PENDING_DISCONNECT":
      return {
        ...head("ITEM"),
        reason: "INSTITUTION_MIGRATION",
        disconnect_time: new Date(sandbox.world.clock.now() + 7 * 86_400_000).toISOString(),
      } satisfies Wire<PendingDisconnectWebhook>;
    case "USER_PERMISSION_REVOKED":
      return {
        ...head("ITEM"),
        error: problemBody(problems.permissionRevoked(), newRequestId()),
      } satisfies Wire<UserPermissionRevokedWebhook>;
    case "USER_ACCOUNT_REVOKED":
      return {
        ...head("ITEM"),
        account_id: item.accountId(item.paths[0] ?? ""),
      };
    case "NEW_ACCOUNTS_AVAILABLE":
      return { ...head("ITEM"), error: null } satisfies Wire<NewAccountsAvailableWebhook>;
    case "LOGIN_REPAIRED":
      return head("ITEM") satisfies Wire<ItemLoginRepairedWebhook>;
    case "WEBHOOK_UPDATE_ACKNOWLEDGED":
      return {
        ...head("ITEM"),
        new_webhook_url: item.webhook ?? "",
        error: null,
      } satisfies Wire<WebhookUpdateAcknowledgedWebhook>;
    case "INITIAL_UPDATE":
    case "HISTORICAL_UPDATE":
    case "DEFAULT_UPDATE":
      return { ...head("TRANSACTIONS"), new_transactions: 1, error: null };
    case "TRANSACTIONS_REMOVED":
      return { ...head("TRANSACTIONS"), removed_transactions: [], error: null };
    default:
      return unreachable(code);
  }
}

/** Each attempt is signed anew, so that a late one is fresh. */
function send(
  sandbox: PlaidSandbox,
  url: string,
  payload: WebhookBody,
  consentId: string | null,
): void {
  sandbox.deliveries.send({
    ...{ wire: "plaid", consentId, url },
    code: payload.webhook_code,
    body: JSON.stringify(payload),
    sign: async (body) => {
      const key = await sandbox.keys.current();
      const token = await signBody(body, { ...key, issuedAt: Date.now() });
      return { "plaid-verification": token };
    },
  });
}

/** Tells the link token's address how a hosted session ended. */
export function fireSessionFinished(
  sandbox: PlaidSandbox,
  of: {
    webhook: string | null;
    linkToken: string;
    sessionId: string;
    publicToken: string | null;
    success: boolean;
  },
): void {
  if (of.webhook === null) return;
  send(
    sandbox,
    of.webhook,
    {
      webhook_type: "LINK",
      webhook_code: "SESSION_FINISHED",
      status: of.success ? "SUCCESS" : "EXITED",
      link_session_id: of.sessionId,
      link_token: of.linkToken,
      ...(of.publicToken === null
        ? {}
        : { public_token: of.publicToken, public_tokens: [of.publicToken] }),
      environment: "sandbox",
    } satisfies Wire<LinkSessionFinishedWebhook>,
    null,
  );
}
