import {
  type Credential,
  type PageRequest,
  type ProviderAccount,
  type ProviderAccounts,
  ProviderFailure,
  type ProviderPage,
  type RowProblem,
  type WholeRange,
} from "../provider.ts";
import type { TinkClient } from "./client.ts";
import { fetchCredentials } from "./consents.ts";
import { beginPull, type Pull, placeAfter, readCursor, writeCursor } from "./cursor.ts";
import { unreadable } from "./failures.ts";
import type { Held, UserAccess } from "./held.ts";
import { pageOf, toAccount, toTransaction } from "./translate.ts";

/** The most that Tink sends at once. */
const rowsPerPage = 100;
const accountPagesMax = 20;

/**
 * One page of a window of days, read anew at each pull: Tink tells what there is, not what changed. At the window's
 * end it says so, which makes what is known in it and did not come gone.
 * @throws ProviderFailure
 */
export async function fetchPage(
  client: TinkClient,
  access: UserAccess,
  credential: Credential,
  request: PageRequest,
): Promise<ProviderPage> {
  const cursor = readCursor(request.cursor);
  return access.run(credential, async (held) => {
    if (cursor?.kind === "pull") return readPage(client, held, cursor.pull);
    if (cursor === null && (await isBeingPrepared(client, held))) return { kind: "not_ready" };
    const { accounts } = await readAccounts(client, held);
    const place = cursor?.place ?? null;
    return readPage(client, held, beginPull(place, request, accounts.map(toId)));
  });
}

/** Tink is still with the bank for the first time. */
async function isBeingPrepared(client: TinkClient, held: Held): Promise<boolean> {
  const credentials = await fetchCredentials(client, held.accessToken, held.credentialsId);
  return ["CREATED", "AUTHENTICATING", "UPDATING"].includes(credentials?.status ?? "");
}

async function readPage(client: TinkClient, held: Held, pull: Pull): Promise<ProviderPage> {
  let answer: unknown;
  try {
    answer = await client.call({
      method: "GET",
      path: "/data/v2/transactions",
      token: held.accessToken,
      query: queryOf(pull),
    });
  } catch (error) {
    if (pull.pageToken !== null && isTokenRefused(error)) return { kind: "restart" };
    throw error;
  }
  const { rows, next } = pageOf(answer, "transactions");
  // Followed, it would lead round for ever.
  if (next !== null && next === pull.pageToken) throw unreadable("a page leads to itself");
  const results = rows.map(toTransaction);
  const onwards = { ...pull, pageToken: next };
  const page = {
    kind: "page",
    added: results.flatMap((row) => (row.ok ? [row.value] : [])),
    modified: [],
    removed: [],
    problems: results.flatMap((row) => (row.ok ? [] : [row.problem])),
    settled: true,
  } as const;
  if (next !== null) {
    const cursor = writeCursor({ kind: "pull", pull: onwards });
    return { ...page, whole: [], next: cursor, hasMore: true };
  }
  const whole = wholeRanges(onwards, await readAccounts(client, held));
  const cursor = writeCursor({ kind: "place", place: placeAfter(onwards) });
  return { ...page, whole, next: cursor, hasMore: false };
}

function queryOf({ from, only, pageToken }: Pull): Record<string, string> {
  return {
    bookedDateGte: from,
    pageSize: String(rowsPerPage),
    ...(only !== null && { accountIdIn: only }),
    ...(pageToken !== null && { pageToken }),
  };
}

/** A token that has lapsed: the pages have to be read from the first again. */
function isTokenRefused(error: unknown): boolean {
  return error instanceof ProviderFailure && [400, 410].includes(error.wire?.httpStatus ?? 0);
}

/**
 * Only accounts that were there from the pull's first page to its last: of one that went away in between, rows are
 * missing for another reason than that the bank took them back.
 */
function wholeRanges(pull: Pull, { accounts }: ProviderAccounts): WholeRange[] {
  return accounts
    .map(toId)
    .filter((account) => pull.accounts.includes(account))
    .filter((account) => pull.only === null || pull.only === account)
    .map((accountExternalId) => ({ accountExternalId, rows: "all", from: pull.from }));
}

/** All accounts of the connection, over as many pages as it takes. @throws ProviderFailure */
export async function readAccounts(client: TinkClient, held: Held): Promise<ProviderAccounts> {
  const accounts: ProviderAccount[] = [];
  const problems: RowProblem[] = [];
  let token: string | null = null;
  for (let pages = 0; pages < accountPagesMax; pages += 1) {
    const query = { pageSize: String(rowsPerPage), ...(token !== null && { pageToken: token }) };
    const answer = await client.call({
      method: "GET",
      path: "/data/v2/accounts",
      token: held.accessToken,
      query,
    });
    const { rows, next } = pageOf(answer, "accounts");
    for (const row of rows.map(toAccount)) {
      if (row.ok) accounts.push(row.value);
      else problems.push(row.problem);
    }
    if (next === null) return { accounts, problems };
    token = next;
  }
  throw unreadable(`more than ${accountPagesMax} pages of accounts`);
}

function toId({ externalId }: ProviderAccount): string {
  return externalId;
}
