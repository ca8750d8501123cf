import type { SignIn } from "../link/sign-ins.ts";
import { fireSessionFinished } from "./hooks.ts";
import { linkItem, newPublicToken, repair } from "./item-changes.ts";
import type { LinkRequest, LinkResult, LinkToken } from "./link-tokens.ts";
import type { PlaidSandbox } from "./plaid-sandbox.ts";

/** A new link token, with the hosted pages opened for it. */
export function createLink(
  sandbox: PlaidSandbox,
  request: LinkRequest,
  minutes: number,
): LinkToken {
  return sandbox.links.create(request, minutes, (token) => openPages(sandbox, token));
}

function openPages(sandbox: PlaidSandbox, token: LinkToken): SignIn {
  const { institutionKey, itemId } = token;
  return sandbox.signIns.open({
    wire: "plaid",
    institutionKey,
    shared: itemId === null ? null : [...sandbox.items.get(itemId).paths],
    choosesAccounts: token.choosesAccounts,
    expiresAt: token.expiresAt,
    applicationName: token.clientName,
    countries: token.countryCodes,
    daysOfHistory: token.days,
    finish: (chosen, walkId) => {
      const result =
        token.itemId === null ? add(sandbox, token, chosen) : update(sandbox, token, chosen.paths);
      token.results.set(walkId, result);
      return end(sandbox, token, walkId, result.publicToken);
    },
    leave: (walkId) => end(sandbox, token, walkId, null),
  });
}

function add(
  sandbox: PlaidSandbox,
  { webhook, days }: LinkToken,
  { institutionKey, paths }: { institutionKey: string; paths: string[] },
): LinkResult {
  return { ...linkItem(sandbox, { institutionKey, paths, webhook, days }), paths };
}

function update(sandbox: PlaidSandbox, token: LinkToken, paths: string[]): LinkResult {
  const item = sandbox.items.get(token.itemId ?? "");
  const { itemId } = item;
  if (token.choosesAccounts) {
    sandbox.record({ of: "plaid", did: "accounts_chosen", itemId, paths });
  }
  const at = sandbox.world.clock.now();
  sandbox.record({ of: "plaid", did: "consent_renewed", itemId, at });
  repair(sandbox, item, "update_mode");
  return { itemId, publicToken: newPublicToken(sandbox, itemId), paths: item.paths };
}

function end(
  sandbox: PlaidSandbox,
  { webhook, linkToken, completionRedirectUri }: LinkToken,
  sessionId: string,
  publicToken: string | null,
): string | null {
  const success = publicToken !== null;
  fireSessionFinished(sandbox, { webhook, linkToken, sessionId, publicToken, success });
  return completionRedirectUri;
}
