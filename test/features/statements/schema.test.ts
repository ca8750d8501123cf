import { afterAll, beforeAll, expect, it } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { toDateColumn } from "../../../server/src/db/dates.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addBlock, addImport } from "../../support/imports.ts";
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
  await app?.close();
  await database?.drop();
});

/** An organisation with one account, in a block. */
async function addBooks() {
  const organisation = await addOrganisation(app);
  const block = await addBlock(app, organisation.id, { name: "Elm Court" });
  const connection = await addConnection(app, organisation.id);
  const account = await addAccount(app, organisation.id, connection, { blockId: block });
  return { organisation, block, connection, account };
}

function read(
  organisation: WorldOrganisation,
  source: string,
  variables: Record<string, unknown> = {},
): Promise<Answer> {
  return ask(app, viewerIn(organisation, "viewer"), source, variables);
}

async function readImport(organisation: WorldOrganisation, id: string, fields: string) {
  const source = `query ($id: ID!) { importBatch(id: $id) { ${fields} } }`;
  const { data, errors } = await read(organisation, source, { id });
  expect(errors).toEqual([]);
  return data.importBatch;
}

it("tells a complete import with its accounts, blocks, statements and how its lines stand", async () => {
  const { organisation, account, connection } = await addBooks();
  const lines = await addTransactions(app, organisation.id, account, [{}, {}, {}, {}]);
  const [openItemId = ""] = await addOpenItems(app, organisation.id, [{}]);
  const [matched = "", recognised = "", ...rest] = lines;
  await addMatch(app, organisation.id, { transactionId: matched, openItemId });
  const earlier = await addImport(app, organisation.id, { values: { status: "complete" } });
  const id = await addImport(app, organisation.id, {
    values: {
      status: "complete",
      fileBytes: 4_096n,
      lines: 4,
      totalRows: 5,
      skipped: 1,
      problems: 1,
      recognised: 1,
      added: 3,
      sources: [
        { how: "same_identity", count: 1, batchId: earlier, connectionId: null },
        { how: "same_day", count: 2, batchId: null, connectionId: connection },
        { how: "by_a_later_version", count: 3, batchId: null, connectionId: null },
      ],
    },
    statements: [
      {
        row: 3,
        accountId: account,
        accountName: "GB29NWBK60161331926819",
        accountMask: "1234",
        currency: "GBP",
        openingMinor: 100_00n,
        closingMinor: 400_00n,
        closingOn: toDateColumn(localDate("2026-11-16")),
        lines: 4,
        creditsMinor: 400_00n,
        debitsMinor: 100_00n,
      },
    ],
    problems: [{}],
    recognisedLines: [{ accountId: account, transactionId: recognised }],
    added: [matched, ...rest],
    file: "01,",
  });
  const told = await readImport(
    organisation,
    id,
    `fileBytes format status step progress toAdd added recognised matched unmatched statementCount
     accounts { id } blocks { name } csv { remembered }
     statements { position lines accountName accountMask account { id } openingBalance { amount currency }
       closingBalance { amount } closingOn credits { amount } debits { amount } }
     problems { row code message text loss }
     recognisedFrom { how count importBatch { id } }
     fileUrl problemsUrl`,
  );
  expect(told).toEqual({
    fileBytes: 4096,
    format: "BAI2",
    status: "COMPLETE",
    step: null,
    progress: null,
    toAdd: 0,
    added: 3,
    recognised: 1,
    matched: 1,
    unmatched: 2,
    statementCount: 1,
    accounts: [{ id: account }],
    blocks: [{ name: "Elm Court" }],
    csv: null,
    statements: [
      {
        position: 0,
        lines: 4,
        accountName: "••6819",
        accountMask: "1234",
        account: { id: account },
        openingBalance: { amount: "100.00", currency: "GBP" },
        closingBalance: { amount: "400.00" },
        closingOn: "2026-11-16",
        credits: { amount: "400.00" },
        debits: { amount: "100.00" },
      },
    ],
    problems: [
      {
        row: 1,
        code: "bad_date",
        message: "There is no such day.",
        text: "31/02/2026",
        loss: "LINE",
      },
    ],
    recognisedFrom: [
      { how: "SAME_IDENTITY", count: 1, importBatch: { id: earlier } },
      { how: "SAME_DAY", count: 2, importBatch: null },
    ],
    fileUrl: `/api/statements/v1/imports/${id}/file`,
    problemsUrl: `/api/statements/v1/imports/${id}/problems.csv`,
  });
});

