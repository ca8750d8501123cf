import { onTestFinished } from "vitest";
import type { Settings } from "../../server/sandbox/settings.ts";
import { allowBooks } from "../support/codat-link.ts";
import { control, openBank, today } from "./bank.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // The wire format is what these tests are about: each says which fields it expects.
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  readonly body: any;
}

const redirectUrl =
  "http://127.0.0.1:9/back?state={state}&code={statusCode}&why={errorMessage}&x={connectionId}";

/** A sandbox in this process, and a caller of its Codat API. */
export async function openCodat(settings: Partial<Settings> = {}) {
  const { bank } = await openBank({ readyDelayMs: 0, codatRedirectUrl: redirectUrl, ...settings });
  let open = true;
  const close = async () => {
    if (open) await bank.close();
    open = false;
  };
  onTestFinished(close);
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${bank.url}/codat${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from("sandbox-codat-key").toString("base64")}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status } = response;
    return { status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
  };
  const read = async (name: string): Promise<Answer["body"]> =>
    (await fetch(`${bank.url}/control/codat/${name}`)).json();
  const say = (name: string, body: object = {}) =>
    control<Answer["body"]>(bank, `codat/${name}`, body);
  return { bank, call, read, say, close };
}

export type Codat = Awaited<ReturnType<typeof openCodat>>;

/** A company with a connection that nobody has authorised. */
export async function connect({ call }: Codat, platformKey: string) {
  const company = (await call("POST", "/companies", { name: "Harbour & Vale Ltd" })).body;
  const base = `/companies/${company.id}`;
  const connection = (await call("POST", `${base}/connections`, { platformKey })).body;
  return {
    ...{ companyId: company.id as string, connectionId: connection.id as string },
    linkUrl: connection.linkUrl as string,
    ...{ base, own: `${base}/connections/${connection.id}` },
  };
}

export type Connected = Awaited<ReturnType<typeof connect>>;

/** One that a person has linked on the hosted page. */
export async function linked(codat: Codat, platformKey: string, organisation?: string) {
  const connected = await connect(codat, platformKey);
  await allowBooks(connected.linkUrl, organisation === undefined ? {} : { organisation });
  return connected;
}

export function source(id: string, more: object = {}) {
  return {
    ...{ id, accountName: "Business Current", accountType: "checking" },
    ...{ accountNumber: "00004417", sortCode: "123456", currency: "GBP", balance: 100 },
    ...more,
  };
}

/** Adds a source account and maps it through the API to a new account of the books. */
export async function feed(codat: Codat, { own }: Connected, id: string, more: object = {}) {
  await codat.call("POST", `${own}/connectionInfo/bankFeedAccounts`, source(id));
  const mapping = { sourceAccountId: id, feedStartDate: "2025-12-18T00:00:00", ...more };
  const { body } = await codat.call("POST", `${own}/bankFeedAccounts/mapping`, mapping);
  await codat.bank.idle();
  return body.targetAccountId as string;
}

let serial = 0;

/** A bank transaction that every package takes. */
export function transaction(more: object = {}) {
  serial += 1;
  return {
    ...{ id: `t-${serial}`, date: `${today}T00:00:00`, amount: -12.5, balance: 87.5 },
    ...{ description: `CARD ${serial}`, counterparty: "Shop", reference: `r${serial}` },
    transactionType: "Debit",
    ...more,
  };
}

/** Pushes lines; answers the operation. */
export async function push(
  { call }: Codat,
  { own }: Connected,
  accountId: string,
  transactions: object[],
  of: { headers?: Record<string, string>; query?: string } = {},
): Promise<Answer> {
  const path = `${own}/push/bankAccounts/${accountId}/bankTransactions${of.query ?? ""}`;
  return call("POST", path, { accountId, transactions }, of.headers);
}

/** Pushes lines and waits until it is known what became of them. */
export async function pushed(
  codat: Codat,
  connected: Connected,
  accountId: string,
  transactions: object[],
) {
  const { body } = await push(codat, connected, accountId, transactions);
  await codat.bank.idle();
  return (await codat.call("GET", `${connected.base}/push/${body.pushOperationKey}`)).body;
}

/** What the books have of an account, as Codat tells. */
export async function arrived({ call }: Codat, { own }: Connected, target: string, query = "") {
  const path = `${own}/data/bankAccounts/${target}/bankTransactions${query}`;
  return (await call("GET", path)).body;
}
