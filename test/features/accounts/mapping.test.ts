/** Accounts at banks and the accounts of the chart that they are booked on. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import type { LedgerAccountKind } from "../../../server/src/core/ledger-account.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { toDateColumn } from "../../../server/src/db/dates.ts";
import { mapFinancialAccount } from "../../../server/src/features/accounts/map-financial-account.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { archiveLedgerAccount } from "../../../server/src/features/ledger/archive-ledger-account.ts";
import { createLedgerAccount } from "../../../server/src/features/ledger/create-ledger-account.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let connection: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  connection = await addConnection(app, organisation.id);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const account = (values: object = {}) => addAccount(app, organisation.id, connection, values);

async function ledger(
  number: string,
  kind: LedgerAccountKind = "cash",
  currency: string | null = null,
): Promise<string> {
  const made = await createLedgerAccount(app, viewerIn(organisation), {
    number,
    name: `Account ${number}`,
    kind,
    currency,
  });
  return made.id;
}

const mutation = `mutation ($id: ID!, $ledgerAccountId: ID, $confirmShared: Boolean! = false) {
  mapFinancialAccount(id: $id, ledgerAccountId: $ledgerAccountId, confirmShared: $confirmShared) {
    __typename
    ... on FinancialAccount { id ledgerAccount { id number } }
    ... on LedgerAccountShared { otherAccounts { id name } }
    ... on Problem { code message }
    ... on InvalidInputProblem { field }
  }
}`;

async function map(
  id: string,
  ledgerAccountId: string | null,
  confirmShared = false,
  role: "accountant" | "viewer" = "accountant",
) {
  const { data, errors } = await ask(app, viewerIn(organisation, role), mutation, {
    id,
    ledgerAccountId,
    confirmShared,
  });
  expect(errors).toEqual([]);
  return data.mapFinancialAccount;
}

async function lastSummary(): Promise<string> {
  const { data } = await ask(
    app,
    viewerIn(organisation),
    "{ auditEntries(first: 1) { edges { node { summary } } } }",
  );
  return data.auditEntries.edges[0].node.summary;
}

describe("mapping", () => {
  test("is made, made again without effect, and taken away", async () => {
    const [id, bank] = [await account(), await ledger("1200", "cash", "GBP")];
    const mapped = await map(id, bank);
    expect(mapped.ledgerAccount).toEqual({ id: bank, number: "1200" });
    expect(await map(id, bank)).toEqual(mapped);
    expect(await lastSummary()).toBe("Mapped “Business current account” to “1200 Account 1200”.");
    const { data } = await ask(
      app,
      viewerIn(organisation, "viewer"),
      "{ ledgerAccounts { accounts { id } } }",
    );
    expect(data.ledgerAccounts).toEqual([{ accounts: [{ id }] }]);
    expect((await map(id, null)).ledgerAccount).toBeNull();
    expect((await map(id, null)).ledgerAccount).toBeNull();
    expect(await lastSummary()).toBe(
      "Took the mapping of “Business current account” away, before: 1200 Account 1200.",
    );
  });

  test.each([
    ["current", "cash", true],
    ["savings", "cash", true],
    ["credit_card", "liability", true],
    ["loan", "liability", true],
    ["other", "cash", true],
    ["other", "liability", true],
    ["current", "liability", false],
    ["credit_card", "cash", false],
    ["current", "income", false],
    ["other", "receivable", false],
  ] as const)("of a %s account to a %s account: %s", async (kind, ledgerKind, fits) => {
    const answer = await map(await account({ kind }), await ledger("1", ledgerKind));
    expect(answer.__typename).toBe(fits ? "FinancialAccount" : "InvalidInputProblem");
    if (!fits) expect(answer.field).toBe("ledgerAccountId");
  });

  test("needs one currency, an open account and one of the chart's use", async () => {
    const id = await account();
    expect(await map(id, await ledger("1", "cash", "EUR"))).toMatchObject({
      message: "The ledger account is kept in EUR, this account in GBP.",
    });
    const old = await ledger("2");
    await archiveLedgerAccount(app, viewerIn(organisation), old);
    expect(await map(id, old)).toMatchObject({ code: "CONFLICT", message: "2 is archived." });
    const closed = await account({ closedAt: app.now() });
    expect(await map(closed, await ledger("3"))).toMatchObject({ code: "CONFLICT" });
  });

  test("needs ledger_accounts:manage", async () => {
    const answer = await map(await account(), await ledger("1"), false, "viewer");
    expect(answer).toMatchObject({ code: "FORBIDDEN" });
  });

  test("of a second account to the same asks first, and names the others", async () => {
    const bank = await ledger("1200");
    const first = await account({ name: "Main NL91ABNA0417164300" });
    const second = await account({ name: "Second" });
    await map(first, bank);
    expect(await map(second, bank)).toMatchObject({
      __typename: "LedgerAccountShared",
      code: "LEDGER_ACCOUNT_SHARED",
      message: "Another account is mapped to 1200 Account 1200 already.",
      otherAccounts: [{ id: first, name: "Main ••4300" }],
    });
    expect((await map(second, bank, true)).ledgerAccount.id).toBe(bank);
    expect(await lastSummary()).toBe(
      "Mapped “Second” to “1200 Account 1200”, shared with Main ••4300.",
    );
    // What is mapped already is not asked about again.
    expect((await map(second, bank)).ledgerAccount.id).toBe(bank);
  });

  test("by several people at once: one is mapped, the others are asked", async () => {
    const bank = await ledger("1200");
    const ids = [await account(), await account(), await account()];
    const outcomes = await Promise.allSettled(
      ids.map((id) =>
        mapFinancialAccount(app, viewerIn(organisation), {
          id,
          ledgerAccountId: bank,
          confirmShared: false,
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") {
        expect(outcome.reason).toMatchObject({ code: "LEDGER_ACCOUNT_SHARED" });
      }
    }
  });

  test("and archiving at once leave nothing mapped to what is archived", async () => {
    const viewer = viewerIn(organisation);
    for (let round = 0; round < 5; round += 1) {
      const [id, bank] = [await account(), await ledger(`9${round}`)];
      await Promise.allSettled([
        mapFinancialAccount(app, viewer, { id, ledgerAccountId: bank, confirmShared: false }),
        archiveLedgerAccount(app, viewer, bank),
      ]);
    }
    const odd = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query(
        `SELECT FROM financial_account a JOIN ledger_account l ON l.id = a.ledger_account_id
         WHERE l.archived_at IS NOT NULL`,
      ),
    );
    expect(odd).toEqual([]);
  });
});

test("disconnecting a bank takes the mapping away and keeps the history", async () => {
  const [id, bank] = [await account(), await ledger("1200")];
  await map(id, bank);
  await addTransactions(app, organisation.id, id, [{}, {}]);
  await addBalances(id, [["2026-11-10", 5_00n]]);
  await disconnectBankConnection(app, viewerIn(organisation), connection);
  const { data } = await ask(
    app,
    viewerIn(organisation),
    `query ($id: ID!) { financialAccount(id: $id) {
      path closedAt ledgerAccount { id } balanceHistory { day } unreconciledCount
    } ledgerAccounts { accounts { id } } }`,
    { id },
  );
  expect(data.financialAccount).toMatchObject({
    path: null,
    closedAt: app.now().toISOString(),
    ledgerAccount: null,
    unreconciledCount: 2,
  });
  expect(data.financialAccount.balanceHistory).toHaveLength(11);
  expect(data.ledgerAccounts).toEqual([{ accounts: [] }]);
});

describe("an account's balance history", () => {
  test("is a day each from the first known one, carried forward to today", async () => {
    const id = await account();
    await addBalances(id, [
      ["2026-11-17", 10_00n],
      ["2026-11-19", -2_50n],
    ]);
    expect(await history(id, 90)).toEqual([
      "2026-11-17 10.00 GBP",
      "2026-11-18 10.00 GBP",
      "2026-11-19 -2.50 GBP",
      "2026-11-20 -2.50 GBP",
    ]);
    expect(await history(id, 2)).toEqual(["2026-11-19 -2.50 GBP", "2026-11-20 -2.50 GBP"]);
    expect(await history(id, 1)).toEqual(["2026-11-20 -2.50 GBP"]);
    expect(await history(id, -5)).toHaveLength(1);
  });

  test("is bounded, ends with the account, and is empty where nothing is known", async () => {
    const old = await account({ closedAt: new Date("2026-11-12T10:00:00Z") });
    await addBalances(old, [[addDays(localDate("2026-11-20"), -2_000), 1_00n]]);
    const all = await history(old, 100_000);
    expect(all).toHaveLength(730 - 8);
    expect(all.at(-1)).toBe("2026-11-12 1.00 GBP");
    expect(await history(await account(), 90)).toEqual([]);
  });

  async function history(id: string, days: number): Promise<string[]> {
    const { data } = await ask(
      app,
      viewerIn(organisation, "viewer"),
      `query ($id: ID!, $days: Int!) { financialAccount(id: $id) {
        balanceHistory(days: $days) { day balance { amount currency } }
      } }`,
      { id, days },
    );
    return data.financialAccount.balanceHistory.map(
      ({ day, balance }: { day: string; balance: { amount: string; currency: string } }) =>
        `${day} ${balance.amount} ${balance.currency}`,
    );
  }
});

describe("an account's numbers", () => {
  test("are nowhere shown beyond the last four", async () => {
    const iban = "DE89370400440532013000";
    const id = await account({ name: `Konto ${iban}`, officialName: iban, mask: iban });
    await addTransactions(app, organisation.id, id, [{}]);
    const { data } = await ask(
      app,
      viewerIn(organisation),
      `{ financialAccounts { name officialName mask }
         bankTransactions { nodes { account { name officialName mask } } } }`,
    );
    const shown = { name: "Konto ••3000", officialName: "••3000", mask: "3000" };
    expect(data.financialAccounts).toEqual([shown]);
    expect(data.bankTransactions.nodes).toEqual([{ account: shown }]);
  });
});

async function addBalances(
  accountId: string,
  balances: readonly (readonly [day: string, minor: bigint])[],
): Promise<void> {
  await asOrganisation(app.database, organisation.id, async (tx) => {
    await tx.prisma.accountBalance.createMany({
      data: balances.map(([day, currentMinor]) => ({
        organisationId: tx.organisationId,
        accountId,
        day: toDateColumn(localDate(day)),
        currentMinor,
        asOf: app.now(),
      })),
    });
  });
}
