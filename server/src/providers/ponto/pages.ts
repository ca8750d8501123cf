import { addDays, type LocalDate } from "../../core/dates.ts";
import { wireMoment } from "../../core/wire-values.ts";
import type { PageRequest, ProviderPage, WholeRange } from "../provider.ts";
import { followed, listAccounts } from "./accounts.ts";
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
import type { Resource } from "./json-api.ts";
import { bookedAsOf, noRows, type Rows, readRows } from "./rows.ts";
import { latestSynchronization } from "./translate.ts";

/** Rows of these days are read again in a long list too: banks correct them for a while. */
const rereadDays = 14;
/** A list of so few pages is read to its end each time: nothing can be missed, and what is gone is seen. */
const shortListPages = 25;
/** A longer one is read to its end once a day; from here on only until nothing but old rows has come for a while. */
const longListPages = 200;
const stalePagesMax = 5;
/** Two million rows of one account: a list that is longer has no end. */
const pagesMax = 20_000;

/**
 * One page of a pull that goes through all accounts. Ponto has no change feed: a list begins with the row that came
 * last, and says neither what was corrected nor what is gone. So each account is read in up to three steps: the
 * booked list from its head, to its end if it is short, and else over what is new and over the last days again; where
 * that left something out, the corrections of the last synchronisation; and the pending list, which is whole. Once a
 * day a long list is read to its end too, for the corrections of synchronisations that were never seen.
 * @throws ProviderFailure
 */
export async function fetchPage(
  client: PontoClient,
  token: string,
  request: PageRequest,
): Promise<ProviderPage> {
  const cursor = readCursor(request.cursor);
  const pull = cursor.pull ?? (await begin(client, token, cursor, request));
  if (pull === null) return { kind: "not_ready" };
  const [account] = pull.accounts;
  if (account === undefined) return page(finished({ ...cursor, pull }, request), noRows, false);
  const rows = await readRows(client, token, account, pull.step, pull.historyFrom);
  const step = advance(pull, rows, cursor.accounts[account.id]?.newestId ?? null);
  if (rows.next !== null && !reachesBack(step, rows, pull, account)) {
    const next = followed(client, rows.next);
    if (next === step.next || step.pages >= pagesMax) throw unanswered("the list has no end");
    return page({ ...cursor, pull: { ...pull, step: { ...step, next } } }, rows, true);
  }
  if (step.list === "pending" && step.asOf !== null) {
    // A synchronisation ended meanwhile: a row that went from pending to booked would be in neither list.
    const now = await bookedAsOf(client, token, account.id);
    if (now !== null && now !== step.asOf) return { kind: "restart" };
  }
  return turn({ cursor, pull, account, step, rows }, request);
}

/** Null while none of a new connection's accounts has been synchronised. */
async function begin(
  client: PontoClient,
  token: string,
  cursor: Cursor,
  request: PageRequest,
): Promise<Pull | null> {
  const wanted = (await listAccounts(client, token)).filter(
    ({ id, attributes }) =>
      id !== null &&
      attributes.deprecated !== true &&
      (request.accountExternalId === null || request.accountExternalId === id),
  );
  const synced = wanted.filter((account) => wireMoment(account.meta.synchronizedAt) !== null);
  const isNew = Object.keys(cursor.accounts).length === 0;
  if (isNew && wanted.length > 0 && synced.length === 0) return null;
  const historyFrom = addDays(request.today, -request.daysOfHistory);
  const window = addDays(request.today, -rereadDays);
  const readsAll = request.accountExternalId === null;
  const isDue = cursor.readWholeOn === null || cursor.readWholeOn < request.today;
  const from = isDue && readsAll ? historyFrom : earlier(window, request.rereadFrom ?? window);
  return {
    from: later(from, historyFrom),
    ...{ historyFrom, readsAll },
    settled: synced.length === wanted.length,
    accounts: wanted.map((account) => toPulled(account, cursor)),
    step: firstStep,
  };
}

function toPulled(account: Resource, cursor: Cursor): PulledAccount {
  const id = account.id ?? "";
  const latest = latestSynchronization(account.meta);
  const place = cursor.accounts[id];
  const isNews = place?.synchronizationId !== latest.id;
  const isDone = latest.attributes.status === "success";
  return {
    id,
    isNew: !place?.newestId,
    synchronizationId: isDone && isNews ? latest.id : null,
  };
}

