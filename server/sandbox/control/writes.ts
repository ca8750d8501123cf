import { addDays } from "../../../prisma/story/calendar.ts";
import { faultNames } from "../faults.ts";
import { fireWebhook, itemWebhookCodes, webhookBody } from "../plaid/hooks.ts";
import { repair, setTrouble } from "../plaid/item-changes.ts";
import { newSigningKey } from "../plaid/keys.ts";
import { misbehaviours, sendBadWebhook } from "../plaid/misbehave.ts";
import type { PlaidSandbox } from "../plaid/plaid-sandbox.ts";
import type { Sandbox } from "../sandbox.ts";
import { bookedDraft, paymentDraft } from "../world/arrivals.ts";
import { arriveFor, connectedPaths, type Pace } from "../world/pace.ts";
import type { RowDraft } from "../world/row.ts";
import { consentWrites } from "./consent-writes.ts";
import * as field from "./fields.ts";
import { ControlProblem } from "./fields.ts";
import { faultAnswer, rowAnswer } from "./reads.ts";

export interface Controls {
  pace: Pace;
  /** What is Plaid's alone: items, its keys. */
  plaid: PlaidSandbox;
}

export type Write = (
  sandbox: Sandbox,
  controls: Controls,
  body: Record<string, unknown>,
) => unknown;

/** What the control API can do, by name. What is said of an item is Plaid's alone. */
export const writes: Record<string, Write> = {
  ...consentWrites,
  transactions: (sandbox, _controls, body) => {
    const draft =
      body.pays === undefined || body.pays === ""
        ? plainDraft(sandbox, body)
        : payment(sandbox, body);
    return post(sandbox, { ...draft, ...(body.pending === true ? { pending: true } : {}) });
  },
  "transactions/book": (sandbox, _controls, body) => {
    const row = field.liveRow(sandbox, body.row);
    if (!row.pending) throw new ControlProblem(`row ${row.index} is not pending`);
    const amountMinor =
      body.amount === undefined
        ? row.amountMinor
        : field.amount(body.amount, "amount", row.currency);
    return post(
      sandbox,
      bookedDraft(sandbox.world, row.index, sandbox.world.clock.today(), amountMinor),
    );
  },
  "transactions/modify": (sandbox, _controls, body) => {
    const row = field.liveRow(sandbox, body.row);
    const description = field.optionalString(body.description, "description");
    const changes = {
      ...(body.amount === undefined
        ? {}
        : { amountMinor: String(field.amount(body.amount, "amount", row.currency)) }),
      ...(description === undefined ? {} : { description }),
      ...(body.date === undefined ? {} : { bookedOn: field.date(body.date, "date", row.bookedOn) }),
    };
    sandbox.record({ of: "bank", did: "changed", index: row.index, changes });
    return rowAnswer(sandbox.world.rows.get(row.index));
  },
  "transactions/remove": (sandbox, _controls, body) => {
    const { index } = field.liveRow(sandbox, body.row);
    sandbox.record({ of: "bank", did: "removed", index });
    return { removed: index };
  },
  arrive: (sandbox, _controls, body) => {
    const count = field.number(body.count, "count", { min: 1, max: 1_000, otherwise: 1 });
    const paths =
      body.account === undefined
        ? connectedPaths(sandbox)
        : [field.account(sandbox, body.account).path];
    const before = sandbox.world.rows.length;
    for (let i = 0; i < count; i++) arriveFor(sandbox, paths);
    return { arrived: sandbox.world.rows.length - before };
  },
  bulk: (sandbox, _controls, body) => {
    const { path, currency } = field.account(sandbox, body.account);
    const count = field.number(body.count, "count", { min: 1, max: 2_000_000 });
    const days = field.number(body.days, "days", { min: 1, max: 730, otherwise: 80 });
    const lastDay = sandbox.world.clock.today();
    const salt = sandbox.world.rows.length;
    const bulk = {
      path,
      currency,
      count: Math.floor(count),
      days: Math.floor(days),
      lastDay,
      salt,
    };
    sandbox.record({ of: "bank", did: "bulk_posted", bulk });
    return { generated: bulk.count };
  },
  faults: (sandbox, _controls, body) => setFault(sandbox, body),
  "faults/clear": (sandbox, _controls, body) => {
    const id = typeof body.id === "number" ? body.id : undefined;
    sandbox.faults.clear(id);
    if (id === undefined) for (const wire of sandbox.wires) wire.clearFailures();
    return sandbox.faults.list().map(faultAnswer);
  },
  "items/repair": (_sandbox, { plaid }, body) => {
    const item = field.item(plaid, body.item_id);
    repair(plaid, item, "itself");
    return { item_id: item.itemId, trouble: item.trouble };
  },
  "items/revoke": (_sandbox, { plaid }, body) => {
    const item = field.item(plaid, body.item_id);
    setTrouble(plaid, item, "permission_revoked");
    return { item_id: item.itemId, trouble: item.trouble };
  },
  webhooks: (_sandbox, { plaid }, body) => {
    const item = field.item(plaid, body.item_id);
    const code = field.oneOf(body.code, "code", itemWebhookCodes);
    return { fired: fireWebhook(plaid, item, code) };
  },
  "webhooks/misbehave": (_sandbox, { plaid }, body) => {
    const item = field.item(plaid, body.item_id);
    const how = field.oneOf(body.how, "how", misbehaviours);
    if (item.webhook === null) throw new ControlProblem("the item has no webhook address");
    const payload = webhookBody(plaid, item, "SYNC_UPDATES_AVAILABLE");
    const { keys, deliveries } = plaid;
    return sendBadWebhook(how, { url: item.webhook, payload, keys, deliveries });
  },
  "keys/rotate": async (_sandbox, { plaid }) => {
    const at = plaid.world.clock.now();
    const old = plaid.keys.currentKid;
    plaid.record({ of: "plaid", did: "key_added", key: await newSigningKey(at) });
    if (old !== undefined) {
      plaid.record({ of: "plaid", did: "key_expired", kid: old, at: Math.floor(at / 1000) });
    }
    return { key_id: plaid.keys.currentKid, expired: old ?? null };
  },
  pace: (sandbox, controls, body) => {
    const seconds = field.number(body.seconds, "seconds", { min: 0, max: 86_400 });
    sandbox.record({ of: "bank", did: "pace_set", seconds });
    controls.pace.restart();
    return { pace_seconds: seconds };
  },
  time: (sandbox, _controls, body) => {
    const days = Math.floor(field.number(body.days, "days", { min: 1, max: 365 }));
    const from = sandbox.world.clock.today();
    sandbox.record({ of: "bank", did: "time_moved", days });
    // A skipped day was still a day: something happened on most of them.
    const paths = connectedPaths(sandbox);
    for (let day = 1; day <= Math.min(days, skippedDaysMax); day++) {
      for (let i = 0; i < 2; i++) arriveFor(sandbox, paths, addDays(from, day));
    }
    for (const wire of sandbox.wires) wire.review?.();
    return { today: sandbox.world.clock.today() };
  },
};

