/** Accounts that are fed by hand: added, put on the path and off it, their statements due, late and done. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { reviewAllStatements } from "../../../server/src/features/accounts/review-all-statements.ts";
import { reviewStatements } from "../../../server/src/features/accounts/review-statements.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  database = await createTestDatabase();
});

beforeEach(async () => {
  app = await createTestApp(database.serverUrl);
  organisation = await addOrganisation(app);
  return () => app.close();
});

afterAll(async () => {
  await database.drop();
});

const result = `
  __typename
  ... on FinancialAccount {
    id name institutionName mask path inScope closedAt uploadBusinessDay connection { id }
    statementMonths { month dueOn state uploadedBy note }
  }
  ... on Problem { code message }`;

async function run(
  field: string,
  args: string,
  variables: object,
  role: "admin" | "accountant" = "admin",
) {
  const given = [...args.matchAll(/\$(\w+): /g)].map(([, name]) => `${name}: $${name}`).join(", ");
  const source = `mutation (${args}) { ${field}(${given}) { ${result} ${fieldOf(field)} } }`;
  const { data, errors } = await ask(app, viewerIn(organisation, role), source, { ...variables });
  expect(errors).toEqual([]);
  return data[field];
}

/** Not every mutation can answer which input was wrong. */
const fieldOf = (field: string) =>
  /^(withdraw|setAccountScope)/.test(field) ? "" : "... on InvalidInputProblem { field }";

const pettyCash = {
  institutionName: "Fernbank",
  name: "Office float",
  kind: "CURRENT",
  currency: "gbp",
  mask: "0042",
  uploadsFrom: "2026-09-14",
};
const create = (input: object, role?: "accountant") =>
  run("createFinancialAccount", "$input: FinancialAccountInput!", { input }, role);
const setPath = (id: string, manualUpload: boolean, more: object = {}) =>
  run(
    "setAccountPath",
    "$id: ID!, $manualUpload: Boolean!, $uploadsFrom: LocalDate, $uploadBusinessDay: Int",
    { id, manualUpload, ...more },
  );
const record = (accountId: string, month: string, note?: string) =>
  run("recordStatementUpload", "$accountId: ID!, $month: LocalDate!, $note: String", {
    accountId,
    month,
    note,
  });
const withdraw = (accountId: string, month: string) =>
  run("withdrawStatementUpload", "$accountId: ID!, $month: LocalDate!", { accountId, month });
const setScope = (id: string, inScope: boolean) =>
  run("setAccountScope", "$id: ID!, $inScope: Boolean!", { id, inScope });

interface Month {
  month: string;
  state: string;
}

const states = (account: { statementMonths: Month[] }) =>
  account.statementMonths.map(({ month, state }) => `${month.slice(0, 7)} ${state}`);

async function announced(): Promise<string[]> {
  const { data } = await ask(app, viewerIn(organisation), "{ announcements { sentence } }");
  return data.announcements.map(({ sentence }: { sentence: string }) => sentence).sort();
}

const october = "The statement of Office float for October 2026 is late.";
const september = "The statement of Office float for September 2026 is late.";

