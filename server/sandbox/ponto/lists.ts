import type { Reply, Request } from "../http/exchange.ts";
import type { Integration, PontoAccount } from "./integrations.ts";
import type { PontoSandbox } from "./ponto-sandbox.ts";
import { document, problems } from "./problems.ts";
import { toSynchronization, toTransaction, transactionId } from "./resources.ts";

const limitDefault = 10;
const limitMax = 100;

/** A page of a list that is held whole. */
export function pageOf(
  inside: PontoSandbox,
  request: Request,
  of: { ids: readonly string[]; resource: (id: string) => unknown; meta: object },
): Reply {
  const { limit, after, before } = paging(request);
  let from = 0;
  let to = limit;
  if (after !== null) {
    from = of.ids.indexOf(after) + 1;
    if (from === 0) throw problems.invalid("page[after] names no resource.");
    to = from + limit;
  } else if (before !== null) {
    to = of.ids.indexOf(before);
    if (to < 0) throw problems.invalid("page[before] names no resource.");
    from = Math.max(0, to - limit);
  }
  const ids = of.ids.slice(from, to);
  const next = from + ids.length < of.ids.length ? (ids.at(-1) ?? null) : null;
  const prev = from > 0 ? (ids[0] ?? null) : null;
  return pageReply(inside, request, {
    data: ids.map(of.resource),
    limit,
    next,
    prev,
    meta: of.meta,
  });
}

/** A page of an account's booked or pending rows. */
export function listRows(
  inside: PontoSandbox,
  request: Request,
  integration: Integration,
  account: PontoAccount,
  list: "transactions" | "pending-transactions",
): Reply {
  const { world, faults } = inside.sandbox;
  const { feed, syncedAt } = account;
  const target = { wire: "ponto", consentId: integration.consentId };
  const latest = account.syncs.at(-1);
  // The feed changes under a reader who began before this.
  const moved = list === "transactions" && faults.take("mutation", target) !== undefined ? 1 : 0;
  const meta = {
    synchronizedAt: syncedAt === null ? null : new Date(syncedAt + moved).toISOString(),
    latestSynchronization:
      latest === undefined ? null : toSynchronization(account, latest, world.clock.now()),
  };
  const endless = faults.take("endless_pages", target) !== undefined;
  if (list === "pending-transactions") {
    const rows = new Map(
      feed.pending().map((index) => {
        const row = toTransaction(integration, account, feed.row(index));
        return [row.id, row];
      }),
    );
    return pageOf(inside, request, { ids: [...rows.keys()], resource: (id) => rows.get(id), meta });
  }
  const { limit, after, before } = paging(request);
  const from =
    before === null
      ? after === null
        ? 0
        : placeOf(integration, account, after) + 1
      : Math.max(0, placeOf(integration, account, before) - limit);
  const { indexes, next } = feed.booked(from, limit);
  const data = indexes.map((index) => toTransaction(integration, account, feed.row(index)));
  const last = data.at(-1)?.id ?? after;
  return pageReply(inside, request, {
    ...{ data, limit, meta },
    next: next === null && !endless ? null : last,
    prev: from > 0 ? (data[0]?.id ?? null) : null,
    // Endless pages differ in their addresses, or a reader would see that they repeat.
    ...(endless ? { round: newRound() } : {}),
  });
}

let rounds = 0;

function newRound(): number {
  rounds += 1;
  return rounds;
}

/** Ids of booked rows that were ever listed, by account; made as the list grows. */
const listed = new WeakMap<PontoAccount, Map<string, number>>();

/** The place in the list of the row that a cursor names, gone or not. Throws for a cursor that names none. */
function placeOf(integration: Integration, account: PontoAccount, id: string): number {
  const indexes = listed.get(account) ?? new Map<string, number>();
  listed.set(account, indexes);
  for (let nth = indexes.size; nth < account.feed.length; nth++) {
    const index = account.feed.nth(nth);
    indexes.set(transactionId(integration, { index, pending: false }), index);
  }
  const index = indexes.get(id);
  if (index === undefined) throw problems.invalid("The cursor names no transaction.");
  return account.feed.placeOf(index);
}

function paging({ query }: Request): {
  limit: number;
  after: string | null;
  before: string | null;
} {
  const given = query.get("page[limit]") ?? query.get("limit") ?? String(limitDefault);
  const limit = Number(given);
  if (!/^\d+$/.test(given) || limit < 1 || limit > limitMax) {
    throw problems.invalid("page[limit] must be from 1 to 100.");
  }
  return {
    limit,
    after: query.get("page[after]") ?? query.get("after"),
    before: query.get("page[before]") ?? query.get("before"),
  };
}

function pageReply(
  { url }: PontoSandbox,
  { path }: Request,
  of: {
    data: unknown[];
    limit: number;
    next: string | null;
    prev: string | null;
    meta: object;
    round?: number;
  },
): Reply {
  const { limit } = of;
  const round: Record<string, string> = of.round === undefined ? {} : { round: String(of.round) };
  const address = (where: Record<string, string>) =>
    `${url}${path}?${new URLSearchParams({ "page[limit]": String(limit), ...where })}`;
  return document(200, {
    data: of.data,
    meta: { ...of.meta, paging: { limit, before: of.prev, after: of.next } },
    links: {
      first: address({}),
      ...(of.next === null ? {} : { next: address({ "page[after]": of.next, ...round }) }),
      ...(of.prev === null ? {} : { prev: address({ "page[before]": of.prev }) }),
    },
  });
}