const skippedDaysMax = 60;

function post(sandbox: Sandbox, draft: RowDraft) {
  const index = sandbox.world.rows.length;
  sandbox.record({ of: "bank", did: "posted", rows: [draft] });
  return rowAnswer(sandbox.world.rows.get(index));
}

function plainDraft(sandbox: Sandbox, body: Record<string, unknown>): RowDraft {
  const { path, currency } = field.account(sandbox, body.account);
  const amountMinor = field.amount(body.amount, "amount", currency);
  const counterpartyName = field.optionalString(body.counterparty, "counterparty");
  const reference = field.optionalString(body.reference, "reference");
  return {
    path,
    bookedOn: field.date(body.date, "date", sandbox.world.clock.today()),
    amountMinor: String(amountMinor),
    currency,
    description: field.optionalString(body.description, "description") ?? "TEST TRANSACTION",
    ...(counterpartyName === undefined ? {} : { counterpartyName }),
    ...(reference === undefined ? {} : { reference }),
    category: amountMinor > 0n ? "sales" : "office",
    channel: "online",
  };
}

/** A payment of one of the demo's open items; without an amount, of all that is left of it. */
function payment(sandbox: Sandbox, body: Record<string, unknown>): RowDraft {
  const account = field.account(sandbox, body.account);
  const item = sandbox.world.unpaid().find((open) => open.number === body.pays);
  if (item === undefined) throw new ControlProblem(`no open item ${String(body.pays)}`);
  if (item.currency !== account.currency) {
    throw new ControlProblem(
      `${item.number} is in ${item.currency}, the account in ${account.currency}`,
    );
  }
  const given =
    body.amount === undefined || body.amount === ""
      ? undefined
      : field.amount(body.amount, "amount", account.currency);
  const amountMinor = given === undefined ? item.leftMinor : given < 0n ? -given : given;
  const bookedOn = field.date(body.date, "date", sandbox.world.clock.today());
  const draft = paymentDraft(account, item, bookedOn, amountMinor);
  const description = field.optionalString(body.description, "description");
  return { ...draft, ...(description === undefined ? {} : { description }) };
}

function setFault(sandbox: Sandbox, body: Record<string, unknown>) {
  const name = field.oneOf(body.name, "name", faultNames);
  const about = faultTarget(sandbox, body);
  if (name === "login_required") {
    const struck = sandbox.wires
      .filter((wire) => about.wire === null || wire.name === about.wire)
      .flatMap((wire) => wire.consents().map(({ consentId }) => ({ wire, consentId })))
      .filter(({ consentId }) => about.consentId === null || consentId === about.consentId);
    for (const { wire, consentId } of struck) wire.setTrouble(consentId, "login_required");
    return { name, items: struck.map(({ consentId }) => consentId) };
  }
  const seconds =
    body.seconds === undefined
      ? null
      : field.number(body.seconds, "seconds", { min: 0, max: 86_400 });
  // Pages that end after a while would not be endless.
  const unbounded = body.count === undefined && (seconds !== null || name === "endless_pages");
  const fault = sandbox.faults.set({
    ...{ name, ...about },
    left: unbounded
      ? null
      : field.number(body.count, "count", { min: 1, max: 1_000_000, otherwise: 1 }),
    until: seconds === null ? null : Date.now() + seconds * 1_000,
    ms: field.number(body.ms, "ms", { min: 0, max: 120_000, otherwise: 3_000 }),
    retryAfter:
      body.retry_after === undefined || body.retry_after === null
        ? null
        : field.number(body.retry_after, "retry_after", { min: 0, max: 86_400 }),
  });
  return faultAnswer(fault);
}

/** For one consent (`item_id` is the older name for it), for one wire, or for all. */
function faultTarget(sandbox: Sandbox, body: Record<string, unknown>) {
  const consentId = field.optionalString(body.consent_id ?? body.item_id, "consent_id");
  const wire = field.optionalString(body.provider, "provider");
  if (consentId !== undefined) {
    const found = field.consent(sandbox, consentId);
    return { wire: found.wire.name, consentId };
  }
  if (wire === undefined) return { wire: null, consentId: null };
  const names = [...sandbox.wires, ...sandbox.platforms].map(({ name }) => name);
  return { wire: field.oneOf(wire, "provider", names), consentId: null };
}
