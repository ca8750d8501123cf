import { Validator } from "@seriousme/openapi-schema-validator";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { startBankConnection } from "../../server/src/features/connections/start-bank-connection.ts";
import { createApiKey } from "../../server/src/features/organisations/create-api-key.ts";
import { createPushProvider } from "../../server/src/providers/push/provider.ts";
import { ProviderRegistry } from "../../server/src/providers/registry.ts";
import { feedsApi } from "../../server/src/rest/feeds/routes.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { booksOf, connectionOf } from "../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestServer } from "../support/test-server.ts";
import {
  addConnection,
  addOrganisation,
  viewerIn,
  type WorldOrganisation,
} from "../support/world.ts";

let database: TestDatabase;
let server: RunningServer;
let organisation: WorldOrganisation;
let secret: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const providers = new ProviderRegistry([createPushProvider()]);
  server = await startTestServer(database.serverUrl, {}, { providers });
});

afterAll(async () => {
  await server.stop();
  await database.drop();
});

/** An organisation of its own with a pushed connection. */
async function connect(): Promise<string> {
  organisation = await addOrganisation(server.app);
  const owner = viewerIn(organisation);
  const made = await createApiKey(server.app, owner, {
    name: "Core banking",
    permissions: ["bank_feeds:push"],
  });
  secret = made.secret;
  const { connectionId, hostedLinkUrl } = await startBankConnection(server.app, owner, {
    provider: "push",
    institutionId: "Weirside Building Society",
  });
  expect(hostedLinkUrl).toBeNull();
  return connectionId;
}

async function push(connectionId: string, body: object, key = secret) {
  const response = await fetch(
    `${server.url}${feedsApi.base}/connections/${connectionId}/batches/`,
    {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    },
  );
  return { status: response.status, body: await response.json() };
}

const account = {
  id: "acc-1",
  name: "Operating account",
  kind: "current",
  currency: "GBP",
  number: "GB29 NWBK 6016 1331 9268 19",
  balance: "1204.50",
};

function row(id: string, amount: string, more: object = {}) {
  return { id, account_id: "acc-1", booked_on: "2026-03-02", amount, currency: "GBP", ...more };
}

const amounts = async () =>
  (await booksOf(server.app, organisation.id))
    .filter(({ removedAt }) => removedAt === null)
    .map(({ externalId, amountMinor }) => `${externalId} ${amountMinor}`)
    .sort();

describe("a pushed connection", () => {
  test("is there at once, takes batches, and shows its bank and account", async () => {
    const id = await connect();
    expect(await connectionOf(server.app, organisation.id, id)).toMatchObject({
      status: "active",
      institutionName: "Weirside Building Society",
    });
    const { status, body } = await push(id, {
      accounts: [account],
      transactions: [row("t1", "100.10"), row("t2", "-7", { pending: true })],
    });
    expect([status, body]).toEqual([200, { added: 2, modified: 0, removed: 0, unchanged: 0 }]);
    expect(await amounts()).toEqual(["t1 10010", "t2 -700"]);
  });

  test("is not doubled by the same batch, and follows changes and removals", async () => {
    const id = await connect();
    const first = { accounts: [account], transactions: [row("t1", "1.00"), row("t2", "2.00")] };
    await push(id, first);
    expect((await push(id, first)).body).toEqual({
      ...{ added: 0, modified: 0, removed: 0, unchanged: 2 },
    });
    const { body } = await push(id, {
      transactions: [row("t1", "1.50"), row("t3", "3.00")],
      removed: [{ id: "t2", account_id: "acc-1" }],
    });
    expect(body).toEqual({ added: 1, modified: 1, removed: 1, unchanged: 0 });
    expect(await amounts()).toEqual(["t1 150", "t3 300"]);
  });

  test("keeps a balance that a later batch does not tell again", async () => {
    const id = await connect();
    await push(id, { accounts: [account] });
    const { balance: _, ...untold } = account;
    await push(id, { accounts: [untold], transactions: [row("t", "1.00")] });
    const [known] = await asOrganisation(server.app.database, organisation.id, (tx) =>
      tx.prisma.financialAccount.findMany({ where: { connectionId: id } }),
    );
    expect(known?.balanceCurrentMinor).toBe(1204_50n);
  });

  test("keeps a pending row's place when the booked one says that it replaces it", async () => {
    const id = await connect();
    await push(id, { accounts: [account], transactions: [row("p", "-9.99", { pending: true })] });
    const [before] = await booksOf(server.app, organisation.id);
    await push(id, { transactions: [row("b", "-9.99", { replaces: "p" })] });
    const books = await booksOf(server.app, organisation.id);
    expect(books.map((each) => [each.id, each.externalId, each.pending])).toEqual([
      [before?.id, "b", false],
    ]);
  });

  test("comes to the same in whatever batches and repetitions its rows are sent", async () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const expected = ids.map((each, at) => `${each} ${(at + 1) * 100}`);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...ids, ...ids], { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        async (order, size) => {
          const id = await connect();
          await push(id, { accounts: [account] });
          for (let at = 0; at < order.length; at += size) {
            const part = order.slice(at, at + size);
            const transactions = part.map((each) => row(each, `${ids.indexOf(each) + 1}.00`));
            expect((await push(id, { transactions })).status).toBe(200);
          }
          expect(await amounts()).toEqual(expected);
        },
      ),
      { seed: 11, numRuns: 6 },
    );
  });
});

