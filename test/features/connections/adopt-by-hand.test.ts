import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { createFinancialAccount } from "../../../server/src/features/accounts/create-financial-account.ts";
import { setAccountPath } from "../../../server/src/features/accounts/set-account-path.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { digestIdentifier } from "../../../server/src/features/connections/identifier-digest.ts";
import { pairByHand } from "../../../server/src/features/connections/pair-accounts.ts";
import { bringIn } from "../../../server/src/features/connections/sync/bring-in.ts";
import { writeImport } from "../../../server/src/features/statements/write-import.ts";
import type { ProviderAccount } from "../../../server/src/providers/provider.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { aProviderAccount, aRow } from "../../support/window-bank.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";
import { fileLine, stageFile } from "../statements/staging.ts";

/** An account that began with files, and whose bank is connected later: one account, and no line twice. */
let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
});

const iban = "GB29NWBK60161331926819";
const first = localDate("2026-11-01");
const day = (n: number) => addDays(first, n);
const digest = (number = iban, of = organisation) => {
  const bytes = digestIdentifier(of.id, number);
  if (bytes === null) throw new Error("no number");
  return Uint8Array.from(bytes);
};

function inOrganisation<Result>(work: Parameters<typeof asOrganisation<Result>>[2]) {
  return asOrganisation(app.database, organisation.id, work);
}

async function addByHand(name = "Till account", of = organisation): Promise<string> {
  const input = { institutionName: "Old Mill Bank", name, kind: "current", currency: "GBP" };
  const made = await createFinancialAccount(app, viewerIn(of), {
    ...input,
    kind: "current",
    uploadsFrom: localDate("2026-09-01"),
  });
  return made.id;
}

/** A statement of four days, which tells the account's number. */
async function bringInFile(accountId: string, number = iban, days = [0, 1, 2, 3]): Promise<string> {
  const lines = days.map((n) =>
    fileLine({ bookedOn: day(n), amountMinor: BigInt(-100 * (n + 1)), description: `Shop ${n}` }),
  );
  const statement = { accountDigest: digest(number), currency: "GBP" };
  const id = await stageFile(app, organisation.id, accountId, lines, {}, statement);
  await writeImport(app, { organisationId: organisation.id, batchId: id });
  return id;
}

/** The bank lists accounts, and lines of the days 2 to 5 of the first of them. @returns the connection */
async function connect(
  accounts: Partial<ProviderAccount>[] = [{}],
  connection?: string,
): Promise<string> {
  const id = connection ?? (await addConnection(app, organisation.id, { provider: "push" }));
  const offered = accounts.map((values, at) =>
    aProviderAccount(`account-${at + 1}`, { identifier: iban, name: "Business", ...values }),
  );
  const rows = [2, 3, 4, 5].map((n) =>
    aRow(`feed-${n}`, {
      bookedOn: day(n),
      amountMinor: BigInt(-100 * (n + 1)),
      description: `SHOP ${n} LONDON`,
    }),
  );
  const whole = [{ accountExternalId: "account-1", rows: "all", from: day(2) } as const];
  await inOrganisation((tx) =>
    bringIn(tx, { id }, { accounts: offered, rows, removed: [], whole }, app.now()),
  );
  return id;
}

const accounts = () =>
  inOrganisation((tx) => tx.prisma.financialAccount.findMany({ orderBy: { createdAt: "asc" } }));
const account = async (id: string) => {
  const found = (await accounts()).find((each) => each.id === id);
  if (found === undefined) throw new Error("the account is gone");
  return found;
};
const days = async (accountId: string) => {
  const rows = await inOrganisation((tx) =>
    tx.prisma.bankTransaction.findMany({
      where: { accountId, removedAt: null },
      orderBy: { bookedOn: "asc" },
    }),
  );
  return rows.map(({ bookedOn, importBatchId }) => [
    (bookedOn.getTime() - Date.parse(first)) / 86_400_000,
    importBatchId === null ? "feed" : "file",
  ]);
};