describe("an account added by hand", () => {
  test("has no connection, the manual path, and its statements from the month asked for", async () => {
    const account = await create(pettyCash);
    expect(account).toMatchObject({
      name: "Office float",
      institutionName: "Fernbank",
      mask: "0042",
      path: "MANUAL_UPLOAD",
      inScope: true,
      closedAt: null,
      uploadBusinessDay: 5,
      connection: null,
    });
    expect(account.statementMonths).toEqual([
      { month: "2026-11-01", dueOn: "2026-12-07", state: "UPCOMING", uploadedBy: null, note: null },
      { month: "2026-10-01", dueOn: "2026-11-06", state: "LATE", uploadedBy: null, note: null },
      { month: "2026-09-01", dueOn: "2026-10-07", state: "LATE", uploadedBy: null, note: null },
    ]);
    expect(await announced()).toEqual([october, september]);
  });

  test("is added once, also by two at once, and not under another number", async () => {
    const made = await Promise.all([create(pettyCash), create(pettyCash)]);
    expect(made.map(({ __typename }) => __typename).sort()).toEqual([
      "ConflictProblem",
      "FinancialAccount",
    ]);
    expect((await create({ ...pettyCash, name: "OFFICE FLOAT" })).code).toBe("CONFLICT");
    expect((await create({ ...pettyCash, mask: "0043" })).__typename).toBe("FinancialAccount");
  });

  test.each([
    [{ name: " " }, "name"],
    [{ institutionName: "x".repeat(121) }, "institutionName"],
    [{ currency: "XQX" }, "currency"],
    [{ mask: "GB29NWBK60161331926819" }, "mask"],
    [{ uploadBusinessDay: 21 }, "uploadBusinessDay"],
    [{ uploadBusinessDay: 0 }, "uploadBusinessDay"],
    [{ uploadsFrom: "2001-01-01" }, "uploadsFrom"],
    [{ uploadsFrom: "2029-01-01" }, "uploadsFrom"],
  ])("is refused with %j", async (wrong, field) => {
    expect(await create({ ...pettyCash, ...wrong })).toMatchObject({
      code: "INVALID_INPUT",
      field,
    });
  });

  test("needs bank_connections:manage", async () => {
    expect(await create(pettyCash, "accountant")).toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("the statements of an account", () => {
  test("are recorded once, with who and why, and taken back with a trace", async () => {
    const { id } = await create(pettyCash);
    const once = await record(id, "2026-10-31", " From the branch ");
    expect(states(once)).toEqual(["2026-11 UPCOMING", "2026-10 DONE", "2026-09 LATE"]);
    expect(once.statementMonths[1]).toMatchObject({
      uploadedBy: organisation.people.admin.name,
      note: "From the branch",
    });
    expect(await record(id, "2026-10-01")).toEqual(once);
    expect(await announced()).toEqual([september]);

    const back = await withdraw(id, "2026-10-05");
    expect(states(back)).toEqual(["2026-11 UPCOMING", "2026-10 LATE", "2026-09 LATE"]);
    expect(await withdraw(id, "2026-10-05")).toEqual(back);
    expect(await announced()).toEqual([october, september]);
    const rows = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.statementUpload.findMany(),
    );
    expect(rows).toMatchObject([{ withdrawnAt: app.now() }]);
    expect(states(await record(id, "2026-10-01"))[1]).toBe("2026-10 DONE");
  });

  test("are recorded once by two at once", async () => {
    const { id } = await create(pettyCash);
    await Promise.all([record(id, "2026-10-01"), record(id, "2026-10-01")]);
    const rows = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.statementUpload.count(),
    );
    expect(rows).toBe(1);
  });

  test("are not recorded before a month is over, nor before the first expected", async () => {
    const { id } = await create(pettyCash);
    expect(await record(id, "2026-11-30")).toMatchObject({ code: "INVALID_INPUT", field: "month" });
    expect(await record(id, "2026-08-01")).toMatchObject({ code: "INVALID_INPUT", field: "month" });
    expect(await record(id, "2026-10-01", "x".repeat(501))).toMatchObject({ field: "note" });
  });

  test("are announced when due, again when late, and settled when brought in", async () => {
    const { id } = await create({ ...pettyCash, uploadsFrom: "2026-11-01" });
    expect(await announced()).toEqual([]);
    // Midnight in London on the first of December: the month is over.
    app.advance(Date.parse("2026-12-01T00:00:00Z") - app.now().getTime());
    await reviewStatements(app, organisation.id);
    await reviewStatements(app, organisation.id);
    expect(await announced()).toEqual(["The statement of Office float for November 2026 is due."]);
    app.advance(Date.parse("2026-12-08T09:00:00Z") - app.now().getTime());
    await reviewStatements(app, organisation.id);
    expect(await announced()).toEqual(["The statement of Office float for November 2026 is late."]);
    await record(id, "2026-11-01");
    expect(await announced()).toEqual([]);
    await reviewStatements(app, organisation.id);
    expect(await announced()).toEqual([]);
  });

  test("are reviewed over all organisations, each by itself", async () => {
    const ours = organisation;
    const { id } = await create({ ...pettyCash, uploadsFrom: "2026-11-01" });
    organisation = await addOrganisation(app);
    await create({ ...pettyCash, uploadsFrom: "2026-11-01" });
    app.advance(Date.parse("2026-12-01T12:00:00Z") - app.now().getTime());
    await reviewAllStatements(app);
    expect(await announced()).toHaveLength(1);
    organisation = ours;
    expect(await announced()).toHaveLength(1);
    // An account that has left the path since no longer waits for its statement.
    await asOrganisation(app.database, ours.id, (tx) =>
      tx.query("UPDATE financial_account SET path = NULL WHERE id = $1", [id]),
    );
    await reviewAllStatements(app);
    expect(await announced()).toEqual([]);
  });

  test("begin and end their days in the organisation's own zone", async () => {
    await create({ ...pettyCash, uploadsFrom: "2026-11-01" });
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query("UPDATE organisation SET time_zone = 'Pacific/Auckland'"),
    );
    app.advance(Date.parse("2026-11-30T12:00:00Z") - app.now().getTime());
    await reviewStatements(app, organisation.id);
    expect(await announced()).toHaveLength(1);
  });

  test("follow the calendar at once", async () => {
    const { id } = await create({ ...pettyCash, uploadsFrom: "2026-10-01" });
    expect(await announced()).toEqual([october]);
    const holidays = Array.from({ length: 18 }, (_, i) => ({
      day: `2026-11-${String(i + 2).padStart(2, "0")}`,
      name: "Closed",
    }));
    const { data } = await ask(
      app,
      viewerIn(organisation, "accountant"),
      `mutation ($input: BusinessCalendarInput!) { setBusinessCalendar(input: $input) { __typename } }`,
      { input: { weekendDays: [6, 7], holidays } },
    );
    expect(data.setBusinessCalendar.__typename).toBe("BusinessCalendar");
    expect(await announced()).toEqual(["The statement of Office float for October 2026 is due."]);
    expect((await setPath(id, true, { uploadBusinessDay: 1 })).statementMonths[1]).toMatchObject({
      dueOn: "2026-11-20",
      state: "DUE",
    });
  });

  test("are expected of nothing that is out of scope", async () => {
    const { id } = await create(pettyCash);
    const out = await setScope(id, false);
    expect([out.inScope, out.statementMonths]).toEqual([false, []]);
    expect(await announced()).toEqual([]);
    expect(states(await setScope(id, true))).toHaveLength(3);
    expect(await announced()).toEqual([october, september]);
  });
});

describe("the manual path", () => {
  async function connected(values: object = {}, status = "active" as "active" | "expired") {
    const connection = await addConnection(app, organisation.id, { status });
    return addAccount(app, organisation.id, connection, { path: "standard", ...values });
  }

  test("is not for an account that a live connection feeds", async () => {
    const id = await connected();
    expect(await setPath(id, true)).toMatchObject({ code: "CONFLICT" });
    expect(await setPath(id, false)).toMatchObject({ code: "CONFLICT" });
    expect(await record(id, "2026-10-01")).toMatchObject({ code: "CONFLICT" });
  });

  test("is given to one that nothing feeds any more, and taken away again", async () => {
    const closedAt = new Date("2026-11-01T00:00:00Z");
    for (const id of [
      await connected({ closedAt, path: null }),
      await connected({ path: null }, "expired"),
    ]) {
      const given = await setPath(id, true, { uploadsFrom: "2026-10-20", uploadBusinessDay: 3 });
      expect(given).toMatchObject({
        path: "MANUAL_UPLOAD",
        closedAt: null,
        uploadBusinessDay: 3,
        institutionName: "Bank of Tests",
      });
      expect(states(given)).toEqual(["2026-11 UPCOMING", "2026-10 LATE"]);
      expect(await setPath(id, true)).toEqual(given);
      const taken = await setPath(id, false);
      expect(taken).toMatchObject({
        path: null,
        closedAt: app.now().toISOString(),
        statementMonths: [],
      });
      expect(await announced()).toEqual([]);
    }
  });

  test("outlives the connection that the account once had", async () => {
    const id = await connected({ path: null }, "expired");
    await setPath(id, true);
    const { data } = await ask(
      app,
      viewerIn(organisation),
      "query ($id: ID!) { financialAccount(id: $id) { connection { id } } }",
      { id },
    );
    await disconnectBankConnection(
      app,
      viewerIn(organisation),
      data.financialAccount.connection.id,
    );
    expect(await setScope(id, true)).toMatchObject({ path: "MANUAL_UPLOAD", closedAt: null });
  });

  test("keeps the record when it is taken from an account added by hand", async () => {
    const { id } = await create(pettyCash);
    await record(id, "2026-10-01");
    expect(await setPath(id, false)).toMatchObject({ path: null, closedAt: null });
    expect(states(await setPath(id, true))).toEqual([
      "2026-11 UPCOMING",
      "2026-10 DONE",
      "2026-09 LATE",
    ]);
  });

  test("is held by the database too", async () => {
    const id = await connected();
    const sql = (text: string) =>
      asOrganisation(app.database, organisation.id, (tx) => tx.query(text, [id]));
    await expect(
      sql("UPDATE financial_account SET path = 'manual_upload' WHERE id = $1"),
    ).rejects.toThrow(/financial_account_manual_since/);
    await expect(
      sql("UPDATE financial_account SET uploads_from = '2026-10-02' WHERE id = $1"),
    ).rejects.toThrow(/financial_account_uploads_from_month/);
    await expect(
      sql(
        "UPDATE financial_account SET connection_id = NULL, external_id = NULL, institution_name = 'X' WHERE id = $1",
      ),
    ).rejects.toThrow(/financial_account_standard_is_connected/);
  });
});
