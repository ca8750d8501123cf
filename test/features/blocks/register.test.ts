import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addBlock } from "../../support/imports.ts";
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
let block: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  block = await addBlock(app, organisation.id);
});

const problem = "... on Problem { code message }";

function run(source: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  return ask(app, viewerIn(organisation, "accountant"), source, variables);
}

async function unit(number: string, blockId = block) {
  const { data } = await run(
    `mutation ($blockId: ID!, $number: String!) { createUnit(blockId: $blockId, input: { number: $number }) {
      ... on Unit { id number } ${problem} } }`,
    { blockId, number },
  );
  return data.createUnit;
}

async function leaseholder(unitId: string, name: string) {
  const { data } = await run(
    `mutation ($input: LeaseholderInput!) { createLeaseholder(input: $input) {
      ... on Leaseholder { id name surname unit { number } block { id } } ${problem} } }`,
    { input: { unitId, name } },
  );
  return data.createLeaseholder;
}

async function demand(input: Record<string, unknown>) {
  const { data } = await run(
    `mutation ($input: DemandInput!) { createDemand(input: $input) {
      ... on OpenItem { id kind status counterpartyName block { id } unit { number } leaseholder { name } standalone }
      ${problem} } }`,
    { input: { issuedOn: "2026-11-01", amount: { amount: "250.00", currency: "GBP" }, ...input } },
  );
  return data.createDemand;
}

async function load(field: "loadUnits" | "loadDemands", csv: string, dryRun = false) {
  const { data, errors } = await run(
    `mutation ($blockId: ID!, $csv: String!, $dryRun: Boolean!) { ${field}(blockId: $blockId, csv: $csv, dryRun: $dryRun) {
      ... on LoadedRows { created updated unchanged problems { row field message } preview } ${problem} } }`,
    { blockId: block, csv, dryRun },
  );
  expect(errors).toEqual([]);
  return data[field];
}

describe("units and leaseholders", () => {
  it("keeps a number once in its block, whatever its case and spaces", async () => {
    expect(await unit(" 12  a ")).toMatchObject({ number: "12 a" });
    expect(await unit("12A")).toMatchObject({ code: "CONFLICT" });
    expect(await unit("12")).toMatchObject({ number: "12" });
    expect(await unit("12A", await addBlock(app, organisation.id))).toMatchObject({
      number: "12A",
    });
    expect(await unit("--")).toMatchObject({ code: "INVALID_INPUT" });
  });

  it("takes the surname from the name, and lists by it; one that is archived stays with its demands", async () => {
    const one = await unit("2");
    await unit("10");
    const holder = await leaseholder(one.id, "Mr Zubin Patel MBE");
    expect(holder).toMatchObject({ surname: "Patel", unit: { number: "2" }, block: { id: block } });
    expect(await leaseholder(one.id, "Mr Zubin Patel MBE")).toMatchObject({ code: "CONFLICT" });
    await demand({ unitId: one.id, leaseholderId: holder.id, number: "SC-1" });
    await run(`mutation ($id: ID!) { archiveLeaseholder(id: $id) { ... on Leaseholder { id } } }`, {
      id: holder.id,
    });
    const { data } = await run(
      `query ($id: ID!) {
        block(id: $id) { unitCount leaseholderCount outstandingCount outstanding { amount currency }
          units { number outstanding { amount } leaseholders { name } } }
        all: leaseholders(blockId: $id, includeArchived: true) { name outstanding { amount } }
        leaseholders(blockId: $id) { name } }`,
      { id: block },
    );
    expect(data.block).toEqual({
      unitCount: 2,
      leaseholderCount: 0,
      outstandingCount: 1,
      outstanding: [{ amount: "250.00", currency: "GBP" }],
      units: [
        { number: "2", outstanding: [{ amount: "250.00" }], leaseholders: [] },
        { number: "10", outstanding: [], leaseholders: [] },
      ],
    });
    expect(data.all).toEqual([{ name: "Mr Zubin Patel MBE", outstanding: [{ amount: "250.00" }] }]);
    expect(data.leaseholders).toEqual([]);
  });
});

