import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { partLine } from "../../../server/src/features/statements/part-recognised-line.ts";
import { rejoinLine } from "../../../server/src/features/statements/rejoin-recognised-line.ts";
import { undoImport } from "../../../server/src/features/statements/undo-import.ts";
import { writeImport } from "../../../server/src/features/statements/write-import.ts";
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
import { type FileLine, fileLine, stageFile } from "./staging.ts";

/** A person said that a recognised line is another payment, and thinks better of it. */
let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let accountId: string;
let fedId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const bookedOn = localDate("2026-11-03");

beforeEach(async () => {
  organisation = await addOrganisation(app);
  const connectionId = await addConnection(app, organisation.id);
  accountId = await addAccount(app, organisation.id, connectionId);
  const line = { bookedOn, amountMinor: -350n, description: "Copper Kettle Ltd" };
  [fedId = ""] = await addTransactions(app, organisation.id, accountId, [line]);
});

function inOrganisation<Result>(work: Parameters<typeof asOrganisation<Result>>[2]) {
  return asOrganisation(app.database, organisation.id, work);
}

async function bringInFile(lines: readonly FileLine[], vocabulary = "csv one"): Promise<string> {
  const values = { vocabulary };
  const batchId = await stageFile(app, organisation.id, accountId, lines, values);
  await writeImport(app, { organisationId: organisation.id, batchId });
  return batchId;
}

const file = [fileLine({ bookedOn })];
const owner = () => viewerIn(organisation);
const books = async () => {
  const rows = await inOrganisation((tx) =>
    tx.prisma.bankTransaction.findMany({ where: { accountId, removedAt: null } }),
  );
  return rows.map(({ id }) => id);
};
const countsOf = async (id: string) => {
  const { added, recognised } = await inOrganisation((tx) =>
    tx.prisma.importBatch.findFirstOrThrow({ where: { id } }),
  );
  return { added, recognised };
};

describe("a parted line that is joined again", () => {
  test("is the one line that the books had, also when the file comes again", async () => {
    const batchId = await bringInFile(file);
    const request = { batchId, position: 0 };
    const own = await partLine(app, owner(), request);
    const again = await bringInFile(file);
    expect(await countsOf(batchId)).toEqual({ added: 1, recognised: 0 });
    expect(await rejoinLine(app, owner(), request)).toBe(fedId);
    expect(await books()).toEqual([fedId]);
    expect(await countsOf(batchId)).toEqual({ added: 0, recognised: 1 });
    const lines = await inOrganisation((tx) => tx.prisma.recognisedLine.findMany());
    expect(lines.map(({ transactionId, partedAt }) => ({ transactionId, partedAt }))).toEqual([
      { transactionId: fedId, partedAt: null },
      { transactionId: fedId, partedAt: null },
    ]);
    const noted = await inOrganisation((tx) =>
      tx.prisma.auditEntry.findMany({ where: { action: "import.line_rejoined" } }),
    );
    expect(noted.map(({ subjectId }) => subjectId)).toEqual([fedId]);
    const events = await inOrganisation((tx) =>
      tx.prisma.event.findMany({ where: { topic: "bank_transactions.changed" } }),
    );
    expect(events.map(({ payload }) => payload)).toContainEqual(
      expect.objectContaining({ changed: [fedId], removed: [own] }),
    );
    expect(await countsOf(await bringInFile(file))).toEqual({ added: 0, recognised: 1 });
    await undoImport(app, owner(), { id: again });
    expect(await books()).toEqual([fedId]);
    await expect(rejoinLine(app, owner(), request)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await partLine(app, owner(), request)).toBe(own);
    expect(await books()).toHaveLength(2);
  });

  test("gives back what it had settled, and leaves the other's match", async () => {
    const request = { batchId: await bringInFile(file), position: 0 };
    const own = await partLine(app, owner(), request);
    const [theirs = "", settled = ""] = await addOpenItems(app, organisation.id, [
      { kind: "expense", amountMinor: 350n },
      { kind: "expense", amountMinor: 350n },
    ]);
    await addMatch(app, organisation.id, {
      transactionId: fedId,
      openItemId: theirs,
      amountMinor: 350n,
    });
    await addMatch(app, organisation.id, {
      transactionId: own,
      openItemId: settled,
      amountMinor: 350n,
    });
    await rejoinLine(app, owner(), request);
    const payments = await inOrganisation((tx) => tx.prisma.payment.findMany());
    const live = payments.filter(({ voidedAt }) => voidedAt === null);
    expect(live.map(({ transactionId, openItemId }) => [transactionId, openItemId])).toEqual([
      [fedId, theirs],
    ]);
    const voided = await inOrganisation((tx) =>
      tx.prisma.match.findFirstOrThrow({ where: { voidedAt: { not: null } } }),
    );
    expect(voided.voidReason).toContain("statement.csv");
  });
});

describe("two lines stay two", () => {
  test("that were never parted", async () => {
    const request = { batchId: await bringInFile(file), position: 0 };
    await expect(rejoinLine(app, owner(), request)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("where either is gone", async () => {
    const request = { batchId: await bringInFile(file), position: 0 };
    const own = await partLine(app, owner(), request);
    for (const id of [fedId, own]) {
      const remove = (removedAt: Date | null) =>
        inOrganisation((tx) =>
          tx.prisma.bankTransaction.updateMany({ where: { id }, data: { removedAt } }),
        );
      await remove(app.now());
      await expect(rejoinLine(app, owner(), request)).rejects.toMatchObject({ code: "CONFLICT" });
      await remove(null);
    }
    expect(await rejoinLine(app, owner(), request)).toBe(fedId);
  });

  test("where another file tells of both", async () => {
    const request = { batchId: await bringInFile(file), position: 0 };
    await partLine(app, owner(), request);
    const both = [
      fileLine({ bookedOn, description: "KETTLE" }),
      fileLine({ bookedOn, description: "KETTLE" }),
    ];
    expect(await countsOf(await bringInFile(both, "csv two"))).toEqual({ added: 0, recognised: 2 });
    await expect(rejoinLine(app, owner(), request)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await books()).toHaveLength(2);
  });

  test("for who may only look, and for other organisations", async () => {
    const request = { batchId: await bringInFile(file), position: 0 };
    await partLine(app, owner(), request);
    await expect(rejoinLine(app, viewerIn(organisation, "viewer"), request)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    const stranger = viewerIn(await addOrganisation(app));
    await expect(rejoinLine(app, stranger, request)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await books()).toHaveLength(2);
  });
});