it("tells what a pending CSV file asks, how it is read, and what does not agree", async () => {
  const { organisation, account } = await addBooks();
  const id = await addImport(app, organisation.id, {
    values: {
      format: "csv",
      accountId: account,
      lines: 52,
      recognised: 37,
      questions: ["date_order", "balance", "asked_by_a_later_version"],
      layout: { ...layout, dateOrder: null },
      survey: { headers: ["Datum", "Text", "Betrag"], remembered: true },
      preview: {
        rows: [
          {
            row: 4,
            cells: ["03.04.2026", "Miete", "-1.250,00"],
            bookedOn: "2026-04-03",
            amountMinor: "-125000",
            currency: "GBP",
            description: "Miete",
          },
          { row: 5, cells: ["?"], problem: "“?” is no date." },
          { cells: "not a row" },
        ],
      },
      checksFailed: 2,
      checks: [
        {
          what: "running_balance",
          row: 9,
          place: "row 9",
          unit: "money",
          currency: null,
          stated: "90000",
          computed: "100000",
        },
        {
          what: "record_count",
          row: 60,
          place: "file",
          unit: "count",
          currency: null,
          stated: "99999999999",
          computed: "7",
        },
      ],
    },
  });
  const told = await readImport(
    organisation,
    id,
    `questions toAdd fileUrl problemsUrl accounts { id }
     csv { headers remembered layout { delimiter dateColumn descriptionColumns dateOrder decimalSign reversed }
       rows { row cells bookedOn amount { amount currency } description balance { amount } problem } }
     failedChecks { what message statedAmount { amount } difference { amount currency } statedCount computedCount }`,
  );
  expect(told).toEqual({
    questions: ["DATE_ORDER", "BALANCE"],
    toAdd: 15,
    fileUrl: null,
    problemsUrl: null,
    accounts: [{ id: account }],
    csv: {
      headers: ["Datum", "Text", "Betrag"],
      remembered: true,
      layout: {
        delimiter: ";",
        dateColumn: 0,
        descriptionColumns: [1],
        dateOrder: null,
        decimalSign: "COMMA",
        reversed: false,
      },
      rows: [
        {
          row: 4,
          cells: ["03.04.2026", "Miete", "-1.250,00"],
          bookedOn: "2026-04-03",
          amount: { amount: "-1250.00", currency: "GBP" },
          description: "Miete",
          balance: null,
          problem: null,
        },
        {
          row: 5,
          cells: ["?"],
          bookedOn: null,
          amount: null,
          description: null,
          balance: null,
          problem: "“?” is no date.",
        },
      ],
    },
    failedChecks: [
      {
        what: "RUNNING_BALANCE",
        message: expect.stringContaining("900.00 GBP: 100.00 GBP less"),
        statedAmount: { amount: "900.00" },
        difference: { amount: "-100.00", currency: "GBP" },
        statedCount: null,
        computedCount: null,
      },
      {
        what: "RECORD_COUNT",
        message: expect.stringContaining("99,999,999,999"),
        statedAmount: null,
        difference: null,
        statedCount: 2 ** 31 - 1,
        computedCount: 7,
      },
    ],
  });
});

const layout = {
  delimiter: ";",
  headerRow: 3,
  dateColumn: 0,
  descriptionColumns: [1],
  amountColumn: 2,
  decimalSign: "comma",
};

