import { expect, test } from "vitest";
import { arrived, feed, linked, openCodat, pushed, source, transaction } from "./codat-client.ts";

test("source accounts are added once, one by one or many at a time", async () => {
  const codat = await openCodat();
  const { own } = await linked(codat, "gbol");
  const path = `${own}/connectionInfo/bankFeedAccounts`;
  const added = await codat.call("POST", path, source("a"));
  expect([added.status, added.body]).toMatchObject([200, { id: "a", status: "pending" }]);
  expect((await codat.call("POST", path, source("a"))).status).toBe(409);
  expect((await codat.call("POST", `${path}/batch`, [source("b")])).status).toBe(201);
  const mixed = await codat.call("POST", `${path}/batch`, [source("c"), source("b"), { id: "d" }]);
  expect(mixed.status).toBe(207);
  expect(mixed.body).toMatchObject([
    { sourceAccountId: "c", result: { statusCode: 200, error: null, account: { id: "c" } } },
    { result: { statusCode: 409, error: "A bank account already exists with the same Id" } },
    { sourceAccountId: "d", result: { statusCode: 400 } },
  ]);
  const wrong = await codat.call("POST", path, source("e", { sortCode: null }));
  expect(wrong.body.validation.errors).toMatchObject([{ itemId: "sortCode" }]);
  expect((await codat.call("PATCH", `${path}/a`, { balance: 7 })).body.balance).toBe(7);
  expect((await codat.call("PATCH", `${path}/a`, { id: "z" })).status).toBe(400);
  expect((await codat.call("DELETE", `${path}/a`)).status).toBe(204);
  const left = (await codat.call("GET", path)).body.map(({ id }: { id: string }) => id);
  expect(left).toEqual(["b", "c"]);
});

test("Xero's accounts are mapped through the API, each to one account that fits", async () => {
  const codat = await openCodat();
  const { own } = await linked(codat, "gbol");
  const path = `${own}/bankFeedAccounts/mapping`;
  for (const id of ["a", "b"]) {
    await codat.call("POST", `${own}/connectionInfo/bankFeedAccounts`, source(id));
  }
  const [first] = (await codat.call("GET", path)).body;
  expect(first).toMatchObject({ sourceAccountId: "a", status: "pending", sourceBalance: 100 });
  expect(first.targetAccountId).toBeUndefined();
  const names = first.targetAccountOptions.map(({ name }: { name: string }) => name);
  expect(names).toContain("Aldermoor current account");
  expect(names).not.toContain("Nordhaven euro account");
  expect(names).not.toContain("Company card");
  const target = first.targetAccountOptions[0].id;
  const mapping = { sourceAccountId: "a", targetAccountId: target, feedStartDate: "2026-01-01" };
  expect((await codat.call("POST", path, mapping)).body).toEqual({
    ...{ sourceAccountId: "a", targetAccountId: target, status: "connecting" },
  });
  const second = await codat.call("POST", path, { ...mapping, sourceAccountId: "b" });
  expect([second.status, second.body]).toEqual([
    200,
    {
      ...{ sourceAccountId: "b", status: "Failed" },
      error: "A feed connection already exists to this account",
    },
  ]);
  await codat.bank.idle();
  const after = (await codat.call("GET", path)).body;
  expect(after[0]).toMatchObject({ status: "connected", feedStartDate: "2026-01-01T00:00:00" });
  const options = after[1].targetAccountOptions.map(({ id }: { id: string }) => id);
  expect(options).not.toContain(target);
});

test("a new account is made in the books, in currencies that they know", async () => {
  const codat = await openCodat();
  const here = await linked(codat, "gbol", "lantern");
  const target = await feed(codat, here, "a");
  expect(target).toBeUndefined();
  const { body } = await codat.call("POST", `${here.own}/bankFeedAccounts/mapping`, {
    sourceAccountId: "a",
  });
  expect(body.error).toBe("The currency GBP is not enabled in the organisation");
  const other = await linked(codat, "gbol");
  const made = await feed(codat, other, "a");
  await codat.say("sync", { company_id: other.companyId });
  const account = await codat.call("GET", `${other.own}/data/bankAccounts/${made}`);
  expect(account.body).toMatchObject({ accountName: "Business Current", accountType: "Debit" });
});

test("feeds of a demonstration company are refused", async () => {
  const codat = await openCodat();
  const { own } = await linked(codat, "gbol", "demonstration");
  expect((await codat.call("GET", `${own}/bankFeedAccounts/mapping`)).status).toBe(403);
});

test("credentials that are revoked end QuickBooks' feeds", async () => {
  const codat = await openCodat();
  const connected = await linked(codat, "hcws");
  const path = `${connected.own}/connectionInfo/bankFeedAccounts`;
  await codat.call("POST", path, source("a"));
  await codat.say("connections/link", {
    ...{ connection_id: connected.connectionId, targets: { a: "new" } },
  });
  await codat.bank.idle();
  const made = await codat.call("POST", `${path}/credentials`, {});
  expect(made.body).toMatchObject({ username: expect.any(String), password: expect.any(String) });
  expect((await pushed(codat, connected, "a", [transaction()])).status).toBe("Success");
  expect((await codat.call("DELETE", `${path}/credentials`)).status).toBe(204);
  expect((await codat.call("GET", path)).body[0].status).toBe("disconnected");
  const late = await pushed(codat, connected, "a", [transaction()]);
  expect(late.validation.errors).toMatchObject([{ validatorName: "BankAccount" }]);
});

test("books of feeds alone cannot be read", async () => {
  const codat = await openCodat();
  const { own } = await linked(codat, "hcws");
  const answer = await codat.call("GET", `${own}/data/bankAccounts`);
  expect(answer.body.error).toContain(
    "not supported by platform(s) [QuickBooks Online Bank Feeds]",
  );
  const xero = await linked(codat, "gbol");
  const target = await feed(codat, xero, "a");
  expect((await arrived(codat, xero, target)).statusCode).toBe(404);
});

test("an account can be made in the books, and fed from then on", async () => {
  const codat = await openCodat();
  const { own, base } = await linked(codat, "gbol");
  const make = async (more: object = {}) => {
    const account = { accountName: "Feed", accountNumber: "4417", currency: "GBP", ...more };
    const { body } = await codat.call("POST", `${own}/push/bankAccounts`, account);
    await codat.bank.idle();
    return (await codat.call("GET", `${base}/push/${body.pushOperationKey}`)).body;
  };
  const made = await make();
  expect(made).toMatchObject({ status: "Success", dataType: "bankAccounts" });
  await codat.call("POST", `${own}/connectionInfo/bankFeedAccounts`, source("a"));
  const [row] = (await codat.call("GET", `${own}/bankFeedAccounts/mapping`)).body;
  const options = row.targetAccountOptions.map(({ id }: { id: string }) => id);
  expect(options).toContain(made.changes[0].recordRef.id);
  const unknown = await make({ accountName: "Other", currency: "JPY" });
  expect(unknown.validation.errors).toMatchObject([{ itemId: "currency" }]);
  expect((await make()).status).toBe("Failed");
});
