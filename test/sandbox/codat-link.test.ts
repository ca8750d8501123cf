import { expect, test } from "vitest";
import { allowBooks, refuseBooks } from "../support/codat-link.ts";
import { see } from "./bank.ts";
import { connect, linked, openCodat, source } from "./codat-client.ts";

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

test("the key is sent alone in base64, and every answer counts the day's calls", async () => {
  const { call, bank } = await openCodat();
  const right = await call("GET", "/companies");
  expect(right.status).toBe(200);
  expect(right.headers.get("x-rate-limit-limit")).toBe("1000");
  expect(right.headers.get("x-rate-limit-remaining")).toBe("999");
  const wrong = await fetch(`${bank.url}/codat/companies`, {
    headers: { authorization: `Basic ${Buffer.from("user:sandbox-codat-key").toString("base64")}` },
  });
  expect(wrong.status).toBe(401);
  expect(await wrong.json()).toMatchObject({
    ...{ statusCode: 401, error: "Unauthorized", detailedErrorCode: 0 },
  });
});

test("companies are made, told apart by their ids alone, changed and deleted", async () => {
  const { call } = await openCodat();
  const made = await call("POST", "/companies", { name: "Acme & Co™", tags: { crm: "42" } });
  expect(made.status).toBe(200);
  expect(made.body).toMatchObject({ name: "Acme & Co", tags: { crm: "42" }, dataConnections: [] });
  const second = await call("POST", "/companies", { name: "Acme & Co" });
  expect(second.body.id).not.toBe(made.body.id);
  const listed = await call("GET", `/companies?query=${encodeURIComponent("tags.crm=42")}`);
  expect(listed.body.results.map(({ id }: { id: string }) => id)).toEqual([made.body.id]);
  const path = `/companies/${made.body.id}`;
  expect((await call("PATCH", path, { description: "x" })).body.description).toBe("x");
  expect((await call("PUT", path, { name: "Acme" })).body).toMatchObject({ tags: {} });
  expect((await call("DELETE", path)).status).toBe(204);
  const gone = await call("GET", path);
  expect([gone.status, gone.body.error]).toEqual([
    ...[404, `No company was found with ID ${made.body.id}`],
  ]);
});

test("a person chooses an organisation and allows it, and comes back with the caller's state", async () => {
  const codat = await openCodat();
  const { linkUrl, own, connectionId } = await connect(codat, "gbol");
  expect((await codat.call("GET", own)).body).toMatchObject({
    ...{ status: "PendingAuth", platformName: "Xero", sourceType: "Accounting" },
    sourceId: expect.stringMatching(uuid),
  });
  const page = await see(linkUrl);
  expect(page.text).toContain("Harbour &#38; Vale Ltd");
  expect(page.text).toContain("Demo Company (UK)");
  const back = new URL((await allowBooks(`${linkUrl}?state=a%26b`)) ?? "");
  expect(Object.fromEntries(back.searchParams)).toEqual({
    ...{ state: "a&b", code: "200", why: "", x: connectionId },
  });
  expect((await codat.call("GET", own)).body.status).toBe("Linked");
  const again = new URL((await allowBooks(linkUrl)) ?? "");
  expect(again.searchParams.get("code")).toBe("201");
});

test("who refuses comes back with 403, and nothing is linked", async () => {
  const codat = await openCodat();
  const { linkUrl, own } = await connect(codat, "gbol");
  const back = new URL((await refuseBooks(`${linkUrl}?state=s`)) ?? "");
  expect(Object.fromEntries(back.searchParams)).toMatchObject({
    ...{ code: "403", why: "User cancelled.", state: "s" },
  });
  expect((await codat.call("GET", own)).body.status).toBe("PendingAuth");
});

test("QuickBooks' link holds a password that is new each time and good for an hour", async () => {
  const codat = await openCodat();
  const { linkUrl, own } = await connect(codat, "hcws");
  const next = (await codat.call("GET", own)).body.linkUrl;
  expect(new URL(linkUrl).searchParams.get("otp")).toMatch(/^\d{6}$/);
  expect(next).not.toBe(linkUrl);
  const wrong = new URL(linkUrl);
  wrong.searchParams.set("otp", "1");
  expect((await see(wrong.href)).status).toBe(401);
  expect((await see(linkUrl)).status).toBe(200);
  // Moved calendars age it.
  await fetch(`${codat.bank.url}/control/time`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"days":1}',
  });
  expect((await see(linkUrl)).status).toBe(401);
});

