/** Tink's adapter against the sandbox bank, where the contract's tests do not reach. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Settings } from "../../../server/sandbox/settings.ts";
import { localDate } from "../../../server/src/core/dates.ts";
import type {
  ConsentRequest,
  Credential,
  Provider,
} from "../../../server/src/providers/provider.ts";
import { consentTo, startTestBank, type TestBank } from "../../support/bank.ts";
import { heldCredential } from "../../support/held-credential.ts";

const today = localDate("2026-03-18");
const returnUrl = "http://127.0.0.1:9/return";

async function openBank(settings: Partial<Settings> = {}) {
  const bank = await startTestBank({ today, seed: "tink", ...settings });
  onTestFinished(() => bank.close());
  return bank;
}

const requestOf = (more: Partial<ConsentRequest> = {}): ConsentRequest => ({
  ...{ userReference: "organisation1", connectionReference: "connection1" },
  ...{ institutionId: "gb-tidewell-ob", returnUrl, state: "s1", webhookUrl: "", today },
  ...{ daysOfHistory: 60, repair: null },
  ...more,
});

async function connect(bank: TestBank, more: Partial<ConsentRequest> = {}) {
  const provider = bank.providers.tink;
  const started = await provider.startConsent(requestOf(more));
  if (started.kind !== "hosted") throw new Error("no page");
  const back = await consentTo(started.hostedUrl);
  const outcome = await provider.completeConsent({
    ...{ linkToken: started.linkToken, repair: null, returnUrl },
    returned: new URL(back ?? "").searchParams,
  });
  if (outcome.kind !== "completed") throw new Error(outcome.kind);
  return { ...outcome, provider, credential: heldCredential(outcome.credential) };
}

async function pull(
  provider: Provider,
  credential: Credential,
  from: string | null = null,
  accountExternalId: string | null = null,
) {
  const rows = [];
  for (let cursor = from; ; ) {
    const page = await provider.fetchPage(credential, {
      ...{ cursor, daysOfHistory: 60, today, rereadFrom: null, accountExternalId },
    });
    if (page.kind !== "page") throw new Error(page.kind);
    rows.push(...page.added);
    cursor = page.next;
    if (!page.hasMore) return { rows, cursor, whole: page.whole };
  }
}

test("nothing is there before Tink has been to the bank, and then all of it", async () => {
  const bank = await openBank({ readyDelayMs: 60_000 });
  const { provider, credential } = await connect(bank);
  const first = { cursor: null, daysOfHistory: 60, today, rereadFrom: null };
  expect(await provider.fetchPage(credential, { ...first, accountExternalId: null })).toEqual({
    kind: "not_ready",
  });
  await bank.running.idle();
  const { rows, whole } = await pull(provider, credential);
  expect(rows.length).toBeGreaterThan(0);
  expect(whole.map(({ rows, from }) => [rows, from])).toEqual([
    ["all", "2026-01-17"],
    ["all", "2026-01-17"],
  ]);
});

test("one account is pulled alone, and the pull of all goes on from where it was", async () => {
  const bank = await openBank();
  const { provider, credential } = await connect(bank);
  await bank.running.idle();
  const { cursor } = await pull(provider, credential);
  const [account] = (await provider.fetchAccounts(credential)).accounts;
  const id = account?.externalId ?? "";
  const alone = await pull(provider, credential, cursor, id);
  expect(alone.whole).toEqual([{ accountExternalId: id, rows: "all", from: "2026-03-04" }]);
  expect(alone.rows.every((row) => row.accountExternalId === id)).toBe(true);
  expect(alone.cursor).toBe(cursor);
});

test("a start that is tried again finds its user, and a bank linked anew takes the former's place", async () => {
  const bank = await openBank();
  const first = await connect(bank);
  await bank.running.idle();
  const second = await connect(bank, { institutionId: "gb-aldermoor-ob" });
  await bank.running.idle();
  expect(second.externalId).toBe(first.externalId);
  const { accounts } = await second.provider.fetchAccounts(second.credential);
  expect(accounts.map(({ mask }) => mask).sort()).toEqual(["4417", "4425", "4433"]);
});

test("a consent of which nobody came back to tell is found, once it is there", async () => {
  const bank = await openBank({ readyDelayMs: 60_000 });
  const provider = bank.providers.tink;
  const started = await provider.startConsent(requestOf());
  if (started.kind !== "hosted") throw new Error("no page");
  await consentTo(started.hostedUrl);
  const flow = { linkToken: started.linkToken, repair: null, returned: null, returnUrl };
  expect(await provider.completeConsent(flow)).toEqual({ kind: "unfinished" });
  await bank.running.idle();
  expect(await provider.completeConsent(flow)).toMatchObject({ kind: "completed" });
});

test("an address that names another's credentials completes nothing", async () => {
  const bank = await openBank();
  const other = await connect(bank, { connectionReference: "connection2" });
  const { credentialsId } = JSON.parse(other.credential.secret) as { credentialsId: string };
  const { provider } = other;
  const started = await provider.startConsent(requestOf());
  if (started.kind !== "hosted") throw new Error("no page");
  const returned = new URLSearchParams({ state: "s1", credentialsId });
  const { linkToken } = started;
  const outcome = await provider.completeConsent({
    ...{ linkToken, repair: null, returned, returnUrl },
  });
  expect(outcome).toEqual({ kind: "unfinished" });
});

test("a sign-in that ended in an error is over, and says why", async () => {
  const bank = await openBank();
  const provider = bank.providers.tink;
  const started = await provider.startConsent(requestOf());
  if (started.kind !== "hosted") throw new Error("no page");
  const returned = new URLSearchParams({ state: "s1", error: "AUTHENTICATION_ERROR" });
  const { linkToken } = started;
  await expect(
    provider.completeConsent({ linkToken, repair: null, returned, returnUrl }),
  ).rejects.toMatchObject({ kind: "final", message: expect.stringMatching(/sign-in/) });
});

test("where Tink keeps the id of a row that is booked, the row stays one", async () => {
  for (const tinkKeepsPendingIds of [true, false]) {
    const bank = await openBank({ tinkKeepsPendingIds });
    const { provider, credential } = await connect(bank);
    const { row } = await bank.control<{ row: number }>("transactions", {
      ...{ account: "tidewell/project", amount: "-7.01", description: "ONE ROW", pending: true },
    });
    await bank.running.idle();
    const before = await pull(provider, credential);
    await bank.control("transactions/book", { row });
    const after = await pull(provider, credential, before.cursor);
    const [was, is] = [before, after].map(({ rows }) =>
      rows.find(({ description }) => description === "ONE ROW"),
    );
    expect([was?.pending, is?.pending]).toEqual([true, false]);
    expect(was?.externalId === is?.externalId).toBe(tinkKeepsPendingIds);
  }
});

test("a sandbox that starts again knows its users, their tokens and the ids of their rows", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-sandbox-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const stateFile = path.join(folder, "sandbox.json");
  const first = await startTestBank({ today, seed: "tink", stateFile });
  const { provider, credential } = await connect(first);
  await first.running.idle();
  const before = await pull(provider, credential);
  await first.close();
  const second = await openBank({ stateFile });
  const secret = credential.secret;
  const after = await pull(second.providers.tink, credential);
  expect(after.rows).toEqual(before.rows);
  expect(credential.secret).toBe(secret);
});
