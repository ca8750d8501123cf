import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { bringIn } from "../../../server/src/features/connections/sync/bring-in.ts";
import { partLine } from "../../../server/src/features/statements/part-recognised-line.ts";
import { countRecognised } from "../../../server/src/features/statements/recognise-staged.ts";
import { previewUndo, undoImport } from "../../../server/src/features/statements/undo-import.ts";
import { writeImport } from "../../../server/src/features/statements/write-import.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { aRow } from "../../support/window-bank.ts";
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
import { type FileLine, fileLine, stageFile } from "./staging.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let connectionId: string;
let accountId: string;

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
  connectionId = await addConnection(app, organisation.id, { provider: "push" });
  accountId = await addAccount(app, organisation.id, connectionId, { externalId: "account-1" });
});

const first = localDate("2026-11-01");
const day = (n: number) => addDays(first, n);

function inOrganisation<Result>(work: Parameters<typeof asOrganisation<Result>>[2]) {
  return asOrganisation(app.database, organisation.id, work);
}

async function bringInFile(
  lines: readonly FileLine[],
  values: Parameters<typeof stageFile>[4] = {},
  statement: Parameters<typeof stageFile>[5] = {},
) {
  const id = await stageFile(app, organisation.id, accountId, lines, values, statement);
  await writeImport(app, { organisationId: organisation.id, batchId: id });
  return id;
}

const batchOf = (id: string) =>
  inOrganisation((tx) => tx.prisma.importBatch.findFirstOrThrow({ where: { id } }));
const countsOf = async (id: string) => {
  const { status, added, recognised } = await batchOf(id);
  return { status, added, recognised };
};
const books = () =>
  inOrganisation((tx) =>
    tx.prisma.bankTransaction.findMany({ where: { accountId, removedAt: null } }),
  );
/** What is in the books, whatever the ids. */
const told = async (of = accountId) => {
  const rows = await inOrganisation((tx) =>
    tx.prisma.bankTransaction.findMany({ where: { accountId: of, removedAt: null } }),
  );
  return rows
    .map(
      (row) => `${row.bookedOn.toISOString().slice(0, 10)} ${row.amountMinor} ${row.description}`,
    )
    .sort();
};
const recognised = () => inOrganisation((tx) => tx.prisma.recognisedLine.findMany());
const owner = () => viewerIn(organisation);

const feedShows = (rows: Parameters<typeof aRow>[1][], options: { whole?: boolean } = {}) =>
  inOrganisation((tx) =>
    bringIn(
      tx,
      { id: connectionId },
      {
        accounts: [],
        rows: rows.map((values, at) => aRow(`feed-${at}`, values)),
        removed: [],
        whole: options.whole ? [{ accountExternalId: "account-1", rows: "all", from: null }] : [],
      },
      app.now(),
    ),
  );

const week: FileLine[] = [
  fileLine({ bookedOn: day(0), description: "Rent", amountMinor: -90_000n }),
  fileLine({ bookedOn: day(1) }),
  fileLine({ bookedOn: day(1) }),
  fileLine({ bookedOn: day(2), description: "Invoice 1007", amountMinor: 48_000n }),
  fileLine({ bookedOn: day(3) }),
];