// QuickBooks reaches a week back, Sage begins with the day.
test.each([
  ["hcws", "2026-03-11"],
  ["olpr", "2026-03-18"],
])("a person chooses on the page of %s what is fed, from %s on", async (key, start) => {
  const codat = await openCodat();
  const { own } = await linked(codat, key);
  const accounts = `${own}/connectionInfo/bankFeedAccounts`;
  await codat.call("POST", accounts, source("a"));
  await codat.call("POST", accounts, source("b", { accountType: "savings" }));
  const { linkUrl } = (await codat.call("GET", own)).body;
  const page = (await see(linkUrl)).text;
  const [, existing = ""] = /<option value="([^"]+)" selected>1200 /.exec(page) ?? [];
  expect(page).not.toContain("Nordhaven");
  const back = await allowBooks(linkUrl, { targets: { a: existing, b: "none" } });
  expect(new URL(back ?? "").searchParams.get("code")).toBe("200");
  await codat.bank.idle();
  const fed = (await codat.call("GET", accounts)).body;
  expect(fed.map(({ status }: { status: string }) => status)).toEqual(["connected", "pending"]);
  expect(fed[0].feedStartDate).toBe(start);
  expect((await codat.call("GET", `${own}/bankFeedAccounts/mapping`)).status).toBe(400);
});

test("access that was lost or switched off comes back under the same id", async () => {
  const codat = await openCodat();
  const { own, linkUrl, connectionId } = await linked(codat, "gbol");
  await codat.say("connections/trouble", { connection_id: connectionId, status: "Deauthorized" });
  const lost = (await codat.call("GET", own)).body;
  expect([lost.status, lost.dataConnectionErrors[0].statusCode]).toEqual(["Deauthorized", "401"]);
  await allowBooks(linkUrl);
  expect((await codat.call("GET", own)).body).toMatchObject({ status: "Linked", id: connectionId });
  expect((await codat.call("PATCH", own, { status: "Unlinked" })).body.status).toBe("Unlinked");
  expect((await codat.call("PATCH", own, { status: "Unlinked" })).status).toBe(400);
  expect((await codat.call("DELETE", own)).status).toBe(200);
  expect((await codat.call("GET", own)).status).toBe(404);
});

test("a person may choose the package too", async () => {
  const codat = await openCodat();
  const { redirect, id } = (await codat.call("POST", "/companies", { name: "Acme" })).body;
  expect((await see(`${redirect}?state=s`)).text).toContain("QuickBooks Online");
  const answer = await fetch(`${redirect}?state=s`, {
    method: "POST",
    body: new URLSearchParams({ platform: "gbol" }),
    redirect: "manual",
  });
  const back = await allowBooks(answer.headers.get("location") ?? "");
  expect(new URL(back ?? "").searchParams.get("state")).toBe("s");
  const [connection] = (await codat.call("GET", `/companies/${id}/connections`)).body.results;
  expect([connection.integrationKey, connection.status]).toEqual(["gbol", "Linked"]);
});

test("the package's page offers only what can be fed, and says what cannot", async () => {
  const codat = await openCodat();
  const { own } = await linked(codat, "hcws", "lantern");
  const accounts = `${own}/connectionInfo/bankFeedAccounts`;
  await codat.call("POST", accounts, source("a", { currency: "EUR" }));
  await codat.call("POST", accounts, source("b"));
  const { linkUrl } = (await codat.call("GET", own)).body;
  const first = (await see(linkUrl)).text;
  const [, bank = ""] = /<option value="([^"]+)"[^>]*>1200 /.exec(first) ?? [];
  const form = { chosen: "lantern", "target:a": bank, "target:b": "new", mapping: "yes" };
  const answer = await fetch(linkUrl, { method: "POST", body: new URLSearchParams(form) });
  expect(await answer.text()).toContain("The currency GBP is not enabled in Lantern Street Studio");
  await allowBooks(linkUrl, { targets: { a: bank, b: "none" } });
  await codat.call("POST", accounts, source("c", { currency: "EUR" }));
  expect((await see(linkUrl)).text).not.toContain(bank);
});
