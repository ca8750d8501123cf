import { randomBytes } from "node:crypto";
import { isDate } from "../../../prisma/story/calendar.ts";
import { asUser, type Call, type Endpoint } from "./call.ts";
import { accountId } from "./ids.ts";
import { type Position, toPosition } from "./listing.ts";
import { plannedProblems, problems } from "./problems.ts";
import { idIndexOf, seen } from "./tink-sandbox.ts";
import { toAccount, toTransaction } from "./translate.ts";
import type { TinkCredentials } from "./users.ts";

const pageSizeMax = 100;
const pageTokenMs = 60 * 60_000;

/** Accounts and transactions, as Tink last saw them. */
export const dataEndpoints: Record<string, Endpoint> = {
  "GET /data/v2/accounts": accounts,
  "GET /data/v2/transactions": transactions,
};

function accounts(call: Call) {
  const fetched = fetchedOf(call, "accounts:read");
  const { world } = call.tink.sandbox;
  const now = world.clock.now();
  const all = fetched.flatMap((one) =>
    one.paths.map((path) => toAccount(one, world.account(path), now)),
  );
  const start = Number(call.request.query.get("pageToken") ?? 0);
  const end = start + pageSize(call);
  return { accounts: all.slice(start, end), nextPageToken: end < all.length ? String(end) : "" };
}

function transactions(call: Call) {
  const { sandbox, listing } = call.tink;
  const fetched = fetchedOf(call, "transactions:read");
  const target = { wire: "tink", consentId: fetched[0]?.userId ?? null };
  const filter = filterOf(call);
  const after = positionOf(call, JSON.stringify(filter));
  if (after !== null && sandbox.faults.take("mutation", target)) throw problems.pageToken();
  // A list of one page cannot be interrupted: while that failure is set, lists have at least two.
  const cut = after === null && sandbox.faults.peek("mutation", target) !== undefined;
  const endless = sandbox.faults.take("endless_pages", target) !== undefined;
  const owners = new Map(fetched.flatMap((one) => one.paths.map((path) => [path, one] as const)));
  const wanted = [...owners].filter(
    ([path, one]) =>
      filter.accounts.length === 0 || filter.accounts.includes(accountId(one.credentialsId, path)),
  );
  const { rows, hasMore } = listing.page({
    paths: wanted.map(([path]) => path),
    after,
    from: filter.from,
    to: filter.to,
    count: cut || endless ? 1 : pageSize(call),
    wants: (row) =>
      seen(owners.get(row.path) as TinkCredentials, row.index) &&
      (filter.statuses.length === 0 ||
        filter.statuses.includes(row.pending ? "PENDING" : "BOOKED")),
  });
  const last = rows.at(-1);
  const next = endless ? after : last !== undefined && hasMore ? toPosition(last) : null;
  return {
    transactions: rows.map((row) =>
      toTransaction(owners.get(row.path) as TinkCredentials, row, idIndexOf(call.tink, row.index)),
    ),
    nextPageToken: next === null && !endless ? "" : pageToken(call, next, JSON.stringify(filter)),
  };
}

/** The sign-ins that Tink has been to the bank with, unless an error was planned for the call. */
function fetchedOf(call: Call, scope: string): TinkCredentials[] {
  const { userId } = asUser(call, scope);
  const planned = call.tink.errors.take(userId);
  const problem = planned === null ? undefined : plannedProblems[planned];
  if (problem !== undefined) throw problem();
  return call.tink.users.of(userId).filter((one) => one.fetchedAt !== null);
}

interface Filter {
  accounts: string[];
  statuses: string[];
  from: string;
  to: string;
}

function filterOf({ request }: Call): Filter {
  const { query } = request;
  const list = (name: string) => query.getAll(name).flatMap((value) => value.split(","));
  const day = (name: string, otherwise: string) => {
    const given = query.get(name) ?? otherwise;
    if (!isDate(given)) throw problems.invalid(`${name} must be a date`);
    return given;
  };
  return {
    accounts: list("accountIdIn"),
    statuses: list("statusIn"),
    from: day("bookedDateGte", "0001-01-01"),
    to: day("bookedDateLte", "9999-12-31"),
  };
}

function pageSize({ request }: Call): number {
  const size = Number(request.query.get("pageSize") ?? 50);
  if (!Number.isInteger(size) || size < 1 || size > pageSizeMax) {
    throw problems.invalid(`pageSize must be from 1 to ${pageSizeMax}`);
  }
  return size;
}

/** Never the same text twice: a reader cannot tell by it that he stands still. */
function pageToken(call: Call, after: Position | null, filter: string): string {
  const until = call.tink.sandbox.world.clock.now() + pageTokenMs;
  const nonce = randomBytes(6).toString("hex");
  return Buffer.from(JSON.stringify({ after, filter, until, nonce })).toString("base64url");
}

/** Where the page begins; the complaint for a token of another list, or one that has lapsed. */
function positionOf(call: Call, filter: string): Position | null {
  const token = call.request.query.get("pageToken");
  if (token === null || token === "") return null;
  try {
    const read = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    const good = read.filter === filter && read.until > call.tink.sandbox.world.clock.now();
    if (good) return read.after as Position | null;
  } catch {
    throw problems.pageToken();
  }
  throw problems.pageToken();
}