test("an account by hand goes on under its bank's connection, and no day doubles", async () => {
  const id = await addByHand();
  const batchId = await bringInFile(id);
  const ledgerAccountId = await inOrganisation(async (tx) => {
    const ledger = { id: batchId, number: "1000", name: "Bank", kind: "cash", currency: "GBP" };
    await tx.prisma.ledgerAccount.create({
      data: { organisationId: organisation.id, ...ledger },
    });
    await tx.prisma.financialAccount.updateMany({
      where: { id },
      data: { ledgerAccountId: ledger.id },
    });
    return ledger.id;
  });
  const announced = () =>
    inOrganisation((tx) => tx.prisma.announcement.count({ where: { settledAt: null } }));
  expect(await announced()).toBeGreaterThan(0);
  const connectionId = await connect();
  expect((await accounts()).map((each) => each.id)).toEqual([id]);
  expect(await account(id)).toMatchObject({
    ...{ connectionId, externalId: "account-1", path: "non_standard", name: "Business" },
    ...{ institutionName: "Old Mill Bank", ledgerAccountId },
  });
  const once = [...[0, 1].map((n) => [n, "file"]), ...[2, 3, 4, 5].map((n) => [n, "feed"])];
  expect(await days(id)).toEqual(once);
  expect(await announced()).toBe(0);
  const noted = await inOrganisation((tx) =>
    tx.prisma.auditEntry.findMany({ where: { action: "financial_account.recognised" } }),
  );
  expect(noted.map(({ subjectId }) => subjectId)).toEqual([id]);
  await connect([{}], connectionId);
  expect(await days(id)).toEqual(once);
  await bringInFile(id);
  expect(await days(id)).toEqual(once);
});

test("disconnected, it keeps its lines and is fed by files again", async () => {
  const id = await addByHand();
  await bringInFile(id);
  const connectionId = await connect();
  await disconnectBankConnection(app, viewerIn(organisation), connectionId);
  expect(await days(id)).toHaveLength(6);
  expect(await account(id)).toMatchObject({ path: null, closedAt: app.now() });
  await setAccountPath(app, viewerIn(organisation), { id, manualUpload: true });
  await bringInFile(id, iban, [5, 6]);
  expect(await account(id)).toMatchObject({ path: "manual_upload", closedAt: null });
  // The feed's words for day 5 are the bank's, and its file says the same.
  expect((await days(id)).map(([n]) => n)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("a number that a person told of one of its files counts as the account's", async () => {
  const id = await addByHand();
  await bringInFile(id, "601613 31926819");
  await bringInFile(id);
  expect((await account(id)).identifierDigest).toEqual(digest("601613 31926819"));
  await connect();
  expect((await accounts()).map((each) => each.id)).toEqual([id]);
  expect((await days(id)).map(([n]) => n)).toEqual([0, 1, 2, 3, 4, 5]);
});

test.each([
  ["two accounts by hand have the number", { twoByHand: true }, [{}]],
  ["the bank lists the number twice", {}, [{}, {}]],
  ["the currency is another", {}, [{ currency: "EUR" }]],
  ["the bank tells no number", {}, [{ identifier: null }]],
  ["another bank feeds an account of the number", { fed: true }, [{}]],
] as const)("where %s, it stays by hand", async (_case, before, offered) => {
  const id = await addByHand();
  await bringInFile(id);
  if ("twoByHand" in before) {
    await inOrganisation(async (tx) => {
      const other = await tx.prisma.financialAccount.findFirstOrThrow({ where: { id } });
      await tx.prisma.financialAccount.create({
        data: { ...other, id: organisation.id, name: "Other" },
      });
    });
  }
  if ("fed" in before) {
    const elsewhere = await addConnection(app, organisation.id);
    await addAccount(app, organisation.id, elsewhere, { identifierDigest: digest() });
  }
  const connectionId = await connect([...offered]);
  expect(await account(id)).toMatchObject({ connectionId: null, path: "manual_upload" });
  const fed = (await accounts()).filter((each) => each.connectionId === connectionId);
  expect(fed).toHaveLength(offered.length);
});

test("an account of another organisation is never taken over", async () => {
  const other = await addOrganisation(app);
  const id = await addByHand("Till account", other);
  await asOrganisation(app.database, other.id, (tx) =>
    tx.prisma.financialAccount.updateMany({
      where: { id },
      // Even with this organisation's own digest.
      data: { identifierDigest: digest() },
    }),
  );
  await connect();
  expect(await accounts()).toHaveLength(1);
  const [theirs] = await asOrganisation(app.database, other.id, (tx) =>
    tx.prisma.financialAccount.findMany(),
  );
  expect(theirs).toMatchObject({ id, connectionId: null });
});

test("an account with two numbers that are both offered pairs with neither", () => {
  const holder = { id: "a", byHand: true, currency: "GBP" };
  const offered = ["11", "22"].map((identifierDigest) => ({ identifierDigest, currency: "GBP" }));
  const [one] = offered;
  const holders = offered.map(({ identifierDigest }) => ({ ...holder, identifierDigest }));
  expect(pairByHand(holders, offered)).toEqual([]);
  expect(pairByHand(holders, offered.slice(0, 1))).toEqual([["a", one]]);
});
