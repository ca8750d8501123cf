import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { Configuration, CountryCode, PlaidApi, Products, type Transaction } from "plaid";
import { onTestFinished } from "vitest";
import type { Settings } from "../../server/sandbox/settings.ts";
import { type RunningSandbox, startSandbox } from "../../server/sandbox/start.ts";

export const today = "2026-03-18";

/** A sandbox bank in this process that stands still, and the official SDK pointed at it. */
export async function openBank(settings: Partial<Settings> = {}) {
  const bank = await startSandbox({
    port: 0,
    paceSeconds: 0,
    today,
    seed: "test",
    readyDelayMs: 60_000,
    webhookRetryMs: 1,
    ...settings,
  });
  const plaid = new PlaidApi(
    new Configuration({
      basePath: bank.url,
      baseOptions: {
        headers: { "PLAID-CLIENT-ID": "sandbox-client", "PLAID-SECRET": "sandbox-secret" },
      },
    }),
  );
  return { bank, plaid };
}

/** Posts to the control API; throws with its complaint. */
export async function control<T = Record<string, unknown>>(
  bank: RunningSandbox,
  name: string,
  body: object = {},
): Promise<T> {
  const answer = await fetch(`${bank.url}/control/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const value = (await answer.json()) as T & { error?: string };
  if (!answer.ok) throw new Error(value.error);
  return value;
}

/** Links all accounts of an institution without the pages; with `webhook`, deliveries go there. */
export async function link(
  plaid: PlaidApi,
  institutionId: string,
  of: { webhook?: string; days?: number } = {},
) {
  const made = await plaid.sandboxPublicTokenCreate({
    institution_id: institutionId,
    initial_products: [Products.Transactions],
    options: {
      ...(of.webhook === undefined ? {} : { webhook: of.webhook }),
      transactions: { days_requested: of.days ?? 730 },
    },
  });
  const exchanged = await plaid.itemPublicTokenExchange({ public_token: made.data.public_token });
  return { accessToken: exchanged.data.access_token, itemId: exchanged.data.item_id };
}

/** Links and waits until all history is there. */
export async function linkReady(
  bank: RunningSandbox,
  plaid: PlaidApi,
  institutionId: string,
  of: { webhook?: string; days?: number } = {},
) {
  const linked = await link(plaid, institutionId, of);
  await plaid.transactionsSync({ access_token: linked.accessToken });
  await bank.idle();
  return linked;
}

/** One loop of pages from a cursor, applied to what was known; starts over on a mutation, as documented. */
export async function syncLoop(
  plaid: PlaidApi,
  accessToken: string,
  known: { cursor: string; rows: Map<string, Transaction> },
  count = 500,
  between: () => Promise<unknown> = async () => undefined,
) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const rows = new Map(known.rows);
    let cursor = known.cursor;
    try {
      for (let pages = 0; pages < 5_000; pages++) {
        const { data } = await plaid.transactionsSync({
          access_token: accessToken,
          count,
          ...(cursor === "" ? {} : { cursor }),
        });
        for (const row of [...data.added, ...data.modified]) rows.set(row.transaction_id, row);
        for (const row of data.removed) rows.delete(row.transaction_id);
        cursor = data.next_cursor;
        if (!data.has_more) return { cursor, rows };
        await between();
      }
    } catch (error) {
      if (problemOf(error).code !== "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION") throw error;
    }
  }
  throw new Error("the loop never came to its end");
}

export const nothingKnown = { cursor: "", rows: new Map<string, Transaction>() };

/** What the API complained of. */
export function problemOf(error: unknown): { status: number; type: string; code: string } {
  const { response } = error as {
    response?: { status: number; data: { error_type: string; error_code: string } };
  };
  if (response === undefined) throw error;
  const { status, data } = response;
  return { status, type: data.error_type, code: data.error_code };
}

export async function problemFrom(call: Promise<unknown>) {
  return call.then(
    () => ({ status: 200, type: "", code: "none" }),
    (error) => problemOf(error),
  );
}

export interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
  body: Record<string, unknown>;
}

/** Somebody who takes webhooks; `statuses` are answered in turn, then 200. */
export async function openReceiver(statuses: number[] = []) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let raw = "";
    for await (const chunk of request) raw += chunk;
    received.push({ headers: request.headers, raw, body: JSON.parse(raw) });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hooks`, received };
}

/** Creates a link token for the hosted pages. */
export async function createLink(plaid: PlaidApi, more: Record<string, unknown> = {}) {
  const { data } = await plaid.linkTokenCreate({
    client_name: "Tieout",
    language: "en",
    country_codes: [CountryCode.Gb, CountryCode.Us],
    user: { client_user_id: "u-1" },
    products: [Products.Transactions],
    hosted_link: { completion_redirect_uri: "http://127.0.0.1:9/back?state=s" },
    ...more,
  });
  return { linkToken: data.link_token, page: data.hosted_link_url ?? "" };
}

/** Reads a hosted page as a browser without scripts would. */
export async function see(page: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(page);
  return { status: answer.status, text: await answer.text() };
}

/** Sends a form of a hosted page; answers where it leads. */
export async function submit(page: string, fields: Record<string, string | string[]>) {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) form.append(name, one);
  }
  const answer = await fetch(page, { method: "POST", body: form, redirect: "manual" });
  return answer.headers.get("location");
}

export const goodLogin = { user: "user_good", password: "pass_good" };