it("tells how far an import is: by bytes while it is read, by lines while it is written", async () => {
  const { organisation } = await addBooks();
  const reading = { step: "reading", fileBytes: 1_000n, bytesRead: 250n, rowsRead: 20 };
  const writing = { step: "writing", lines: 50, recognised: 10, rowsWritten: 30 };
  const asked = "status step progress linesRead linesWritten";
  for (const [values, progress] of [
    [reading, 0.25],
    [{ ...reading, bytesRead: 1_001n }, 1],
    [writing, 0.75],
    [{ ...writing, recognised: 50 }, 0],
  ] as const) {
    const id = await addImport(app, organisation.id, {
      values: { status: "processing", ...values },
    });
    expect(await readImport(organisation, id, asked)).toMatchObject({ progress });
  }
});

it("lists the newest first, by pages, account, block, status and words of the file's name", async () => {
  const { organisation, account, block } = await addBooks();
  const other = await addAccount(app, organisation.id, await addConnection(app, organisation.id));
  const ids: string[] = [];
  for (const [index, accountId] of [account, other, account].entries()) {
    app.advance(1_000);
    ids.push(
      await addImport(app, organisation.id, {
        values: { fileName: `statement_${index}.sta`, status: index === 2 ? "failed" : "pending" },
        statements: [{ accountId }],
      }),
    );
  }
  const list = async (args: string) => {
    const { data, errors } = await read(
      organisation,
      `{ importBatches${args} { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
    );
    expect(errors).toEqual([]);
    return data.importBatches;
  };
  const idsOf = async (args: string) =>
    (await list(args)).nodes.map(({ id }: { id: string }) => ids.indexOf(id));
  const page = await list("(first: 2)");
  expect(page).toMatchObject({
    totalCount: 3,
    nodes: [{ id: ids[2] }, { id: ids[1] }],
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  expect(await idsOf(`(first: 2, after: "${page.pageInfo.endCursor}")`)).toEqual([0]);
  expect(await idsOf(`(last: 1, before: "${page.pageInfo.endCursor}")`)).toEqual([2]);
  expect(await idsOf(`(filter: { accountId: "${account}" })`)).toEqual([2, 0]);
  expect(await idsOf(`(filter: { blockId: "${block}" })`)).toEqual([2, 0]);
  expect(await idsOf("(filter: { statuses: [PENDING] })")).toEqual([1, 0]);
  expect(await idsOf(`(filter: { search: "T_1" })`)).toEqual([1]);
  expect(await idsOf(`(filter: { accountId: "none of ours" })`)).toEqual([]);
});

it("pages through recognised lines, and tells each bank transaction where else it was found", async () => {
  const { organisation, account } = await addBooks();
  const lines = await addTransactions(app, organisation.id, account, [{}, {}, {}]);
  const [first = "", second = "", third = ""] = lines;
  const recognised = lines.map((transactionId, position) => ({
    position,
    transactionId,
    accountId: account,
    reference: `FILE-${position}`,
    partedAt: position === 1 ? app.now() : null,
  }));
  const values = { status: "complete" } as const;
  const id = await addImport(app, organisation.id, { values, recognisedLines: recognised });
  const undone = await addImport(app, organisation.id, {
    values: { status: "undone" },
    recognisedLines: recognised.slice(2),
  });
  const origin = await addImport(app, organisation.id, { values, added: [first] });
  const asked = `recognisedLines(first: 2, after: $after) {
    totalCount nodes { position how amount { amount currency } transaction { id } parted importBatch { id } }
    pageInfo { hasNextPage endCursor } }`;
  const source = `query ($id: ID!, $after: String) { importBatch(id: $id) { ${asked} } }`;
  const start = (await read(organisation, source, { id })).data.importBatch.recognisedLines;
  expect(start).toEqual({
    totalCount: 3,
    nodes: [0, 1].map((position) => ({
      position,
      how: "SAME_DAY",
      amount: { amount: "100.00", currency: "GBP" },
      transaction: { id: lines[position] },
      parted: position === 1,
      importBatch: { id },
    })),
    pageInfo: { hasNextPage: true, endCursor: "1" },
  });
  const after = start.pageInfo.endCursor;
  const end = (await read(organisation, source, { id, after })).data.importBatch.recognisedLines;
  expect(end).toMatchObject({ nodes: [{ position: 2 }], pageInfo: { hasNextPage: false } });
  const { data } = await read(
    organisation,
    `{ bankTransactions { nodes { id importBatch { id } importRow alsoIn { reference importBatch { id } } } } }`,
  );
  const byId = new Map(data.bankTransactions.nodes.map((node: { id: string }) => [node.id, node]));
  expect(byId.get(first)).toMatchObject({
    importBatch: { id: origin },
    importRow: 2,
    alsoIn: [{ reference: "FILE-0", importBatch: { id } }],
  });
  expect(byId.get(second)).toMatchObject({ importBatch: null, importRow: null, alsoIn: [] });
  expect(byId.get(third)).toMatchObject({ alsoIn: [{ importBatch: { id } }] });
  expect(undone).not.toBe(id);
});

it("knows an earlier import of the very same file, as long as it is in the books", async () => {
  const { organisation } = await addBooks();
  const fileDigest = new Uint8Array(32).fill(7);
  const first = await addImport(app, organisation.id, {
    values: { status: "complete", fileDigest },
  });
  app.advance(1_000);
  const second = await addImport(app, organisation.id, { values: { fileDigest } });
  expect(await readImport(organisation, second, "sameFileAs { id }")).toEqual({
    sameFileAs: { id: first },
  });
  expect(await readImport(organisation, first, "sameFileAs { id }")).toEqual({ sameFileAs: null });
  await asOrganisation(app.database, organisation.id, (tx) =>
    tx.query("UPDATE import_batch SET status = 'undone' WHERE id = $1", [first]),
  );
  expect(await readImport(organisation, second, "sameFileAs { id }")).toEqual({ sameFileAs: null });
});

it("asks the database as often for fifty imports as for one", async () => {
  const { organisation, account } = await addBooks();
  const source = `query ($first: Int) { importBatches(first: $first) { nodes {
    accounts { id name block { name } } blocks { name } statements { account { name } lines } statementCount
    matched unmatched problems { message } recognisedLines { totalCount nodes { transaction { id } } }
    sameFileAs { id } fileUrl } } }`;
  const [transactionId = ""] = await addTransactions(app, organisation.id, account, [{}]);
  const fill = async () => {
    for (let count = 0; count < 10; count += 1) {
      await addImport(app, organisation.id, {
        values: { status: "complete" },
        statements: [{ accountId: account }],
        problems: [{}],
        recognisedLines: [{ accountId: account, transactionId }],
      });
    }
  };
  const countOf = async (first: number): Promise<number> => {
    const connect = app.database.pool.connect.bind(app.database.pool);
    let count = 0;
    app.database.pool.connect = (() => {
      count += 1;
      return connect();
    }) as typeof connect;
    try {
      const { data, errors } = await read(organisation, source, { first });
      expect(errors).toEqual([]);
      expect(data.importBatches.nodes).toHaveLength(first);
      return count;
    } finally {
      app.database.pool.connect = connect;
    }
  };
  await fill();
  expect(await countOf(10)).toBe(await countOf(1));
});

it("shows nothing to who may not see bank transactions", async () => {
  const { organisation } = await addBooks();
  const id = await addImport(app, organisation.id);
  const viewer = { ...viewerIn(organisation), permissions: new Set(["bank_connections:read"]) };
  const { errors } = await ask(
    app,
    viewer as ReturnType<typeof viewerIn>,
    `{ importBatches { nodes { id } } importBatch(id: "${id}") { id } }`,
  );
  expect(errors.map(({ code }) => code)).toEqual(expect.arrayContaining(["FORBIDDEN"]));
});
