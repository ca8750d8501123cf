import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { digestIdentifier } from "../../../server/src/features/connections/identifier-digest.ts";
import { pairAccounts } from "../../../server/src/features/connections/pair-accounts.ts";
import { startTestBank, type TestBank } from "../../support/bank.ts";
import {
  booksOf,
  comparison,
  connectBank,
  connectionOf,
  createBankApp,
  settle,
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addOrganisation, type TestApp, viewerIn } from "../../support/world.ts";

let database: TestDatabase;
let bank: TestBank;
let receiver: WebhookReceiver;
let app: TestApp;

beforeAll(async () => {
  [database, bank, receiver] = await Promise.all([
    createTestDatabase(),
    startTestBank(),
    startWebhookReceiver(),
  ]);
  app = await createBankApp(database.serverUrl, bank, receiver);
});

afterAll(async () => {
  await app.close();
  await bank.close();
  await receiver.close();
  await database.drop();
});

test("a bank that is linked again goes on with its accounts, and its history does not double", async () => {
  const organisation = await addOrganisation(app);
  const owner = viewerIn(organisation);
  const accounts = () =>
    asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.financialAccount.findMany({ orderBy: { id: "asc" } }),
    );
  const first = await connectBank(app, owner, bank);
  await settle(app, bank);
  const before = { books: await booksOf(app, organisation.id), accounts: await accounts() };
  await asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.bankTransaction.updateMany({
      where: { pending: false },
      data: { categoryByPerson: true, categoryId: null },
    }),
  );
  await disconnectBankConnection(app, owner, first);
  await settle(app, bank);
  await bank.control("arrive", { count: 4 });

  const second = await connectBank(app, owner, bank);
  await settle(app, bank);

  expect((await accounts()).map(({ id }) => id)).toEqual(before.accounts.map(({ id }) => id));
  expect((await accounts()).every((each) => each.connectionId === second && !each.closedAt)).toBe(
    true,
  );
  const item = (await connectionOf(app, organisation.id, second)).externalId ?? "";
  const { books, bank: truth } = await comparison(app, organisation.id, bank, item);
  expect(books).toEqual(truth);
  const after = new Map((await booksOf(app, organisation.id)).map((row) => [row.id, row]));
  const posted = before.books.filter(({ pending }) => !pending);
  expect(posted.every(({ id }) => after.get(id)?.categoryByPerson)).toBe(true);
});

describe("two links of a bank", () => {
  const marks = {
    persistentId: null,
    name: "Business",
    mask: "1234",
    currency: "GBP",
    kind: "current",
    identifierDigest: null,
    sameBank: true,
  } as const;

  test("pair by persistent id, whatever the account is called now", () => {
    const former = [{ ...marks, id: "a", persistentId: "p1" }];
    const offered = { ...marks, persistentId: "p1", name: "Renamed", mask: null };
    expect(pairAccounts(former, [offered])).toEqual([["a", offered]]);
  });

  test("pair by name, digits, kind and currency together", () => {
    const former = [
      { ...marks, id: "a" },
      { ...marks, id: "b", mask: "9999" },
    ];
    expect(pairAccounts(former, [marks])).toEqual([["a", marks]]);
    expect(pairAccounts(former, [{ ...marks, currency: "EUR" }])).toEqual([]);
  });

  test("do not pair where two look alike, on either side, or where the digits are missing", () => {
    const twins = [
      { ...marks, id: "a" },
      { ...marks, id: "b" },
    ];
    expect(pairAccounts(twins, [marks])).toEqual([]);
    expect(pairAccounts([{ ...marks, id: "a" }], [{ ...marks }, { ...marks }])).toEqual([]);
    const bare = { ...marks, mask: null };
    expect(pairAccounts([{ ...bare, id: "a" }], [bare])).toEqual([]);
  });
});

describe("an account's number", () => {
  const organisationId = "0192f000-0000-7000-8000-000000000001";
  const digest = (identifier: string | null, of = organisationId) => {
    const bytes = digestIdentifier(of, identifier);
    return bytes && Buffer.from(bytes).toString("hex");
  };

  test("is the same however it is printed, and another in another organisation", () => {
    expect(digest("GB29 NWBK 6016 1331 9268 19")).toBe(digest("gb29nwbk60161331926819"));
    expect(digest("60-16-13 31926819")).toBe(digest("60161331926819"));
    expect(digest("60161331926819")).not.toBe(digest("60161331926818"));
    const elsewhere = "0192f000-0000-7000-8000-000000000002";
    expect(digest("60161331926819", elsewhere)).not.toBe(digest("60161331926819"));
  });

  test.each([null, "", "1234", "XXXXXXXX1234", "****1234", "x".repeat(80)])(
    "%j is none",
    (identifier) => {
      expect(digest(identifier)).toBeNull();
    },
  );

  test("pairs accounts with its currency, of another provider too, and nothing else does there", () => {
    const marks = {
      ...{ persistentId: "p", name: "Business", mask: "1234", kind: "current" },
      ...{ currency: "GBP", identifierDigest: "d1" },
    };
    const elsewhere = { ...marks, id: "a", sameBank: false };
    expect(pairAccounts([elsewhere], [marks])).toEqual([["a", marks]]);
    expect(pairAccounts([{ ...elsewhere, currency: "EUR" }], [marks])).toEqual([]);
    expect(pairAccounts([{ ...elsewhere, identifierDigest: null }], [marks])).toEqual([]);
  });
});
