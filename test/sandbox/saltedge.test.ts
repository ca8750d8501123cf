import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Settings } from "../../server/sandbox/settings.ts";
import type { ProviderFailure } from "../../server/src/providers/provider.ts";
import { SaltEdgeClient } from "../../server/src/providers/saltedge/client.ts";
import { consentTo, startTestBank, type TestBank } from "../support/bank.ts";
import { saltEdgeTestConfig } from "../support/saltedge-keys.ts";

interface Row {
  id: string;
  duplicated: boolean;
  status: string;
  made_on: string;
  amount: number;
  description: string;
}

async function open(settings: Partial<Settings> = {}) {
  const bank = await startTestBank({ today: "2026-03-18", seed: "saltedge", ...settings });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= bank.close();
    return closing;
  };
  onTestFinished(close);
  const client = new SaltEdgeClient(saltEdgeTestConfig(bank.url));
  return { bank, client, close };
}

async function connect(bank: TestBank, client: SaltEdgeClient): Promise<string> {
  const identifier = "connection-1";
  const { data } = await client.call({ method: "POST", path: "/customers", data: { identifier } });
  const { customer_id } = data as { customer_id: string };
  const connected = await client.call({
    method: "POST",
    path: "/connections/connect",
    data: {
      customer_id,
      consent: { scopes: ["accounts", "transactions"] },
      attempt: { return_to: "http://127.0.0.1:9/return?state=s", from_date: "2025-06-01" },
      provider: { code: "tidewell_gb" },
      return_connection_id: true,
    },
  });
  const returned = await consentTo((connected.data as { connect_url: string }).connect_url);
  const query = new URL(returned ?? "").searchParams;
  expect(query.get("state")).toBe("s");
  await bank.running.idle();
  return query.get("connection_id") ?? "";
}

async function accountsOf(client: SaltEdgeClient, connection_id: string): Promise<string[]> {
  const query = { connection_id };
  const { data } = await client.call({ method: "GET", path: "/accounts", query });
  return (data as { id: string }[]).map(({ id }) => id);
}

async function rowsOf(
  client: SaltEdgeClient,
  query: Record<string, string>,
): Promise<{ rows: Row[]; pages: number }> {
  const rows: Row[] = [];
  let from_id: string | undefined;
  for (let pages = 1; pages < 100; pages += 1) {
    const page = await client.call({
      method: "GET",
      path: "/transactions",
      query: { ...query, from_id },
    });
    rows.push(...(page.data as Row[]));
    if (page.nextId === null) return { rows, pages };
    from_id = page.nextId;
  }
  throw new Error("no end");
}

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => "taken",
    (error: ProviderFailure) => error.wire?.code,
  );