describe("an import", () => {
  test("adds its lines, two equal payments as two, and says so", async () => {
    const id = await bringInFile(week);
    expect(await countsOf(id)).toEqual({ status: "complete", added: 5, recognised: 0 });
    expect(await told()).toEqual(week.map(tellLine).sort());
    const { finishedAt, step, rowsWritten } = await batchOf(id);
    expect({ finishedAt, step, rowsWritten }).toEqual({
      finishedAt: app.now(),
      step: null,
      rowsWritten: 5,
    });
    const left = await inOrganisation((tx) => tx.query("SELECT FROM staged_line"));
    expect(left).toEqual([]);
  });

  test("again adds nothing, and names the import that has the lines", async () => {
    const one = await bringInFile(week);
    const two = await bringInFile(
      week.map((line) => ({ ...line, description: line.description.toUpperCase() })),
    );
    expect(await countsOf(two)).toEqual({ status: "complete", added: 0, recognised: 5 });
    expect((await batchOf(two)).sources).toEqual([
      { how: "same_identity", count: 5, batchId: one },
    ]);
    expect(await told()).toHaveLength(5);
  });

  test("in two parts, in either order, or shuffled, or overlapping, equals the whole", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            bookedOn: fc.integer({ min: 0, max: 4 }).map(day),
            amountMinor: fc.constantFrom(-350n, -350n, 900n),
            description: fc.constantFrom("Copper kettle", "City parking"),
            reference: fc.constantFrom(null, "R-1"),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 2 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        async (lines, cut, overlap, laterFirst, random) => {
          const fresh = () => addAccount(app, organisation.id, connectionId);
          accountId = await fresh();
          await bringInFile(lines);
          const whole = await told();
          accountId = await fresh();
          const shuffled = [...lines].sort(() => ((random.next().value as number) % 2) - 0.5);
          const parts = [
            shuffled.filter(({ bookedOn }) => bookedOn < day(cut)),
            shuffled.filter(({ bookedOn }) => bookedOn >= day(cut - overlap)),
          ];
          for (const part of laterFirst ? parts.reverse() : parts) await bringInFile(part);
          expect(await told()).toEqual(whole);
        },
      ),
      { seed: 20_261_121, numRuns: 15 },
    );
  });

  test("over days of a feed adds only what the feed lacks, whatever the words, and keeps the file's", async () => {
    await addTransactions(app, organisation.id, accountId, [
      { bookedOn: day(1), amountMinor: -350n, description: "Copper Kettle Ltd" },
      { bookedOn: day(1), amountMinor: -350n, description: "Parking" },
      { bookedOn: day(2), amountMinor: 48_000n, description: "LARKSPUR" },
    ]);
    const id = await stageFile(app, organisation.id, accountId, week);
    const dry = await inOrganisation(async (tx) =>
      countRecognised(tx, await tx.prisma.importBatch.findFirstOrThrow({ where: { id } })),
    );
    expect(dry).toEqual({
      recognised: 3,
      sources: [{ how: "same_day", count: 3, connectionId }],
    });
    await writeImport(app, { organisationId: organisation.id, batchId: id });
    expect(await countsOf(id)).toEqual({ status: "complete", added: 2, recognised: 3 });
    expect(await books()).toHaveLength(5);
    const again = await bringInFile(week);
    expect(await countsOf(again)).toEqual({ status: "complete", added: 0, recognised: 5 });
  });

  test("of another vocabulary recognises by day, of the same one by identity alone", async () => {
    await bringInFile([fileLine()]);
    const other = await bringInFile([fileLine({ description: "KETTLE" })], { vocabulary: "camt" });
    expect(await countsOf(other)).toMatchObject({ added: 0, recognised: 1 });
    const same = await bringInFile([fileLine({ description: "Another kettle" })]);
    expect(await countsOf(same)).toMatchObject({ added: 1, recognised: 0 });
  });

  test("takes a pending line for the posting that it has", async () => {
    await addTransactions(app, organisation.id, accountId, [
      { bookedOn: day(1), amountMinor: -350n, description: "Kettle", pending: true },
    ]);
    const id = await bringInFile([fileLine({ bookedOn: day(3) })]);
    expect(await countsOf(id)).toMatchObject({ added: 0, recognised: 1 });
    expect((await recognised()).map(({ how }) => how)).toEqual(["posted"]);
  });

  test("at once with another of the same account adds each line once", async () => {
    const ids = await Promise.all(
      [1, 2].map(() => stageFile(app, organisation.id, accountId, week)),
    );
    await Promise.all(
      ids.map((batchId) => writeImport(app, { organisationId: organisation.id, batchId })),
    );
    expect(await told()).toHaveLength(5);
    const counts = await Promise.all(ids.map(countsOf));
    expect(counts.map(({ added }) => added).sort()).toEqual([0, 5]);
  });

  test("that ends in the middle has written nothing, and goes on", async () => {
    const id = await stageFile(app, organisation.id, accountId, week);
    const job = { organisationId: organisation.id, batchId: id };
    const killed = killOneWriter();
    await expect(writeImport(app, job)).rejects.toThrow();
    await killed();
    expect(await told()).toEqual([]);
    expect((await batchOf(id)).status).toBe("processing");
    await writeImport(app, job);
    expect(await countsOf(id)).toMatchObject({ status: "complete", added: 5 });
    await writeImport(app, job);
    expect(await told()).toHaveLength(5);
  });

  test("whose staged lines a crash of the database took is read again", async () => {
    const id = await stageFile(app, organisation.id, accountId, week);
    await inOrganisation((tx) => tx.query("DELETE FROM staged_line WHERE batch_id = $1", [id]));
    await writeImport(app, { organisationId: organisation.id, batchId: id });
    expect(await batchOf(id)).toMatchObject({
      status: "processing",
      step: "reading",
      importWhenRead: true,
    });
  });

  test("is not seen by another organisation, and recognises nothing there", async () => {
    await bringInFile(week);
    const other = await addOrganisation(app);
    const account = await addAccount(app, other.id, await addConnection(app, other.id));
    const id = await stageFile(app, other.id, account, week);
    await writeImport(app, { organisationId: other.id, batchId: id });
    const [row] = await asOrganisation(app.database, other.id, (tx) =>
      tx.query<{ added: number }>("SELECT added FROM import_batch"),
    );
    expect(row?.added).toBe(5);
  });

  test("of a month brings that month's statement and balance for an account that is fed by hand", async () => {
    accountId = await addAccount(app, organisation.id, connectionId, {
      ...{
        path: "manual_upload",
        uploadsFrom: new Date("2026-09-01"),
      },
    });
    const month = [2, 12, 28].map((n) =>
      fileLine({ bookedOn: addDays(localDate("2026-10-01"), n) }),
    );
    const closing = { closingMinor: 123_456n, closingOn: new Date("2026-10-31") };
    const id = await bringInFile(month, {}, closing);
    const months = () =>
      inOrganisation((tx) => tx.prisma.statementUpload.findMany({ where: { withdrawnAt: null } }));
    expect((await months()).map((row) => row.month.toISOString().slice(0, 7))).toEqual(["2026-10"]);
    const account = () =>
      inOrganisation((tx) =>
        tx.prisma.financialAccount.findFirstOrThrow({ where: { id: accountId } }),
      );
    expect((await account()).balanceCurrentMinor).toBe(123_456n);
    await undoImport(app, owner(), { id });
    expect(await months()).toEqual([]);
    expect((await account()).balanceCurrentMinor).toBeNull();
  });
});

