import { addDays } from "../../../prisma/story/calendar.ts";
import { fireWebhook } from "./hooks.ts";
import { newId, newToken } from "./ids.ts";
import type { Item } from "./items.ts";
import type { PlaidSandbox } from "./plaid-sandbox.ts";
import type { ItemTrouble } from "./problems.ts";
import { consentEnds } from "./translate.ts";

/** Makes an item for accounts of one institution, with the public token that is handed out for it. */
export function linkItem(
  sandbox: PlaidSandbox,
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

export function newPublicToken(sandbox: PlaidSandbox, itemId: string): string {
  const publicToken = newToken("public");
  const at = sandbox.world.clock.now();
  sandbox.record({ of: "plaid", did: "public_token_made", publicToken, itemId, at });
  return publicToken;
}

/** Puts an item into an error state, with the webhook that says so. */
export function setTrouble(sandbox: PlaidSandbox, item: Item, trouble: ItemTrouble): void {
  sandbox.record({ of: "plaid", did: "trouble_set", itemId: item.itemId, trouble });
  // A bank that is down passes by itself: no webhook tells of it.
  if (trouble === "institution_down") return;
  fireWebhook(
    sandbox,
    item,
    trouble === "permission_revoked" ? "USER_PERMISSION_REVOKED" : "ERROR",
  );
}

/** Ends an item's error state. Says LOGIN_REPAIRED only when it healed elsewhere than in our own update mode. */
export function repair(sandbox: PlaidSandbox, item: Item, by: "update_mode" | "itself"): void {
  const { trouble } = item;
  if (trouble === null) return;
  sandbox.record({ of: "plaid", did: "trouble_set", itemId: item.itemId, trouble: null });
  if (by === "itself" && trouble !== "institution_down")
    fireWebhook(sandbox, item, "LOGIN_REPAIRED");
  // Nothing was announced while the login was lost.
  if (item.syncCalled) fireWebhook(sandbox, item, "SYNC_UPDATES_AVAILABLE");
}

const warningMs = 7 * 86_400_000;

/** Warns of consents that end within a week, and takes the login away where one has ended. */
export function reviewConsents(sandbox: PlaidSandbox): void {
  const now = sandbox.world.clock.now();
  for (const item of sandbox.items.live()) {
    if (item.trouble !== null) continue;
    const leftMs = consentEnds(item) - now;
    if (leftMs <= 0) setTrouble(sandbox, item, "consent_expired");
    else if (leftMs <= warningMs) fireWebhook(sandbox, item, "PENDING_EXPIRATION");
  }
}
