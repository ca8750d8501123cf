import { type Fault, faultNames } from "../faults.ts";
import { aggregatorLabel } from "../link/aggregators.ts";
import { itemWebhookCodes } from "../plaid/hooks.ts";
import { misbehaviours } from "../plaid/misbehave.ts";
import type { PlaidSandbox } from "../plaid/plaid-sandbox.ts";
import type { Sandbox } from "../sandbox.ts";
import { badWebhooks, wireTroubles } from "../wires/words.ts";
import { toDecimal } from "../world/money.ts";
import type { BankRow } from "../world/row.ts";
import { account, number } from "./fields.ts";

type Read = (sandbox: PlaidSandbox, query: URLSearchParams) => unknown;

/** What the control API can tell, by name. Items are Plaid's; consents are those of all wires. */
export const reads: Record<string, Read> = {
  state: (sandbox) => ({
    url: sandbox.url,
    today: sandbox.world.clock.today(),
    pace_seconds: sandbox.world.paceSeconds,
    rows: sandbox.world.rows.length,
    key_id: sandbox.keys.currentKid ?? null,
    fault_names: faultNames,
    webhook_codes: itemWebhookCodes,
    misbehaviours,
    troubles: wireTroubles,
    bad_webhooks: badWebhooks,
    wires: sandbox.wires.map(({ name, webhooks, errorCodes }) => ({
      provider: name,
      label: aggregatorLabel(name),
      webhooks,
      error_codes: errorCodes,
    })),
    platforms: sandbox.platforms.map(({ name, label }) => ({ provider: name, label })),
    consents: consents(sandbox),
    items: items(sandbox),
    accounts: accounts(sandbox),
    open_items: openItems(sandbox),
    faults: faults(sandbox),
    deliveries: deliveries(sandbox),
  }),
  consents,
  items,
  accounts,
  "open-items": openItems,
  faults,
  deliveries,
  transactions: (sandbox, query) => {
    const limit = Number(query.get("limit") ?? 50);
    const { path } = account(sandbox, query.get("account"));
    return sandbox.world
      .newest(path, number(limit, "limit", { min: 1, max: 1_000 }))
      .map(rowAnswer);
  },
};

export function rowAnswer(row: BankRow) {
  return {
    row: row.index,
    account: row.path,
    date: row.bookedOn,
    amount: toDecimal(row.amountMinor, row.currency),
    currency: row.currency,
    description: row.description,
    counterparty: row.counterpartyName,
    reference: row.reference,
    pending: row.pending,
    settles: row.settles,
  };
}

function consents(sandbox: Sandbox) {
  return sandbox.wires.flatMap((wire) =>
    wire.consents().map((consent) => ({
      provider: wire.name,
      consent_id: consent.consentId,
      institution: sandbox.world.institution(consent.institutionKey).name,
      institution_key: consent.institutionKey,
      accounts: consent.paths,
      trouble: consent.trouble,
      webhook: consent.webhookUrl,
      settled: consent.settled,
    })),
  );
}

function items(sandbox: PlaidSandbox) {
  return sandbox.items.live().map((item) => ({
    item_id: item.itemId,
    institution: sandbox.world.institution(item.institutionKey).name,
    accounts: item.paths.map((path) => ({
      account: path,
      account_id: item.accountId(path),
    })),
    webhook: item.webhook,
    stage: item.stage,
    trouble: item.trouble,
    known: item.log.length,
  }));
}

function accounts(sandbox: Sandbox) {
  const connected = new Set(
    sandbox.wires.flatMap((wire) => wire.consents()).flatMap((consent) => consent.paths),
  );
  return [...sandbox.world.accounts.values()].map((account) => ({
    account: account.path,
    institution: account.institution.name,
    institution_id: account.institution.institutionId,
    name: account.name,
    currency: account.currency,
    balance: toDecimal(account.balanceMinor, account.currency),
    connected: connected.has(account.path),
  }));
}

function faults(sandbox: Sandbox) {
  return sandbox.faults.list().map(faultAnswer);
}

export function faultAnswer({ consentId, wire, retryAfter, ...rest }: Fault) {
  return { ...rest, provider: wire, consent_id: consentId, retry_after: retryAfter };
}

function openItems(sandbox: Sandbox) {
  return sandbox.world.unpaid().map((item) => ({
    number: item.number,
    kind: item.kind,
    counterparty: item.counterpartyName,
    currency: item.currency,
    amount: toDecimal(item.amountMinor, item.currency),
    left: toDecimal(item.leftMinor, item.currency),
    issued_on: item.issuedOn,
    due_on: item.dueOn,
  }));
}

function deliveries(sandbox: Sandbox) {
  return sandbox.deliveries.recent
    .slice(-50)
    .reverse()
    .map(({ body, headers, consentId, ...rest }) => ({ ...rest, consent_id: consentId }));
}