describe("undoing an import", () => {
  test("removes what it added and voids the matches, shown before; the same file brings it back", async () => {
    const id = await bringInFile(week);
    const line = (await books()).find(({ amountMinor }) => amountMinor === 48_000n);
    const [item = ""] = await addOpenItems(app, organisation.id, [{ amountMinor: 48_000n }]);
    const pair = { transactionId: line?.id ?? "", openItemId: item, amountMinor: 48_000n };
    await addMatch(app, organisation.id, pair);
    expect(await previewUndo(app, owner(), { id })).toMatchObject({
      ...{ lines: 5, kept: 0, matches: 1, openItems: 1 },
      amount: [{ currency: "GBP", amountMinor: 139_050n }],
    });
    const undone = await undoImport(app, owner(), { id });
    expect(undone).toMatchObject({ status: "undone", undoneBy: owner().actor.name });
    expect(await told()).toEqual([]);
    const [match] = await inOrganisation((tx) => tx.prisma.match.findMany());
    expect(match?.voidReason).toContain("statement.csv");
    await expect(undoImport(app, owner(), { id })).rejects.toMatchObject({ code: "CONFLICT" });
    const again = await bringInFile(week);
    expect(await countsOf(again)).toMatchObject({ added: 5, recognised: 0 });
    expect((await books()).map((row) => row.id)).toContain(line?.id);
  });

  test("leaves what another import has too, until that is undone as well", async () => {
    const one = await bringInFile(week);
    const two = await bringInFile(week.slice(2));
    expect(await previewUndo(app, owner(), { id: one })).toMatchObject({ kept: 3, lines: 2 });
    await undoImport(app, owner(), { id: one });
    expect(await told()).toHaveLength(3);
    const three = await bringInFile(week);
    expect(await countsOf(three)).toMatchObject({ added: 2, recognised: 3 });
    await undoImport(app, owner(), { id: two });
    expect(await told()).toHaveLength(5);
    await undoImport(app, owner(), { id: three });
    expect(await told()).toEqual([]);
  });

  test("leaves what only was recognised", async () => {
    await addTransactions(app, organisation.id, accountId, [
      { bookedOn: day(1), amountMinor: -350n },
    ]);
    const id = await bringInFile([fileLine({ bookedOn: day(1) })]);
    await undoImport(app, owner(), { id });
    expect(await books()).toHaveLength(1);
  });
});

