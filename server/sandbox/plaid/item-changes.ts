import { addDays } from "../../../prisma/story/calendar.ts";
import type { Sandbox } from "../sandbox.ts";
import { fireWebhook } from "./hooks.ts";
import { newId, newToken } from "./ids.ts";
import type { Item } from "./items.ts";
import type { ItemTrouble } from "./problems.ts";

/** Makes an item for accounts of one institution, with the public token that is handed out for it. */
export function linkItem(
  sandbox: Sandbox,
  of: { institutionKey: string; paths: string[]; webhook: string | null; days: number },
): { itemId: string; publicToken: string } {
  const itemId = newId();
  const on = sandbox.world.clock.today();
  sandbox.record({
    of: "plaid",
    did: "linked",
    itemId,
    institutionKey: of.institutionKey,
    paths: of.paths,
    accessToken: newToken("access"),
    webhook: of.webhook,
    from: addDays(on, -of.days),
    on,
    at: sandbox.world.clock.now(),
  });
  return { itemId, publicToken: newPublicToken(sandbox, itemId) };
}

export function newPublicToken(sandbox: Sandbox, itemId: string): string {
  const publicToken = newToken("public");
  const at = sandbox.world.clock.now();
  sandbox.record({ of: "plaid", did: "public_token_made", publicToken, itemId, at });
  return publicToken;
}

/** Puts an item into an error state, with the webhook that says so. */
export function setTrouble(sandbox: Sandbox, item: Item, trouble: ItemTrouble): void {
  sandbox.record({ of: "plaid", did: "trouble_set", itemId: item.itemId, trouble });
  fireWebhook(sandbox, item, trouble === "login_required" ? "ERROR" : "USER_PERMISSION_REVOKED");
}

/** Ends an item's error state. Says LOGIN_REPAIRED only when it healed elsewhere than in our own update mode. */
export function repair(sandbox: Sandbox, item: Item, by: "update_mode" | "itself"): void {
  if (item.trouble === null) return;
  sandbox.record({ of: "plaid", did: "trouble_set", itemId: item.itemId, trouble: null });
  if (by === "itself") fireWebhook(sandbox, item, "LOGIN_REPAIRED");
}
