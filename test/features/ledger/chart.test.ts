/** The chart of accounts: added to, changed, archived and imported, by whom it is kept. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LedgerAccountInput } from "../../../server/src/core/ledger-account.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { archiveLedgerAccount } from "../../../server/src/features/ledger/archive-ledger-account.ts";
import { createLedgerAccount } from "../../../server/src/features/ledger/create-ledger-account.ts";
import { importLedgerAccounts } from "../../../server/src/features/ledger/import-ledger-accounts.ts";
import { updateLedgerAccount } from "../../../server/src/features/ledger/update-ledger-account.ts";
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
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const bank: LedgerAccountInput = { number: "1200", name: "Bank", kind: "cash", currency: "GBP" };

const create = `mutation ($input: LedgerAccountInput!) { createLedgerAccount(input: $input) {
  __typename
  ... on LedgerAccount { id number name kind currency archivedAt accounts { id } }
  ... on Problem { code message }
  ... on InvalidInputProblem { field }
} }`;

async function chart(): Promise<string[]> {
  const { data } = await ask(
    app,
    viewerIn(organisation, "viewer"),
    "{ ledgerAccounts { number name kind currency } }",
  );
  return data.ledgerAccounts.map((account: Record<string, unknown>) =>
    Object.values(account).join(" "),
  );
}

async function summaries(): Promise<string[]> {
  const { data } = await ask(
    app,
    viewerIn(organisation),
    "{ auditEntries { edges { node { summary } } } }",
  );
  return data.auditEntries.edges.map(({ node }: { node: { summary: string } }) => node.summary);
}

async function mapped(kind: string, currency: string, ledgerAccountId: string): Promise<void> {
  const connection = await addConnection(app, organisation.id);
  await addAccount(app, organisation.id, connection, { kind, currency, ledgerAccountId });
}

describe("the chart of accounts", () => {
  test("is kept by accountants, read by everybody, changed by nobody else", async () => {
    const accountant = viewerIn(organisation, "accountant");
    const input = { number: " 1200 ", name: " Bank ", kind: "CASH", currency: "gbp" };
    const made = await ask(app, accountant, create, { input });
    expect(made.data.createLedgerAccount).toMatchObject({
      number: "1200",
      name: "Bank",
      kind: "CASH",
      currency: "GBP",
      archivedAt: null,
      accounts: [],
    });
    expect(await chart()).toEqual(["1200 Bank CASH GBP"]);
    expect(await summaries()).toContain("Added the ledger account “1200 Bank”.");
    const refused = await ask(app, viewerIn(organisation, "viewer"), create, { input });
    expect(refused.data.createLedgerAccount).toMatchObject({
      __typename: "ForbiddenProblem",
      message: "This needs the permission ledger_accounts:manage.",
    });
  });

  test("has each number once, checked and concurrent", async () => {
    const viewer = viewerIn(organisation);
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => createLedgerAccount(app, viewer, bank)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "CONFLICT" });
    }
    const other = await createLedgerAccount(app, viewer, { ...bank, number: "1210" });
    await expect(
      updateLedgerAccount(app, viewer, { id: other.id, input: bank }),
    ).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test.each([
    [{ number: "" }, "number"],
    [{ number: "1".repeat(21) }, "number"],
    [{ name: "a\nb" }, "name"],
    [{ currency: "XQX" }, "currency"],
  ])("refuses %j", async (wrong, field) => {
    await expect(
      createLedgerAccount(app, viewerIn(organisation), { ...bank, ...wrong }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT", field });
  });

  test("keeps an account as what is mapped to it needs it", async () => {
    const viewer = viewerIn(organisation);
    const { id } = await createLedgerAccount(app, viewer, bank);
    await mapped("current", "GBP", id);
    const change = (input: Partial<LedgerAccountInput>) =>
      updateLedgerAccount(app, viewer, { id, input: { ...bank, ...input } });
    await expect(change({ kind: "liability" })).rejects.toMatchObject({
      message: "“Business current account” is mapped to it, a current account in GBP.",
    });
    await expect(change({ currency: "EUR" })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(archiveLedgerAccount(app, viewer, id)).rejects.toMatchObject({
      code: "CONFLICT",
      message: "“Business current account” is mapped to 1200.",
    });
    expect(await change({ name: "Main bank", currency: null })).toMatchObject({
      name: "Main bank",
      currency: null,
    });
    expect((await summaries())[0]).toBe(
      "Changed the ledger account “1200 Main bank”, before: 1200 Bank, cash, GBP.",
    );
  });

  test("is held by the database too", async () => {
    const viewer = viewerIn(organisation);
    const { id } = await createLedgerAccount(app, viewer, bank);
    await mapped("current", "GBP", id);
    const sql = (text: string) =>
      asOrganisation(app.database, organisation.id, (tx) => tx.query(text));
    await expect(sql("UPDATE ledger_account SET kind = 'liability'")).rejects.toThrow(/mapped/);
    await expect(sql("UPDATE ledger_account SET currency = 'EUR'")).rejects.toThrow(/mapped/);
    await expect(sql("UPDATE ledger_account SET archived_at = now()")).rejects.toThrow(/mapped/);
    await expect(mapped("credit_card", "GBP", id)).rejects.toThrow(/not booked on a cash/);
    await expect(mapped("current", "EUR", id)).rejects.toThrow(/holds no EUR/);
    await expect(mapped("current", "GBP", newId())).rejects.toThrow();
    // A bank's own word about the kind does not fail a sync.
    await sql("UPDATE financial_account SET kind = 'loan'");
  });

  test("is archived and restored, twice without effect", async () => {
    const viewer = viewerIn(organisation, "accountant");
    const { id } = await createLedgerAccount(app, viewer, bank);
    const archive = `mutation ($id: ID!) { archiveLedgerAccount(id: $id) {
      ... on LedgerAccount { archivedAt } ... on Problem { code } } }`;
    const { data: first } = await ask(app, viewer, archive, { id });
    const { data: second } = await ask(app, viewer, archive, { id });
    expect(first.archiveLedgerAccount.archivedAt).toBe(app.now().toISOString());
    expect(second).toEqual(first);
    expect(await chart()).toEqual([]);
    await expect(updateLedgerAccount(app, viewer, { id, input: bank })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await ask(app, viewer, `mutation ($id: ID!) { restoreLedgerAccount(id: $id) { __typename } }`, {
      id,
    });
    expect(await chart()).toEqual(["1200 Bank CASH GBP"]);
  });
});

describe("importing the chart", () => {
  const file =
    "number;name;kind;currency\n1200;Bank;Bank;GBP\n2100;Card;Credit card;\n4000;Sales;income;\n";
  const mutation = `mutation ($csv: String!, $dryRun: Boolean! = false) {
    importLedgerAccounts(csv: $csv, dryRun: $dryRun) {
      ... on LedgerAccountImport { created updated unchanged problems { line message } }
      ... on Problem { code }
    }
  }`;
  const load = async (csv: string, dryRun = false) =>
    (await ask(app, viewerIn(organisation, "accountant"), mutation, { csv, dryRun })).data
      .importLedgerAccounts;
  const clean = { created: 0, updated: 0, unchanged: 0, problems: [] };

  test("says first what it would do, then does it, and the second time nothing", async () => {
    expect(await load(file, true)).toEqual({ ...clean, created: 3 });
    expect(await chart()).toEqual([]);
    expect(await load(file)).toEqual({ ...clean, created: 3 });
    expect(await load(file)).toEqual({ ...clean, unchanged: 3 });
    expect(await chart()).toEqual([
      "1200 Bank CASH GBP",
      "2100 Card LIABILITY ",
      "4000 Sales INCOME ",
    ]);
    const changed = file.replace("Sales", "Sales of services");
    expect(await load(changed)).toEqual({ ...clean, updated: 1, unchanged: 2 });
    expect((await summaries())[0]).toBe(
      "Changed the ledger account “4000 Sales of services”, before: 4000 Sales, income, any currency.",
    );
  });

  test("writes nothing when a single line is wrong, and tells all lines that are", async () => {
    const wrong = `${file}1200;Bank again;cash;\n5000;;expense;\n6000;"Rent;expense;\n`;
    const answer = await load(wrong);
    expect(answer).toMatchObject({ created: 0, updated: 0, unchanged: 0 });
    expect(answer.problems).toEqual([
      { line: 5, message: "The number 1200 is in line 2 already." },
      { line: 6, message: "The name is missing." },
      { line: 7, message: "A quotation mark that was opened is not closed." },
    ]);
    expect(await chart()).toEqual([]);
  });

  test("respects what is mapped and what is archived", async () => {
    const viewer = viewerIn(organisation);
    const used = await createLedgerAccount(app, viewer, bank);
    await mapped("current", "GBP", used.id);
    const gone = await createLedgerAccount(app, viewer, { ...bank, number: "1299" });
    await archiveLedgerAccount(app, viewer, gone.id);
    expect((await load("no,name,type\n1200,Bank,income\n1299,Old,bank\n")).problems).toEqual([
      {
        line: 2,
        message: "“Business current account” is mapped to it, a current account in GBP.",
      },
      { line: 3, message: "1299 is archived: restore it, or leave the line out." },
    ]);
  });

  test("of one file by two people at once makes each account once", async () => {
    const viewer = viewerIn(organisation);
    const outcomes = await Promise.allSettled(
      [1, 2].map(() => importLedgerAccounts(app, viewer, { csv: file, dryRun: false })),
    );
    expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "CONFLICT" });
    }
    expect(await chart()).toHaveLength(3);
  });

  test("is refused without the permission", async () => {
    const { data } = await ask(app, viewerIn(organisation, "viewer"), mutation, { csv: file });
    expect(data.importLedgerAccounts).toEqual({ code: "FORBIDDEN" });
  });
});
