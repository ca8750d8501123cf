import type {
  CategoriesGetResponse,
  TransactionsRefreshResponse,
  TransactionsSyncRequest,
  TransactionsSyncResponse,
} from "plaid";
import { arriveFor } from "../world/pace.ts";
import { type Call, type Endpoint, workingItem } from "./call.ts";
import { type Cursor, readCursor, writeCursor } from "./cursor.ts";
import { optionalText, record, wholeNumber } from "./fields.ts";
import { fireWebhook } from "./hooks.ts";
import type { Item } from "./items.ts";
import { problems } from "./problems.ts";
import { accountsOf, toRemoved, toTransaction } from "./translate.ts";
import type { Arriving, Wire } from "./wire.ts";

export const transactionEndpoints: Record<string, Endpoint> = {
  "/transactions/sync": syncTransactions,
  "/transactions/refresh": refreshTransactions,
  "/categories/get": (_body, call) =>
    ({ categories: [], request_id: call.requestId }) satisfies Wire<CategoriesGetResponse>,
};

function syncTransactions(body: Arriving<TransactionsSyncRequest>, call: Call) {
  const { sandbox } = call;
  const item = workingItem(body, call);
  const options = record(body.options, "options");
  const count = wholeNumber(body.count, "count", { min: 1, max: 500, otherwise: 100 });
  const accountId = optionalText(options.account_id, "options.account_id");
  const onlyPath = accountId === undefined ? undefined : pathOf(item, accountId);
  const cursorText = optionalText(body.cursor, "cursor");
  const accounts = accountsOf(sandbox.world, item);
  noteFirstCall(call, item);
  if (item.stage === "none") {
    return {
      transactions_update_status: "NOT_READY",
      ...{ accounts, added: [], modified: [], removed: [] },
      next_cursor: "",
      has_more: false,
      request_id: call.requestId,
    } satisfies Wire<TransactionsSyncResponse>;
  }
  const cursor = startOf(item, accountId, cursorText);
  const { page, next } = readPage(call, item, cursor, count, onlyPath);
  const row = (index: number) => sandbox.world.rows.get(index);
  const withOriginal = options.include_original_description === true;
  return {
    transactions_update_status:
      item.stage === "historical" ? "HISTORICAL_UPDATE_COMPLETE" : "INITIAL_UPDATE_COMPLETE",
    accounts,
    added: page.added.map((index) => toTransaction(item, row(index), withOriginal)),
    modified: page.modified.map((index) => toTransaction(item, row(index), withOriginal)),
    removed: page.removed.map((index) => toRemoved(item, row(index))),
    next_cursor: writeCursor(item.itemId, accountId, next),
    has_more: page.hasMore,
    request_id: call.requestId,
  } satisfies Wire<TransactionsSyncResponse>;
}

/** Webhooks about transactions begin only once somebody has asked for them. */
function noteFirstCall(call: Call, item: Item): void {
  if (!item.syncCalled) {
    call.sandbox.record({ of: "plaid", did: "sync_called", itemId: item.itemId });
  }
  call.sandbox.updates.prepare(item);
}

/** Where this call reads on: the middle of a loop, or a new loop up to what is known now. */
function startOf(item: Item, accountId: string | undefined, text: string | undefined): Cursor {
  const head = item.log.length;
  if (text === undefined) return { from: 0, position: 0, head };
  const cursor = readCursor(item.itemId, accountId, text, head);
  if (cursor.position < cursor.head) return cursor;
  return { from: cursor.position, position: cursor.position, head };
}

function readPage(
  call: Call,
  item: Item,
  cursor: Cursor,
  count: number,
  onlyPath: string | undefined,
) {
  const { faults, world } = call.sandbox;
  const target = { wire: "plaid", consentId: item.itemId };
  const underway = cursor.position > cursor.from;
  // Rows that only came on top leave the pages before valid; an edited or vanished one does not.
  if (underway && item.log.lastMutation >= cursor.head) throw problems.mutation();
  if (underway && mutationNames.some((name) => faults.take(name, target))) {
    throw problems.mutation();
  }
  if (faults.take("endless_pages", target)) {
    // The same page for ever: what comes again is known already.
    const page = item.log.page({ ...cursor, count: 1, wants: () => true });
    return { page: { ...page, hasMore: true }, next: cursor };
  }
  const left = cursor.head - cursor.position;
  // A loop of one page can't be interrupted: while that failure is set, loops have at least two.
  const cut = left > 1 && mutationNames.some((name) => faults.peek(name, target) !== undefined);
  const page = item.log.page({
    ...cursor,
    count: cut ? Math.min(count, Math.ceil(left / 2)) : count,
    wants: (index) => onlyPath === undefined || world.rows.get(index).path === onlyPath,
  });
  const next = page.hasMore
    ? { ...cursor, position: page.position }
    : { from: cursor.head, position: cursor.head, head: cursor.head };
  return { page, next };
}

/** The first is the name for all wires, the second the older one. */
const mutationNames = ["mutation", "mutation_during_pagination"] as const;

function pathOf(item: Item, accountId: string): string {
  const path = item.paths.find((p) => item.accountId(p) === accountId);
  if (path === undefined) throw problems.accountId();
  return path;
}

/** Asks the bank at once. Something has usually happened there, unless the world stands still. */
function refreshTransactions(body: Record<string, unknown>, call: Call) {
  const item = workingItem(body, call);
  const arrived = call.sandbox.world.paceSeconds > 0 && arriveFor(call.sandbox, item.paths);
  if (!arrived && item.syncCalled) fireWebhook(call.sandbox, item, "SYNC_UPDATES_AVAILABLE");
  return { request_id: call.requestId } satisfies Wire<TransactionsRefreshResponse>;
}