describe("a batch that is not right", () => {
  test.each([
    [{ transactions: [row("t", "1.005")] }, "transactions.0.amount"],
    [{ transactions: [row("t", "1e3")] }, "transactions.0.amount"],
    [{ transactions: [row("t", "99999999999999999999.00")] }, "transactions.0.amount"],
    [{ transactions: [{ ...row("t", "1.00"), amount: 1 }] }, "transactions.0.amount"],
    [{ transactions: [row("t", "1.00", { booked_on: "2026-02-30" })] }, "transactions.0.booked_on"],
    [{ transactions: [row("t", "1.00", { currency: "XXX" })] }, "transactions.0.currency"],
    [{ transactions: [row("t", "1.00", { currency: "EUR" })] }, "transactions.0"],
    [{ transactions: [row("t", "1.00", { account_id: "other" })] }, "transactions.0"],
    [{ transactions: [row("ok", "1.00"), row("t", "x")] }, "transactions.1.amount"],
    [{ accounts: [{ ...account, kind: "purse" }] }, "accounts.0.kind"],
    [{ transactions: Array.from({ length: 5_001 }, () => row("t", "1.00")) }, "transactions"],
  ])("is refused whole, with the place", async (body, field) => {
    const id = await connect();
    await push(id, { accounts: [account] });
    const answer = await push(id, body);
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([
      422,
      "INVALID_INPUT",
      field,
    ]);
    expect(await amounts()).toEqual([]);
  });

  test.each([
    [
      { transactions: [row("1", "1.00"), row("1", "2.00", { account_id: "acc-2" })] },
      "transactions.1",
    ],
    [
      { transactions: [row("1", "1.00")], removed: [{ id: "1", account_id: "acc-2" }] },
      "removed.0",
    ],
  ])(
    "is refused where one id is of two accounts, of which one would be lost",
    async (body, field) => {
      const id = await connect();
      await push(id, { accounts: [account, { ...account, id: "acc-2", number: null }] });
      const answer = await push(id, body);
      expect([answer.status, answer.body.code, answer.body.field]).toEqual([
        ...[422, "INVALID_INPUT", field],
      ]);
      expect(await amounts()).toEqual([]);
    },
  );

  test("is refused for a connection that is disconnected, foreign or not there", async () => {
    const id = await connect();
    const own = secret;
    const home = organisation;
    const foreign = await connect();
    organisation = home;
    expect((await push(foreign, { accounts: [account] }, own)).body.code).toBe("NOT_FOUND");
    expect((await push("not-an-id", { accounts: [] }, own)).body.code).toBe("NOT_FOUND");
    const ended = await addConnection(server.app, home.id, { provider: "push", status: "deleted" });
    expect((await push(ended, { accounts: [account] }, own)).body.code).toBe("CONFLICT");
    expect((await push(id, { accounts: [account] }, own)).status).toBe(200);
  });

  test("is refused without the permission", async () => {
    const id = await connect();
    const { secret: other } = await createApiKey(server.app, viewerIn(organisation), {
      name: "Reader",
      permissions: ["bank_connections:manage"],
    });
    expect((await push(id, { accounts: [account] }, other)).body.code).toBe("FORBIDDEN");
  });
});

test("the OpenAPI document of pushed feeds is valid", async () => {
  const response = await fetch(`${server.url}${feedsApi.base}/openapi.json`);
  const document = (await response.json()) as Record<string, unknown>;
  const validation = await new Validator().validate(document);
  expect(validation.errors ?? []).toEqual([]);
  expect(validation.valid).toBe(true);
});
