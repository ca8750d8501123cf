import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { control, openReceiver, type Received } from "./bank.ts";
import {
  type Codat,
  connect,
  feed,
  linked,
  openCodat,
  pushed,
  transaction,
} from "./codat-client.ts";

const secret = `whsec_${Buffer.from("a secret of the test's own").toString("base64")}`;

/** Whether a delivery is signed as Svix's documentation says, with the secret. */
function isSigned({ headers, raw }: Received): boolean {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${raw}`;
  const expected = createHmac("sha256", key).update(content).digest("base64");
  return String(headers["webhook-signature"]).split(" ").includes(`v1,${expected}`);
}

async function openHeard(statuses: number[] = []) {
  const receiver = await openReceiver(statuses);
  const codat = await openCodat({ codatWebhookSecret: secret, codatWebhookUrl: receiver.url });
  return { codat, received: receiver.received };
}

const kinds = (received: Received[]) => received.map(({ body }) => body.eventType);
// Two deliveries under way at one time may overtake one another.
const sorted = (list: unknown[]) => [...list].sort();

test("what happens to connections, feeds and pushes is told, signed, in the current envelope", async () => {
  const { codat, received } = await openHeard();
  const connected = await linked(codat, "gbol");
  await feed(codat, connected, "a");
  const good = await pushed(codat, connected, "a", [transaction()]);
  await pushed(codat, connected, "a", [transaction({ balance: null })]);
  const { connectionId: connection_id, companyId } = connected;
  await codat.say("connections/trouble", { connection_id, status: "Deauthorized" });
  await codat.say("connections/trouble", { connection_id, status: "Linked" });
  await codat.bank.idle();
  expect(sorted(kinds(received))).toEqual([
    "bankFeeds.sourceAccount.connected",
    "bankTransactions.write.successful",
    "bankTransactions.write.unsuccessful",
    "company.created",
    "connection.connected",
    "connection.created",
    "connection.disconnected",
    "connection.reconnected",
    "read.completed",
    "read.completed",
  ]);
  expect(received.every(isSigned)).toBe(true);
  const written = received.find(
    ({ body }) => body.eventType === "bankTransactions.write.successful",
  );
  expect(written?.body).toMatchObject({
    id: expect.any(String),
    generatedDate: expect.stringMatching(/^2026-|Z$/),
    payload: {
      ...{ id: good.pushOperationKey, type: "Create", status: "Success", record: null },
      ...{ connectionId: connection_id, referenceCompany: { id: companyId } },
    },
  });
});

test("the end of a fetch says of which documents anything has changed", async () => {
  const { codat, received } = await openHeard();
  const connected = await linked(codat, "gbol");
  await codat.bank.idle();
  const { books } = await codat.read("state");
  const list = await codat.call("GET", `${connected.base}/data/invoices?query=amountDue>0`);
  await codat.say("sync", { company_id: connected.companyId });
  const [{ books: key }] = books;
  const number = list.body.results[0].invoiceNumber;
  await codat.say("documents/pay", { books: key, number });
  await codat.bank.idle();
  const told = received
    .filter(({ body }) => body.eventType === "read.completed")
    .map(({ body }) => {
      const { dataTypes } = body.payload as {
        dataTypes: { dataType: string; recordsModified: boolean }[];
      };
      return dataTypes
        .filter(({ recordsModified }) => recordsModified)
        .map(({ dataType }) => dataType)
        .slice(1);
    });
  expect(told).toEqual([["invoices", "bills"], [], ["invoices"]]);
});

test("a delivery that is not taken comes again under the same id", async () => {
  const { codat, received } = await openHeard([500, 503]);
  await codat.call("POST", "/companies", { name: "Acme" });
  await codat.bank.idle();
  expect(received).toHaveLength(3);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(received.every(isSigned)).toBe(true);
});

test("addresses that are registered are told what they want to know", async () => {
  const { url, received } = await openReceiver();
  const codat = await openCodat({ codatWebhookSecret: secret });
  const consumer = { url, eventTypes: ["connection.created"], companyTags: [] };
  const made = await codat.call("POST", "/webhooks", consumer);
  expect([made.status, made.body]).toMatchObject([201, { url, disabled: false }]);
  await connect(codat, "gbol");
  await codat.bank.idle();
  expect(kinds(received)).toEqual(["connection.created"]);
  expect((await codat.call("DELETE", `/webhooks/${made.body.id}`)).status).toBe(204);
  await connect(codat, "gbol");
  await codat.bank.idle();
  expect(received).toHaveLength(1);
  const stranger = { ...consumer, url: "https://evil.example/hooks" };
  expect((await codat.call("POST", "/webhooks", stranger)).status).toBe(400);
});

test("webhooks get lost, come late or come twice", async () => {
  const { codat, received } = await openHeard();
  const told = async (name: string) => {
    received.length = 0;
    await codat.say("faults", { name });
    await codat.call("POST", "/companies", { name: "Acme" });
    await codat.bank.idle();
    return received;
  };
  expect(await told("webhook_lost")).toHaveLength(0);
  const [late] = await told("webhook_late");
  expect(late && isSigned(late)).toBe(true);
  expect(Date.now() / 1_000 - Number(late?.headers["webhook-timestamp"])).toBeGreaterThan(300);
  const twice = await told("webhook_twice");
  expect(new Set(twice.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(twice).toHaveLength(2);
});

test("wrong ones can be sent on purpose", async () => {
  const { codat, received } = await openHeard();
  const { companyId: company_id } = await connect(codat, "gbol");
  await codat.bank.idle();
  const send = async (how: string) => {
    received.length = 0;
    expect(await say(codat, { company_id, how })).toEqual({ status: 200 });
    return received;
  };
  for (const how of ["forged", "altered", "unsigned"]) {
    expect((await send(how)).map(isSigned), how).toEqual([false]);
  }
  expect((await send("late")).map(isSigned)).toEqual([true]);
  expect((await send("replayed")).map(isSigned)).toEqual([true]);
});

function say({ bank }: Codat, body: object) {
  return control(bank, "codat/misbehave", body);
}
