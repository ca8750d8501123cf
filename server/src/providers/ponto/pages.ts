import { addDays, type LocalDate } from "../../core/dates.ts";
import type {
  PageRequest,
  ProviderPage,
  ProviderTransaction,
  RowProblem,
  WholeRange,
} from "../provider.ts";
import { ProviderFailure } from "../provider.ts";
import { wireMoment } from "../wire-values.ts";
import { followed, listAccounts, rowsPerPage } from "./accounts.ts";
import type { PontoClient } from "./client.ts";
import {
  type Cursor,
  firstStep,
  type Pull,
  type PulledAccount,
  readCursor,
  type Step,
  writeCursor,
} from "./cursor.ts";
import { unanswered } from "./failures.ts";
import { type Resource, type ResourceList, readList } from "./json-api.ts";
import { latestSynchronization, toTransaction } from "./translate.ts";

/** Booked rows of these days are read again with each pull: banks correct them for a while. */
const rereadDays = 14;
/** Two million rows of one account: a list that is longer has no end. */
const pagesMax = 20_000;

/**
 * One page of a pull that goes through all accounts. Ponto has no change feed, so that each account is read in three
 * steps: its booked list from the newest row back, over what is new and over the last days again; the corrections
 * that its last synchronisation made to older rows; and its pending list, which is whole or nothing. Once a day the
 * booked list is read back to the start of the history, for corrections of synchronisations that were never seen.
 * @throws ProviderFailure
 */
export async function fetchPage(
  client: PontoClient,
  token: string,
  request: PageRequest,
): Promise<ProviderPage> {
  const cursor = readCursor(request.cursor);
  const begun = cursor.pull ?? (await begin(client, token, cursor, request));
  if (begun === null) return { kind: "not_ready" };
  const [account] = begun.accounts;
  if (account === undefined) return emptyPage({ ...cursor, pull: begun }, request);
  const { step } = begun;
  const list = await readStep(client, token, account, step);
  if (list === null) return turn({ cursor, pull: begun, account, step, rows: nothing }, request);
  const rows = toRows(list, account.id, step.list === "pending", begun.historyFrom);
  const known = cursor.accounts[account.id]?.newestId ?? null;
  const read = advance(step, list, rows, known);
  if (step.list === "pending" && !read.more && (await hasMoved(client, token, account, step))) {
    return { kind: "restart" };
  }
  const next = read.more && !reachesBack(read.step, rows, begun) ? list.next : null;
  const at = { cursor, pull: begun, account, rows };
  if (next === null) return turn({ ...at, step: read.step }, request);
  const path = followed(client, next);
  if (path === step.next || read.step.pages >= pagesMax) throw unanswered("the list has no end");
  const pull = { ...begun, step: { ...read.step, next: path } };
  return page({ ...cursor, pull }, rows, [], step, true);
}

/** Null while none of a new connection's accounts has been synchronised. */
async function begin(
  client: PontoClient,
  token: string,
  cursor: Cursor,
  request: PageRequest,
): Promise<Pull | null> {
  const all = await listAccounts(client, token);
  const wanted = all.filter(
    ({ id, attributes }) =>
      id !== null &&
      attributes.deprecated !== true &&
      (request.accountExternalId === null || request.accountExternalId === id),
  );
  const settled = wanted.every((account) => wireMoment(account.meta.synchronizedAt) !== null);
  const isNew = Object.keys(cursor.accounts).length === 0;
  if (isNew && wanted.length > 0 && !wanted.some((each) => each.meta.synchronizedAt)) return null;
  const historyFrom = addDays(request.today, -request.daysOfHistory);
  const window = addDays(request.today, -rereadDays);
  const readsAll = request.accountExternalId === null;
  const due = cursor.readWholeOn === null || cursor.readWholeOn < request.today;
  const from = due && readsAll ? historyFrom : earlier(window, request.rereadFrom ?? window);
  return {
    from: later(from, historyFrom),
    ...{ historyFrom, readsAll, settled },
    accounts: wanted.map((account) => toPulled(account, cursor)),
    step: firstStep,
  };
}

function toPulled(account: Resource, cursor: Cursor): PulledAccount {
  const id = account.id ?? "";
  const latest = latestSynchronization(account.meta);
  const done = latest.attributes.status === "success";
  const place = cursor.accounts[id];
  const isNews = place !== undefined && latest.id !== place.synchronizationId;
  return { id, synchronizationId: done && isNews ? latest.id : null };
}

/** Null for a step that has nothing to read. */
async function readStep(
  client: PontoClient,
  token: string,
  { id, synchronizationId }: PulledAccount,
  { list, next }: Step,
): Promise<ResourceList | null> {
  const of = list === "corrected" ? synchronizationId : id;
  if (of === null) return null;
  try {
    const path = next ?? `${listPath[list](of)}?page%5Blimit%5D=${rowsPerPage}`;
    return readList(await client.get(path, token));
  } catch (error) {
    // Synchronisations are forgotten after a while; what they corrected is in the list all the same.
    const gone = error instanceof ProviderFailure && error.wire?.httpStatus === 404;
    if (list === "corrected" && gone) return null;
    throw error;
  }
}

const listPath = {
  booked: (account: string) =>
    `/ponto-connect/accounts/${encodeURIComponent(account)}/transactions`,
  pending: (account: string) =>
    `/ponto-connect/accounts/${encodeURIComponent(account)}/pending-transactions`,
  corrected: (synchronization: string) =>
    `/ponto-connect/synchronizations/${encodeURIComponent(synchronization)}/updated-transactions`,
};