describe("Salt Edge's wire", () => {
  it("takes no call that is not signed, over its own address, for now", async () => {
    const { bank } = await open();
    const config = saltEdgeTestConfig(bank.url);
    const url = `${bank.url}/saltedge/api/v6/providers`;
    const classOf = async (headers: Record<string, string>) => {
      const answer = await fetch(url, { headers });
      return ((await answer.json()) as { error: { class: string } }).error.class;
    };
    const keys = { "app-id": config.appId, secret: config.secret };
    const now = Math.floor(Date.now() / 1_000);
    expect(await classOf({})).toBe("ApiKeyNotFound");
    expect(await classOf({ ...keys, secret: "other" })).toBe("ApiKeyNotFound");
    expect(await classOf(keys)).toBe("ExpiresAtInvalid");
    expect(await classOf({ ...keys, "expires-at": `${now - 5}` })).toBe("RequestExpired");
    expect(await classOf({ ...keys, "expires-at": `${now + 9_999}` })).toBe("ExpiresAtInvalid");
    const soon = { ...keys, "expires-at": `${now + 60}` };
    expect(await classOf(soon)).toBe("SignatureNotProvided");
    expect(await classOf({ ...soon, signature: "AAAA" })).toBe("SignatureNotMatch");
  });

  it("lists rows by ascending id on bounded pages, some of them twice and marked", async () => {
    const { bank, client } = await open();
    const connection_id = await connect(bank, client);
    const [account_id = ""] = await accountsOf(client, connection_id);
    const query = { connection_id, account_id };
    const whole = await rowsOf(client, { ...query, per_page: "1000" });
    const paged = await rowsOf(client, { ...query, per_page: "7" });
    expect(paged.rows).toEqual(whole.rows);
    expect(paged.pages).toBe(Math.ceil(whole.rows.length / 7));
    const ids = whole.rows.map(({ id }) => BigInt(id));
    expect(ids.every((id, at) => at === 0 || id > (ids[at - 1] ?? id))).toBe(true);
    expect(whole.rows.some(({ duplicated }) => duplicated)).toBe(true);
    const tooMany = client.call({
      method: "GET",
      path: "/transactions",
      query: { ...query, per_page: "1001" },
    });
    expect(await refusal(tooMany)).toBe("WrongRequestFormat");
  });

  it("lists a row that came late behind the others, whatever its day", async () => {
    const { bank, client } = await open();
    const connection_id = await connect(bank, client);
    const [account_id = ""] = await accountsOf(client, connection_id);
    const row = { amount: "-3.00", description: "LATE", date: "2026-01-05" };
    await bank.control("transactions", { ...row, account: accountPath(bank) });
    await bank.running.idle();
    const { rows } = await rowsOf(client, { connection_id, account_id });
    expect(rows.at(-1)).toMatchObject({ made_on: "2026-01-05", amount: -3 });
  });

  it("gives pending rows new ids at each fetch", async () => {
    const { bank, client } = await open();
    const connection_id = await connect(bank, client);
    const [account_id = ""] = await accountsOf(client, connection_id);
    const account = accountPath(bank);
    const post = async (description: string) => {
      const row = { account, amount: "-1.00", description, pending: true };
      await bank.control("transactions", row);
      await bank.running.idle();
    };
    await post("FIRST");
    const pending = { connection_id, account_id, pending: "true" };
    const before = await rowsOf(client, pending);
    await post("SECOND");
    const after = await rowsOf(client, pending);
    const idOf = ({ rows }: { rows: Row[] }, description: string) =>
      rows.find((row) => row.description === description)?.id;
    expect(idOf(before, "FIRST")).toBeDefined();
    expect(idOf(after, "SECOND")).toBeDefined();
    expect(idOf(after, "FIRST")).not.toBe(idOf(before, "FIRST"));
  });

  it("refreshes once an hour, and says when again", async () => {
    const { bank, client } = await open();
    const connection_id = await connect(bank, client);
    const path = `/connections/${connection_id}/refresh`;
    const refresh = () => client.call({ method: "POST", path, data: {} });
    expect(await refusal(refresh())).toBe("taken");
    await bank.running.idle();
    const failure = await refresh().catch((error: ProviderFailure) => error);
    const minutes = ((failure as ProviderFailure).retryAt?.getTime() ?? 0) - Date.now();
    expect((failure as ProviderFailure).wire?.code).toBe("ConnectionCannotBeRefreshed");
    expect(minutes / 60_000).toBeGreaterThan(55);
    expect(minutes / 60_000).toBeLessThanOrEqual(60);
  });

  it("ends a consent after ninety days", async () => {
    const { bank, client } = await open();
    const connection_id = await connect(bank, client);
    const show = async () => {
      const path = `/connections/${connection_id}`;
      return (await client.call({ method: "GET", path })).data;
    };
    await bank.control("time", { days: 89 });
    expect(await show()).toMatchObject({ status: "active" });
    await bank.control("time", { days: 2 });
    expect(await show()).toMatchObject({
      status: "inactive",
      last_attempt: { fail_error_class: "AispConsentExpired" },
    });
  });

  it("knows after a restart what it knew, under the same ids", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tieout-saltedge-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const stateFile = path.join(folder, "journal");
    const first = await open({ stateFile });
    const connection_id = await connect(first.bank, first.client);
    const read = async (client: SaltEdgeClient) => {
      const accounts = await accountsOf(client, connection_id);
      const lists = accounts.map((account_id) => rowsOf(client, { connection_id, account_id }));
      return { accounts, lists: await Promise.all(lists) };
    };
    const before = await read(first.client);
    await first.close();
    const second = await open({ stateFile });
    expect(await read(second.client)).toEqual(before);
    const shown = `/connections/${connection_id}`;
    await second.client.call({ method: "DELETE", path: shown });
    await second.close();
    const third = await open({ stateFile });
    const show = third.client.call({ method: "GET", path: shown });
    expect(await refusal(show)).toBe("ConnectionNotFound");
  });
});

/** The first account of the connected bank. */
function accountPath(bank: TestBank): string {
  const { key, accounts } = bank.running.sandbox.world.institution("tidewell");
  return `${key}/${accounts[0]?.key}`;
}