describe("demands", () => {
  it("belong to a unit and its own leaseholder, once for a number", async () => {
    const [one, two] = [await unit("1"), await unit("2")];
    const holder = await leaseholder(one.id, "Ann Fell");
    const given = { unitId: one.id, leaseholderId: holder.id, number: "SC-1" };
    expect(await demand(given)).toMatchObject({
      kind: "DEMAND",
      status: "OPEN",
      counterpartyName: "Ann Fell",
      block: { id: block },
      unit: { number: "1" },
      leaseholder: { name: "Ann Fell" },
      standalone: false,
    });
    expect(await demand(given)).toMatchObject({ code: "CONFLICT" });
    expect(await demand({ ...given, unitId: two.id, number: "SC-2" })).toMatchObject({
      code: "INVALID_INPUT",
    });
    const { data } = await run(
      `mutation ($input: OpenItemInput!) { createOpenItem(input: $input) { ${problem} } }`,
      {
        input: {
          ...{ kind: "DEMAND", number: "X", counterpartyName: "Y", issuedOn: "2026-11-01" },
          amount: { amount: "1.00", currency: "GBP" },
        },
      },
    );
    expect(data.createOpenItem).toMatchObject({ code: "INVALID_INPUT" });
    const found = await run(
      `query ($unit: ID, $holder: ID, $block: ID) {
        unit: openItems(filter: { unitId: $unit }) { nodes { number } }
        holder: openItems(filter: { leaseholderId: $holder, statuses: [OPEN] }) { nodes { number } }
        none: openItems(filter: { blockId: $block, kinds: [INVOICE] }) { nodes { number } } }`,
      { unit: one.id, holder: holder.id, block },
    );
    expect(found.data).toEqual({
      unit: { nodes: [{ number: "SC-1" }] },
      holder: { nodes: [{ number: "SC-1" }] },
      none: { nodes: [] },
    });
  });
});

describe("loading a file", () => {
  const units =
    '\ufeffLeaseholder;UNIT;E-mail;Since\r\n"Patel; Jyoti";1;jp@example.test;01/02/2020\r\n=HYPERLINK(1) Oz;2;;\r\n;3;;\r\nBad;;;\r\nWorse;4;no address;\r\n';

  it("loads units and leaseholders, tells of bad rows by line, and changes nothing the second time", async () => {
    const tried = await load("loadUnits", units, true);
    expect(tried).toMatchObject({ created: 5, updated: 0, unchanged: 0 });
    expect(tried.preview.slice(0, 2)).toEqual([
      ["Unit", "Name of unit", "Leaseholder", "Surname", "E-mail", "Since"],
      ["1", "", "Patel; Jyoti", "", "jp@example.test", "2020-02-01"],
    ]);
    const first = await load("loadUnits", units);
    expect(first).toMatchObject({ created: 5, updated: 0, unchanged: 0 });
    expect(
      first.problems.map(({ row, field }: { row: number; field: string }) => [row, field]),
    ).toEqual([
      [5, "unit"],
      [6, "email"],
    ]);
    expect(await load("loadUnits", units)).toMatchObject({ created: 0, updated: 0, unchanged: 5 });
    const changed = units.replace("jp@", "jyoti@");
    expect(await load("loadUnits", changed)).toMatchObject({
      created: 0,
      updated: 1,
      unchanged: 4,
    });
  });

  it("loads demands to the unit's only leaseholder, and changes nothing the second time", async () => {
    await load("loadUnits", "unit,leaseholder\n1,Ann Fell\n2,Bo Ash\n2,Cy Elm\n3,\n");
    const csv =
      'Number,Flat,Leaseholder,Issued,Due,Amount\nSC-1,1,,2026-11-01,31/12/2026,"1,250.00"\nSC-2,2,,2026-11-01,,5\n' +
      "SC-3,2,cy elm,2026-11-01,,7.50\nSC-4,3,,2026-11-01,,5\nSC-5,9,,2026-11-01,,5\nSC-1,1,,2026-11-01,,9\nSC-6,1,,2026-11-01,2026-10-01,5\n";
    expect(await load("loadDemands", csv, true)).toMatchObject({ created: 2 });
    const first = await load("loadDemands", csv);
    expect(first).toMatchObject({ created: 2, updated: 0, unchanged: 0 });
    expect(
      first.problems.map(({ row, field }: { row: number; field: string }) => [row, field]),
    ).toEqual([
      [3, "leaseholder"],
      [5, "leaseholder"],
      [6, "unit"],
      [7, "number"],
      [8, "dueOn"],
    ]);
    expect(await load("loadDemands", csv)).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect(await load("loadDemands", csv.replace("7.50", "8.50"))).toMatchObject({
      updated: 1,
      unchanged: 1,
    });
    expect(await load("loadDemands", "not a table")).toMatchObject({
      created: 0,
      problems: [{ row: 1 }],
    });
  });

  it("takes 5,000 rows at once", async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => `${index + 1},Holder ${index + 1}`);
    const loaded = await load("loadUnits", `unit,leaseholder\n${rows.join("\n")}\n`);
    expect(loaded).toMatchObject({ created: 10_000, problems: [] });
    const lines = rows.map((_, index) => `SC-${index + 1},${index + 1},2026-11-01,120.00`);
    const csv = `number,unit,issued,amount\n${lines.join("\n")}\n`;
    expect(await load("loadDemands", csv)).toMatchObject({ created: 5_000, problems: [] });
    expect(await load("loadDemands", csv)).toMatchObject({ unchanged: 5_000, problems: [] });
    expect(await load("loadDemands", `${csv}X,1,2026-11-01,1\n`)).toMatchObject({
      created: 0,
      problems: [{ message: "The file has more than 5,000 rows." }],
    });
  });
});