function advance({ step, historyFrom }: Pull, rows: Rows, known: string | null): Step {
  const isHead = step.list === "booked" && step.pages === 0;
  return {
    ...step,
    pages: step.pages + 1,
    newestId: isHead ? rows.firstId : step.newestId,
    caughtUp: step.caughtUp || known === null || rows.ids.has(known),
    stalePages: rows.lastDay !== null && rows.lastDay < historyFrom ? step.stalePages + 1 : 0,
    unreadable: step.unreadable || rows.problems.length > 0,
    asOf: isHead ? rows.asOf : step.asOf,
  };
}

/**
 * Whether a booked list needs no further page. The order is that in which rows came, not that of their days: a page
 * of old rows alone proves nothing, and what was not read is never said to be gone.
 */
function reachesBack(step: Step, rows: Rows, pull: Pull, { isNew }: PulledAccount): boolean {
  if (step.list !== "booked" || rows.lastDay === null || !step.caughtUp) return false;
  const readsWhole = isNew || pull.from <= pull.historyFrom;
  if (readsWhole) return step.pages >= longListPages && step.stalePages >= stalePagesMax;
  return step.pages >= shortListPages && rows.lastDay < pull.from;
}

/** The end of a list: to the account's next one, to the next account, or to the end of the pull. */
function turn(
  at: { cursor: Cursor; pull: Pull; account: PulledAccount; step: Step; rows: Rows },
  request: PageRequest,
): ProviderPage {
  const { cursor, pull, account, step, rows } = at;
  const whole = wholeOf(account.id, step, rows, pull);
  const list = followingList(account, step, rows);
  if (list !== null) {
    const fresh = { ...firstStep, list, newestId: step.newestId, asOf: step.asOf };
    return page({ ...cursor, pull: { ...pull, step: fresh } }, rows, true, step, whole);
  }
  const before = cursor.accounts[account.id];
  const place = {
    newestId: step.newestId ?? before?.newestId ?? null,
    synchronizationId: account.synchronizationId ?? before?.synchronizationId ?? null,
  };
  const accounts = { ...cursor.accounts, [account.id]: place };
  const rest = pull.accounts.slice(1);
  const done: Cursor = { ...cursor, accounts, pull: { ...pull, accounts: rest, step: firstStep } };
  if (rest.length > 0) return page(done, rows, true, step, whole);
  const last = page(finished(done, request), rows, false, step, whole);
  return { ...last, settled: pull.settled };
}

function followingList(account: PulledAccount, step: Step, rows: Rows): Step["list"] | null {
  if (step.list === "pending") return null;
  const leftOut = step.list === "booked" && rows.next !== null;
  return leftOut && account.synchronizationId !== null ? "corrected" : "pending";
}

/** Only what was read to its end is whole. */
function wholeOf(accountExternalId: string, step: Step, rows: Rows, pull: Pull): WholeRange[] {
  if (step.unreadable || rows.next !== null || step.list === "corrected") return [];
  return step.list === "pending"
    ? [{ accountExternalId, rows: "pending", from: null }]
    : [{ accountExternalId, rows: "booked", from: pull.historyFrom }];
}

/** The place to come back to another day. */
function finished(cursor: Cursor, request: PageRequest): Cursor {
  const { pull } = cursor;
  const wasDue = pull?.readsAll === true && pull.from === pull.historyFrom;
  return { ...cursor, readWholeOn: wasDue ? request.today : cursor.readWholeOn, pull: null };
}

function page(
  cursor: Cursor,
  rows: Rows,
  hasMore: boolean,
  step: Step | null = null,
  whole: readonly WholeRange[] = [],
): Extract<ProviderPage, { kind: "page" }> {
  const isCorrected = (step ?? cursor.pull?.step)?.list === "corrected";
  return {
    kind: "page",
    added: isCorrected ? [] : rows.transactions,
    modified: isCorrected ? rows.transactions : [],
    removed: [],
    whole,
    problems: rows.problems,
    next: writeCursor(cursor),
    hasMore,
    settled: true,
  };
}

function earlier(a: LocalDate, b: LocalDate): LocalDate {
  return a < b ? a : b;
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}
