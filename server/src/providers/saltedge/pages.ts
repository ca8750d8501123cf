import { wireId, wireObject } from "../../core/wire-values.ts";
import {
  type PageRequest,
  ProviderFailure,
  type ProviderPage,
  type WholeRange,
} from "../provider.ts";
import type { SaltEdgeClient } from "./client.ts";
import type { SaltEdgeConnection } from "./connection.ts";
import { fetchConnectionRow } from "./consent.ts";
import {
  type AccountPlace,
  advancePlace,
  type Cursor,
  type OpenPull,
  readCursor,
  startingId,
  windowStart,
  writeCursor,
} from "./cursor.ts";
import { fetchAll, requireList, requireProgress, rowsPerPage } from "./lists.ts";
import { bookingDay, toTransactions } from "./translate.ts";

/** A pull walks the accounts one after the other, and this many at most. */
const accountsMax = 200;
/** How often the end of an account is read again because a refresh came in between. */
const endReadsMax = 3;

/**
 * One page of one account; with an account's last page come its pending rows, which are always all there are.
 * @throws ProviderFailure
 */
export async function fetchPage(
  client: SaltEdgeClient,
  connectionId: string,
  request: PageRequest,
): Promise<ProviderPage> {
  const cursor = readCursor(request.cursor);
  const connection = await fetchConnectionRow(client, connectionId);
  const { failure } = connection;
  // What was fetched while the login still worked could be read; saying why there is no more comes first.
  if (failure !== null && failure.kind !== "temporary") throw new ProviderFailure(failure);
  const pull = cursor.pull ?? (await beginPull(client, connectionId, cursor, request));
  const settled = connection.lastSuccessAt !== null;
  const [accountId] = pull.accountIds;
  if (accountId !== undefined) {
    const at = { connection, accountId, pull, place: cursor.places[accountId] };
    return readAccount(client, at, { cursor, request, settled });
  }
  if (!settled && failure === null) return { kind: "not_ready" };
  const next = writeCursor({ places: cursor.places, pull: null });
  return { ...emptyPage, next, hasMore: false, settled };
}

const emptyPage = {
  kind: "page",
  added: [],
  modified: [],
  removed: [],
  whole: [],
  problems: [],
} as const;

async function beginPull(
  client: SaltEdgeClient,
  connectionId: string,
  cursor: Cursor,
  { today, rereadFrom, accountExternalId }: PageRequest,
): Promise<OpenPull> {
  const rows = await fetchAll(client, "/accounts", { connection_id: connectionId });
  const accountIds = rows
    .map((row) => wireId(wireObject(row).id))
    .filter((accountId) => accountId !== null)
    .filter((accountId) => accountExternalId === null || accountId === accountExternalId)
    .slice(0, accountsMax);
  const wholeFrom = windowStart(today, rereadFrom);
  const [first] = accountIds;
  const nextId = startOf(first, cursor.places, wholeFrom);
  return { accountIds, wholeFrom, nextId, unreadable: false };
}

function startOf(
  accountId: string | undefined,
  places: Cursor["places"],
  wholeFrom: OpenPull["wholeFrom"],
): string | null {
  return accountId === undefined ? null : startingId(places[accountId], wholeFrom);
}

interface AccountRead {
  readonly connection: SaltEdgeConnection;
  readonly accountId: string;
  readonly pull: OpenPull;
  readonly place: AccountPlace | undefined;
}

async function readAccount(
  client: SaltEdgeClient,
  at: AccountRead,
  { cursor, request, settled }: { cursor: Cursor; request: PageRequest; settled: boolean },
): Promise<ProviderPage> {
  const { accountId, pull } = at;
  const { booked, pending, nextId } = await readRows(client, at);
  const place = advancePlace(at.place, listedDays(booked), request.today);
  const places = place === undefined ? cursor.places : { ...cursor.places, [accountId]: place };
  const rows = toTransactions([...booked, ...(pending ?? [])], accountId);
  const unreadable = pull.unreadable || rows.problems.length > 0;
  const rest = nextId === null ? pull.accountIds.slice(1) : pull.accountIds;
  const open: OpenPull = {
    accountIds: rest,
    wholeFrom: pull.wholeFrom,
    nextId: nextId ?? startOf(rest[0], places, pull.wholeFrom),
    unreadable: nextId !== null && unreadable,
  };
  const hasMore = rest.length > 0;
  return {
    kind: "page",
    added: rows.transactions,
    modified: [],
    removed: [],
    whole: pending === null || unreadable ? [] : wholeRanges(accountId, pull),
    problems: rows.problems,
    next: writeCursor({ places, pull: hasMore ? open : null }),
    hasMore,
    settled,
  };
}

function wholeRanges(accountExternalId: string, { wholeFrom }: OpenPull): WholeRange[] {
  return [
    { accountExternalId, rows: "booked", from: wholeFrom },
    { accountExternalId, rows: "pending", from: null },
  ];
}

/**
 * A page of booked rows; on the last one the pending rows too. Between the two a row may be booked and its pending one
 * wiped: then both are read again, as it would be on neither.
 */
async function readRows(
  client: SaltEdgeClient,
  { connection, accountId, pull }: AccountRead,
): Promise<{ booked: readonly unknown[]; pending: unknown[] | null; nextId: string | null }> {
  const query = { connection_id: connection.connectionId, account_id: accountId };
  let lastSuccessAt = connection.lastSuccessAt;
  for (let read = 1; ; read += 1) {
    const { data, nextId } = await client.call({
      method: "GET",
      path: "/transactions",
      query: { ...query, per_page: rowsPerPage, from_id: pull.nextId ?? undefined },
    });
    const booked = requireList(data);
    if (nextId !== null) {
      requireProgress(pull.nextId, nextId);
      return { booked, pending: null, nextId };
    }
    const all = await fetchAll(client, "/transactions", { ...query, pending: "true" });
    const pending = all.filter((row) => wireObject(row).status !== "posted");
    const after = await fetchConnectionRow(client, connection.connectionId);
    const unchanged = after.lastSuccessAt?.getTime() === lastSuccessAt?.getTime();
    if (unchanged || read === endReadsMax) return { booked, pending, nextId };
    lastSuccessAt = after.lastSuccessAt;
  }
}

/** Doubles too: their ids count, though their rows do not. */
function listedDays(rows: readonly unknown[]) {
  return rows.flatMap((given) => {
    const row = wireObject(given);
    const [rowId, bookedOn] = [wireId(row.id), bookingDay(row)];
    return rowId !== null && bookedOn !== null && row.status === "posted"
      ? [{ id: rowId, bookedOn }]
      : [];
  });
}
