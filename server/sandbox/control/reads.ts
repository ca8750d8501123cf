import { faultNames } from "../faults.ts";
import { itemWebhookCodes } from "../plaid/hooks.ts";
import type { Sandbox } from "../sandbox.ts";
import { misbehaviours } from "../webhooks/misbehave.ts";
import { toDecimal } from "../world/money.ts";
import type { BankRow } from "../world/row.ts";
import { account, number } from "./fields.ts";

/** What the control API can tell, by name. */
export const reads: Record<string, (sandbox: Sandbox, query: URLSearchParams) => unknown> = {
  state: (sandbox) => ({
    url: sandbox.url,
    today: sandbox.world.clock.today(),
    pace_seconds: sandbox.world.paceSeconds,
    rows: sandbox.world.rows.length,
    key_id: sandbox.keys.currentKid ?? null,
    fault_names: faultNames,
    webhook_codes: itemWebhookCodes,
    misbehaviours,
    items: items(sandbox),
    accounts: accounts(sandbox),
    open_items: openItems(sandbox),
    faults: sandbox.faults.list(),
    deliveries: deliveries(sandbox),
  }),
  items,
  accounts,
  "open-items": openItems,
  faults: (sandbox) => sandbox.faults.list(),
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

function items(sandbox: Sandbox) {
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
  const connected = new Set(sandbox.items.live().flatMap((item) => item.paths));
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
    .map(({ body, signature, ...rest }) => rest);
}