describe("a merge that a person takes apart", () => {
  test("is two lines from then on, also when the file comes again", async () => {
    await addTransactions(app, organisation.id, accountId, [
      { bookedOn: day(1), amountMinor: -350n, description: "Parking" },
    ]);
    const file = [fileLine({ bookedOn: day(1) })];
    const id = await bringInFile(file);
    const added = await partLine(app, owner(), { batchId: id, position: 0 });
    expect((await books()).map((row) => row.id)).toContain(added);
    expect(await books()).toHaveLength(2);
    await expect(partLine(app, owner(), { batchId: id, position: 0 })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await bringInFile(file);
    expect(await books()).toHaveLength(2);
    await undoImport(app, owner(), { id });
    expect(await books()).toHaveLength(2);
  });

  test("not by who may only look", async () => {
    const request = { batchId: organisation.id, position: 0 };
    await expect(partLine(app, viewerIn(organisation, "viewer"), request)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});

describe("a feed after a file", () => {
  const row = { amountMinor: -350n, bookedOn: day(1), description: "Copper Kettle Ltd" };

  test("takes the file's lines over, and the file again adds nothing", async () => {
    await bringInFile(week);
    const kept = new Set((await books()).map(({ id }) => id));
    await feedShows([row, row, { ...row, amountMinor: -777n }], { whole: true });
    const rows = await books();
    expect(rows).toHaveLength(6);
    expect(rows.filter(({ id }) => kept.has(id))).toHaveLength(5);
    expect((await recognised()).map(({ how }) => how)).toEqual([
      "feed_after_file",
      "feed_after_file",
    ]);
    const again = await bringInFile(week);
    expect(await countsOf(again)).toMatchObject({ added: 0, recognised: 5 });
    await feedShows([row, row, { ...row, amountMinor: -777n }], { whole: true });
    expect(await books()).toHaveLength(6);
  });

  test("leaves a line in the books that a file has, when the feed removes it", async () => {
    await feedShows([row, { ...row, amountMinor: -777n }], { whole: true });
    await bringInFile([fileLine({ bookedOn: day(1) })]);
    await feedShows([], { whole: true });
    expect((await books()).map(({ amountMinor }) => amountMinor)).toEqual([-350n]);
    await feedShows([row], { whole: true });
    const [line, ...more] = await books();
    expect(more).toEqual([]);
    expect(line).toMatchObject({ externalId: "feed-0", importBatchId: null });
  });

  test("takes a pending row for the line that the file has posted", async () => {
    await bringInFile(week);
    await feedShows([{ ...row, bookedOn: day(4), pending: true, amountMinor: 48_000n }]);
    expect(await books()).toHaveLength(5);
  });
});

function tellLine({ bookedOn, amountMinor, description }: FileLine): string {
  return `${bookedOn} ${amountMinor} ${description}`;
}

/** Ends the database connection of the next transaction that writes bank transactions. */
function killOneWriter(): () => Promise<void> {
  const { pool } = app.database;
  const watching = (async () => {
    for (let tries = 0; tries < 2_000; tries += 1) {
      const { rows } = await pool.query(
        `SELECT pg_terminate_backend(l.pid) FROM pg_locks l
         WHERE l.relation = 'bank_transaction'::regclass AND l.mode = 'RowExclusiveLock'
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1`,
      );
      if (rows.length > 0) return;
    }
    throw new Error("nobody wrote");
  })();
  return () => watching;
}
