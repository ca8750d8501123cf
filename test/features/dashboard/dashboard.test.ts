import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addMatch,
  addOpenItems,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const figures = `query {
  dashboard {
    asOf matchRate matchedCount countedForMatchRate unreconciledCount
    cashPosition { count amount { amount currency } }
    unreconciledAmounts { amount currency }
    openReceivables { count amount { amount currency } }
    openPayables { count amount { amount currency } }
    overdueReceivables { count amount { amount currency } }
  }
}`;

async function dashboardOf(organisation: WorldOrganisation) {
  const { data, errors } = await ask(app, viewerIn(organisation, "viewer"), figures);
  expect(errors).toEqual([]);
  return data.dashboard;
}

const total = (count: number, amount: string, currency = "GBP") => ({
  count,
  amount: { amount, currency },
});

describe("the dashboard", () => {
  test("of an organisation without anything is empty, and knows no match rate", async () => {
    expect(await dashboardOf(await addOrganisation(app))).toEqual({
      asOf: app.now().toISOString(),
      matchRate: null,
      matchedCount: 0,
      countedForMatchRate: 0,
      unreconciledCount: 0,
      cashPosition: [],
      unreconciledAmounts: [],
      openReceivables: [],
      openPayables: [],
      overdueReceivables: [],
    });
  });

  test("sums the balances of open accounts by currency, what is owed as negative", async () => {
    const organisation = await addOrganisation(app);
    const { id } = organisation;
    const connection = await addConnection(app, id);
    const gone = await addConnection(app, id, { deletedAt: app.now(), status: "deleted" });
    const add = (amount: bigint | null, values = {}, at = connection) =>
      addAccount(app, id, at, { balanceCurrentMinor: amount, ...values });
    await add(9_007_199_254_740_993n);
    await add(-250_00n, { kind: "credit_card" });
    await add(100_00n, { currency: "EUR" });
    await add(null);
    await add(777_00n, { closedAt: app.now() });
    await add(888_00n, {}, gone);
    expect((await dashboardOf(organisation)).cashPosition).toEqual([
      total(1, "100.00", "EUR"),
      total(2, "90071992547159.93"),
    ]);
  });

  test("counts what is not reconciled, and the share of the last 90 days that is", async () => {
    const organisation = await addOrganisation(app);
    const { id } = organisation;
    const account = await addAccount(app, id, await addConnection(app, id));
    const [matched = "", part = "", excluded = "", removed = ""] = await addTransactions(
      app,
      id,
      account,
      [
        { amountMinor: 40_00n },
        { amountMinor: 100_00n },
        { amountMinor: 5_00n },
        { amountMinor: 6_00n },
        { amountMinor: -30_00n },
        { amountMinor: 7_00n, pending: true },
        // Today is the 20th of November: the 22nd of August is the first of the last 90 days.
        { amountMinor: 1_00n, bookedOn: localDate("2026-08-23") },
        { amountMinor: 2_00n, bookedOn: localDate("2026-08-22") },
      ],
    );
    const [item = ""] = await addOpenItems(app, id, [{ amountMinor: 500_00n }]);
    await addMatch(app, id, { transactionId: matched, openItemId: item, amountMinor: 40_00n });
    await addMatch(app, id, { transactionId: part, openItemId: item, amountMinor: 10_00n });
    await asOrganisation(app.database, id, async (tx) => {
      await tx.query("UPDATE bank_transaction SET excluded_at = now() WHERE id = $1", [excluded]);
      await tx.query("UPDATE bank_transaction SET removed_at = now() WHERE id = $1", [removed]);
    });
    expect(await dashboardOf(organisation)).toMatchObject({
      unreconciledCount: 4,
      unreconciledAmounts: [{ amount: "123.00", currency: "GBP" }],
      matchRate: 0.25,
      matchedCount: 1,
      countedForMatchRate: 4,
    });
  });

  test("says what is overdue by the organisation's own day", async () => {
    const organisation = await addOrganisation(app);
    const { id } = organisation;
    await addOpenItems(app, id, [
      { dueOn: localDate("2026-11-19"), amountMinor: 10_00n },
      { dueOn: localDate("2026-11-20"), amountMinor: 20_00n },
      { dueOn: null, amountMinor: 40_00n },
      { kind: "expense", dueOn: localDate("2026-11-01"), amountMinor: 7_00n, currency: "EUR" },
    ]);
    expect(await dashboardOf(organisation)).toMatchObject({
      openReceivables: [total(3, "70.00")],
      openPayables: [total(1, "7.00", "EUR")],
      overdueReceivables: [total(1, "10.00")],
    });
    // 09:30 in London is 22:30 of the same day in Auckland, and the next day from 11:00 on.
    const inAuckland = (day: string) =>
      asOrganisation(app.database, id, (tx) =>
        tx.query("UPDATE organisation SET time_zone = $1 WHERE id = $2", [day, id]),
      );
    await inAuckland("Pacific/Auckland");
    app.advance(2 * 60 * 60 * 1_000);
    expect((await dashboardOf(organisation)).overdueReceivables).toEqual([total(2, "30.00")]);
    app.advance(-2 * 60 * 60 * 1_000);
  });
});

describe("the cash flow", () => {
  const flow = `query ($currency: String!, $months: Int) {
    dashboard { cashFlow(currency: $currency, months: $months) {
      month moneyIn { amount } moneyOut { amount } net { amount currency } } }
  }`;

  test("sums each month exactly, and has the months without anything too", async () => {
    const organisation = await addOrganisation(app);
    const { id } = organisation;
    const account = await addAccount(app, id, await addConnection(app, id));
    const [transfers] = await asOrganisation(app.database, id, (tx) =>
      tx.query<{ id: string }>(
        `INSERT INTO category (organisation_id, id, name, kind)
         VALUES ($1, gen_random_uuid(), 'Own accounts', 'transfer') RETURNING id`,
        [id],
      ),
    );
    await addTransactions(app, id, account, [
      { amountMinor: 10n, bookedOn: localDate("2026-11-01") },
      { amountMinor: 20n, bookedOn: localDate("2026-11-30") },
      { amountMinor: -100_00n, bookedOn: localDate("2026-11-20") },
      { amountMinor: 5_00n, bookedOn: localDate("2026-09-30") },
      { amountMinor: 9_99n, bookedOn: localDate("2026-08-31") },
      { amountMinor: 1_00n, bookedOn: localDate("2026-11-20"), pending: true },
      { amountMinor: 1_00n, bookedOn: localDate("2026-11-20"), currency: "EUR" },
      { amountMinor: 1_00n, bookedOn: localDate("2026-11-20"), categoryId: transfers?.id },
    ]);
    const { data } = await ask(app, viewerIn(organisation), flow, { currency: "GBP", months: 3 });
    const month = (day: string, moneyIn: string, moneyOut: string, net: string) => ({
      month: day,
      moneyIn: { amount: moneyIn },
      moneyOut: { amount: moneyOut },
      net: { amount: net, currency: "GBP" },
    });
    expect(data.dashboard.cashFlow).toEqual([
      month("2026-09-01", "5.00", "0.00", "5.00"),
      month("2026-10-01", "0.00", "0.00", "0.00"),
      month("2026-11-01", "0.30", "100.00", "-99.70"),
    ]);
  });

  test("of no currency, or of too many months, is refused", async () => {
    const viewer = viewerIn(await addOrganisation(app));
    for (const variables of [{ currency: "ABC" }, { currency: "GBP", months: 37 }]) {
      const { errors } = await ask(app, viewer, flow, variables);
      expect(errors.map(({ code }) => code)).toEqual(["INVALID_INPUT"]);
    }
  });
});
