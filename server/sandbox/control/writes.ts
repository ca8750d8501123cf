import { addDays } from "../../../prisma/story/calendar.ts";
import { faultNames } from "../faults.ts";
import { fireWebhook, itemWebhookCodes, webhookBody } from "../plaid/hooks.ts";
import { repair, reviewConsents, setTrouble } from "../plaid/item-changes.ts";
import type { Sandbox } from "../sandbox.ts";
import { newSigningKey } from "../webhooks/keys.ts";
import { misbehaviours, sendBadWebhook } from "../webhooks/misbehave.ts";
import { bookedDraft, paymentDraft } from "../world/arrivals.ts";
import { arriveFor, connectedPaths, type Pace } from "../world/pace.ts";
import type { RowDraft } from "../world/row.ts";
import * as field from "./fields.ts";
import { ControlProblem } from "./fields.ts";
import { rowAnswer } from "./reads.ts";

export interface Controls {
  pace: Pace;
}

type Write = (sandbox: Sandbox, controls: Controls, body: Record<string, unknown>) => unknown;

/** What the control API can do, by name. */
export const writes: Record<string, Write> = {
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
    sandbox.faults.clear(typeof body.id === "number" ? body.id : undefined);
    return sandbox.faults.list();
  },
  "items/repair": (sandbox, _controls, body) => {
    const item = field.item(sandbox, body.item_id);
    repair(sandbox, item, "itself");
    return { item_id: item.itemId, trouble: item.trouble };
  },
  "items/revoke": (sandbox, _controls, body) => {
    const item = field.item(sandbox, body.item_id);
    setTrouble(sandbox, item, "permission_revoked");
    return { item_id: item.itemId, trouble: item.trouble };
  },
  webhooks: (sandbox, _controls, body) => {
    const item = field.item(sandbox, body.item_id);
    const code = field.oneOf(body.code, "code", itemWebhookCodes);
    return { fired: fireWebhook(sandbox, item, code) };
  },
  "webhooks/misbehave": (sandbox, _controls, body) => {
    const item = field.item(sandbox, body.item_id);
    const how = field.oneOf(body.how, "how", misbehaviours);
    if (item.webhook === null) throw new ControlProblem("the item has no webhook address");
    const payload = webhookBody(sandbox, item, "SYNC_UPDATES_AVAILABLE");
    const { keys, deliveries } = sandbox;
    return sendBadWebhook(how, { url: item.webhook, payload, keys, deliveries });
  },
  "keys/rotate": async (sandbox) => {
    const at = sandbox.world.clock.now();
    const old = sandbox.keys.currentKid;
    sandbox.record({ of: "plaid", did: "key_added", key: await newSigningKey(at) });
    if (old !== undefined) {
      sandbox.record({ of: "plaid", did: "key_expired", kid: old, at: Math.floor(at / 1000) });
    }
    return { key_id: sandbox.keys.currentKid, expired: old ?? null };
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
    reviewConsents(sandbox);
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
  const itemId =
    body.item_id === undefined || body.item_id === null || body.item_id === ""
      ? null
      : field.item(sandbox, body.item_id).itemId;
  if (name === "login_required") {
    const items = sandbox.items.live().filter((item) => itemId === null || item.itemId === itemId);
    for (const item of items) setTrouble(sandbox, item, "login_required");
    return { name, items: items.map((item) => item.itemId) };
  }
  const seconds =
    body.seconds === undefined
      ? null
      : field.number(body.seconds, "seconds", { min: 0, max: 86_400 });
  const unbounded = body.count === undefined && seconds !== null;
  return sandbox.faults.set({
    name,
    itemId,
    left: unbounded
      ? null
      : field.number(body.count, "count", { min: 1, max: 1_000_000, otherwise: 1 }),
    until: seconds === null ? null : Date.now() + seconds * 1_000,
    ms: field.number(body.ms, "ms", { min: 0, max: 120_000, otherwise: 3_000 }),
  });
}
