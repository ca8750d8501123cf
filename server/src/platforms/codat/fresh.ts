import { setTimeout as pause } from "node:timers/promises";
import { wireId, wireList, wireObject } from "../../core/wire-values.ts";
import type { CodatClient } from "./client.ts";
import { accessMissing, stillFetching } from "./failures.ts";
import { type CodatLink, companyPath } from "./ids.ts";

export type DataType =
  | "bankTransactions"
  | "bankAccounts"
  | "invoices"
  | "bills"
  | "payments"
  | "billPayments";

/** Codat fetches in seconds where little has changed. Who waits longer asks again. */
const waitMsMax = 20_000;
const firstPauseMs = 100;
const pauseMsMax = 2_000;

/**
 * Lets Codat fetch what the books have now: what it answers otherwise is what it fetched last, and a line that was
 * written since would look as if it were missing. A fetch that runs already may have begun before that: it is waited
 * for, and another one asked for behind it.
 * @throws PlatformFailure temporary while it is still at it
 */
export async function fetchAnew(
  client: CodatClient,
  link: CodatLink,
  dataType: DataType,
): Promise<void> {
  const until = performance.now() + waitMsMax;
  for (;;) {
    const { id, isOwn } = await queue(client, link, dataType);
    if (id === null) throw stillFetching(`${dataType} is queued already`);
    await waitFor(client, link, { id, isOwn, dataType, until });
    if (isOwn) return;
    if (performance.now() + firstPauseMs > until) throw stillFetching(`${dataType} takes long`);
    await pause(firstPauseMs);
  }
}

async function waitFor(
  client: CodatClient,
  link: CodatLink,
  of: { id: string; isOwn: boolean; dataType: DataType; until: number },
): Promise<void> {
  const { id, isOwn, dataType, until } = of;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
    const state = wireObject(await client.get(`${companyPath(link)}/data/history/${id}`));
    if (state.isCompleted === true) return;
    const failed = state.isErrored === true;
    if (failed && !isOwn) return;
    if (failed && state.status === "AuthError") throw accessMissing(`${dataType} AuthError`);
    if (failed || performance.now() + pauseMs > until) {
      throw stillFetching(`${dataType} ${failed ? "failed" : "takes long"}`);
    }
    await pause(pauseMs);
  }
}

/** The fetch that was asked for, or the one that runs already; without an id where that cannot be told. */
async function queue(
  client: CodatClient,
  link: CodatLink,
  dataType: DataType,
): Promise<{ id: string | null; isOwn: boolean }> {
  const { status, body } = await client.call({
    ...{ method: "POST", path: `${companyPath(link)}/data/queue/${dataType}`, allow: [409] },
    query: { connectionId: link.booksId },
  });
  if (status !== 409) return { id: wireId(wireObject(body).id), isOwn: true };
  const latest = await client.get(`${companyPath(link)}/data/history`, {
    ...{ query: `dataType=${dataType}`, orderBy: "-requested", page: "1", pageSize: "1" },
  });
  const [row] = wireList(wireObject(latest).results);
  return { id: wireId(wireObject(row).id), isOwn: false };
}
