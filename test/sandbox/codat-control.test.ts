import { expect, test } from "vitest";
import { BadSetting, readSettings } from "../../server/sandbox/settings.ts";
import { feed, linked, openCodat, pushed, transaction } from "./codat-client.ts";

test("the control page is served with its script, and the banks' page leads to it", async () => {
  const { bank } = await openCodat();
  const page = await fetch(`${bank.url}/control/codat`);
  expect(page.headers.get("content-security-policy")).toContain("script-src 'nonce-");
  expect(await page.text()).toContain('data-post="faults"');
  expect(await (await fetch(`${bank.url}/control`)).text()).toContain('href="/control/codat"');
});

test("the control API tells what Codat does not: what each line was pushed as", async () => {
  const codat = await openCodat();
  const connected = await linked(codat, "gbol");
  const target = await feed(codat, connected, "a");
  const line = transaction();
  const { pushOperationKey } = await pushed(codat, connected, "a", [line]);
  const state = await codat.read("state");
  expect(state.companies[0].connections[0]).toMatchObject({
    ...{ connection_id: connected.connectionId, platform: "gbol", status: "Linked" },
    accounts: [{ id: "a", status: "connected", target_id: target, taken: 1 }],
  });
  expect(state.pushes).toMatchObject([{ key: pushOperationKey, status: "Success", lines: 1 }]);
  const query = new URLSearchParams({ books: state.books[0].books, account: target });
  expect(await codat.read(`lines?${query}`)).toMatchObject([{ pushed_as: line.id, amount: -12.5 }]);
  expect((await codat.read(`push?key=${pushOperationKey}`)).body.transactions).toHaveLength(1);
});

test("what cannot be done is refused with a reason", async () => {
  const { say, bank } = await openCodat();
  await expect(say("faults", { name: "earthquake" })).rejects.toThrow("name must be one of");
  await expect(say("plan", { seed: "1", rates: { slow: 2 } })).rejects.toThrow("from 0 to 1");
  await expect(say("lines/delete", { line_id: "x" })).rejects.toThrow("no line x");
  await expect(say("connections/link", { connection_id: "x" })).rejects.toThrow("no connection x");
  await expect(say("nothing")).rejects.toThrow("no such control");
  const form = await fetch(`${bank.url}/control/codat/faults`, {
    method: "POST",
    body: "name=slow",
  });
  expect(form.status).toBe(415);
});

test("the settings are read, and a plan that cannot be is refused", () => {
  const plan = '{"seed":"7","rates":{"cut_after":0.05}}';
  expect(
    readSettings({
      SANDBOX_CODAT_API_KEY: "k",
      SANDBOX_CODAT_CALLS_PER_DAY: "9",
      SANDBOX_CODAT_PLAN: plan,
    }),
  ).toMatchObject({
    ...{ codatApiKey: "k", codatCallsPerDay: 9 },
    codatPlan: { seed: "7", rates: { cut_after: 0.05 }, calls: null },
  });
  for (const wrong of ["{", '{"seed":"7","rates":{"rain":1}}', '{"seed":7}']) {
    expect(() => readSettings({ SANDBOX_CODAT_PLAN: wrong }), wrong).toThrow(BadSetting);
  }
});