describe("a block's figures", () => {
  it("count its accounts' lines, and leave other accounts out", async () => {
    const connection = await addConnection(app, organisation.id);
    const account = await addAccount(app, organisation.id, connection, { blockId: block });
    const other = await addAccount(app, organisation.id, connection);
    const excluded = { excludedAt: app.now(), excludedBy: "Tess", exclusionReason: "Private" };
    await addTransactions(app, organisation.id, account, [
      { amountMinor: 100_00n, bookedOn: localDate("2026-11-01") },
      { amountMinor: -30_00n, bookedOn: localDate("2026-11-02"), ...excluded },
      { amountMinor: 5_00n, bookedOn: localDate("2026-10-01") },
    ]);
    await addTransactions(app, organisation.id, other, [{ amountMinor: 999_00n }]);
    const figures = `transactions matched unreconciled excluded matchRate credits { amount currency } debits { amount }
      net { amount } lastImport { id } lastImportOn`;
    const { data, errors } = await run(
      `query ($id: ID) { all: blockFigures { ${figures} }
        one: blockFigures(blockId: $id, from: "2026-11-01") { ${figures} }
        bankTransactions(filter: { inBlocks: true }) { nodes { matchOrigin } totalCount }
        auto: bankTransactions(filter: { matchOrigin: AUTOMATIC }) { totalCount } }`,
      { id: block },
    );
    expect(errors).toEqual([]);
    expect(data.one).toEqual({
      ...{ transactions: 2, matched: 0, unreconciled: 1, excluded: 1, matchRate: 0 },
      credits: [{ amount: "100.00", currency: "GBP" }],
      debits: [{ amount: "30.00" }],
      net: [{ amount: "70.00" }],
      ...{ lastImport: null, lastImportOn: null },
    });
    expect(data.all).toMatchObject({ transactions: 3, net: [{ amount: "75.00" }] });
    expect(data.bankTransactions).toMatchObject({
      totalCount: 3,
      nodes: [{ matchOrigin: null }, {}, {}],
    });
    expect(data.auto.totalCount).toBe(0);
  });
});