interface Rows {
  readonly transactions: readonly ProviderTransaction[];
  readonly problems: readonly RowProblem[];
  readonly ids: ReadonlySet<string | null>;
  /** The youngest day on the page, before what is too old was left out. */
  readonly lastDay: LocalDate | null;
}

const nothing: Rows = { transactions: [], problems: [], ids: new Set(), lastDay: null };

function toRows(list: ResourceList, accountId: string, pending: boolean, from: LocalDate): Rows {
  const read = list.resources.map((resource) =>
    toTransaction(resource, {
      accountExternalId: resource.related("account") ?? accountId,
      pending,
    }),
  );
  const transactions = read.flatMap((row) => (row.ok ? [row.value] : []));
  return {
    transactions: transactions.filter(({ bookedOn }) => pending || bookedOn >= from),
    problems: read.flatMap((row) => (row.ok ? [] : [row.problem])),
    ids: new Set(list.resources.map(({ id }) => id)),
    lastDay: transactions.reduce<LocalDate | null>(
      (last, { bookedOn }) => (last === null || bookedOn > last ? bookedOn : last),
      null,
    ),
  };
}

function advance(step: Step, list: ResourceList, rows: Rows, known: string | null) {
  const isFirst = step.pages === 0;
  const booked = step.list === "booked";
  const [first] = list.resources;
  return {
    more: list.next !== null,
    step: {
      ...step,
      pages: step.pages + 1,
      newestId: booked && isFirst ? (first?.id ?? null) : step.newestId,
      caughtUp: step.caughtUp || (booked && known !== null && rows.ids.has(known)),
      unreadable: step.unreadable || rows.problems.length > 0,
      asOf: booked && isFirst ? changedAt(list) : step.asOf,
    },
  };
}

/**
 * Whether a synchronisation has ended between the booked list and the pending one: a row that went from the latter to
 * the former would be in neither. Asked of the booked list again, because each list has a time of its own.
 */
async function hasMoved(
  client: PontoClient,
  token: string,
  { id }: PulledAccount,
  { asOf }: Step,
): Promise<boolean> {
  const now = changedAt(
    readList(await client.get(`${listPath.booked(id)}?page%5Blimit%5D=1`, token)),
  );
  return now !== null && asOf !== null && now !== asOf;
}

function changedAt(list: ResourceList): string | null {
  const at = list.meta.synchronizedAt;
  return typeof at === "string" ? at : null;
}

/** Whether a booked list needs no further page: new rows and the days to read again are all behind. */
function reachesBack(step: Step, rows: Rows, pull: Pull): boolean {
  if (step.list !== "booked" || rows.lastDay === null) return false;
  return rows.lastDay < pull.historyFrom || (step.caughtUp && rows.lastDay < pull.from);
}

/** The end of a list: to the account's next one, to the next account, or to the end of the pull. */
function turn(
  at: { cursor: Cursor; pull: Pull; account: PulledAccount; step: Step; rows: Rows },
  request: PageRequest,
): ProviderPage {
  const { cursor, pull, account, step, rows } = at;
  const whole = wholeOf(account.id, step, pull);
  const following = nextList[step.list];
  if (following !== null) {
    const { newestId, asOf } = step;
    const fresh = { ...firstStep, list: following, newestId, asOf };
    return page({ ...cursor, pull: { ...pull, step: fresh } }, rows, whole, step, true);
  }
  const before = cursor.accounts[account.id];
  const place = {
    newestId: step.newestId ?? before?.newestId ?? null,
    synchronizationId: account.synchronizationId ?? before?.synchronizationId ?? null,
  };
  const accounts = { ...cursor.accounts, [account.id]: place };
  const rest = pull.accounts.slice(1);
  const done: Cursor = { ...cursor, accounts, pull: { ...pull, accounts: rest, step: firstStep } };
  if (rest.length > 0) return page(done, rows, whole, step, true);
  return { ...page(finished(done, request), rows, whole, step, false), settled: pull.settled };
}

const nextList = { booked: "corrected", corrected: "pending", pending: null } as const;

/** The place to come back to another day. */
function finished(cursor: Cursor, request: PageRequest): Cursor {
  const readsAll = cursor.pull?.readsAll === true;
  const wasWhole = readsAll && cursor.pull?.from === cursor.pull?.historyFrom;
  return { ...cursor, readWholeOn: wasWhole ? request.today : cursor.readWholeOn, pull: null };
}

function wholeOf(accountExternalId: string, step: Step, pull: Pull): WholeRange[] {
  if (step.unreadable) return [];
  if (step.list === "pending") return [{ accountExternalId, rows: "pending", from: null }];
  return step.list === "booked" ? [{ accountExternalId, rows: "booked", from: pull.from }] : [];
}

function page(
  cursor: Cursor,
  rows: Rows,
  whole: readonly WholeRange[],
  { list }: Step,
  hasMore: boolean,
): Extract<ProviderPage, { kind: "page" }> {
  const corrected = list === "corrected";
  return {
    kind: "page",
    added: corrected ? [] : rows.transactions,
    modified: corrected ? rows.transactions : [],
    removed: [],
    whole,
    problems: rows.problems,
    next: writeCursor(cursor),
    hasMore,
    settled: true,
  };
}

/** A pull over no account at all. */
function emptyPage(cursor: Cursor, request: PageRequest): ProviderPage {
  return page(finished(cursor, request), nothing, [], firstStep, false);
}

function earlier(a: LocalDate, b: LocalDate): LocalDate {
  return a < b ? a : b;
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}
