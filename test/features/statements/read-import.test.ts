/** A statement file from its bytes to the question whether it is written: what is found, asked, proved, refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { confirmImport } from "../../../server/src/features/statements/confirm-import.ts";
import { decideImport } from "../../../server/src/features/statements/decide-import.ts";
import { discardImport } from "../../../server/src/features/statements/discard-import.ts";
import { readImport } from "../../../server/src/features/statements/read-import.ts";
import { receiveStatementFile } from "../../../server/src/features/statements/receive-file.ts";
import { bringInFile, importNow, linesOf } from "../../support/bring-in-file.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs } from "../../support/queue.ts";
import {
  addAccount,
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

let banksNamed = 0;
const me = () => viewerIn(organisation, "accountant");

function byHand(currency = "GBP"): Promise<string> {
  banksNamed += 1;
  return addAccount(app, organisation.id, null, {
    externalId: null,
    path: "manual_upload",
    institutionName: `Bank by hand ${banksNamed}`,
    uploadsFrom: new Date("2025-01-01T00:00:00Z"),
    currency,
  });
}

const plainCsv = `Date,Description,Amount,Balance
2026-10-01,Coffee & Co,-3.20,96.80
2026-10-01,Coffee & Co,-3.20,93.60
2026-10-02,Invoice 17 paid,250.00,343.60
`;

describe("a CSV file", () => {
  test("that says everything is asked about nothing but its account", async () => {
    const batch = await bringInFile(app, me(), { text: plainCsv });
    expect(batch).toMatchObject({ status: "pending", format: "csv", questions: ["account"] });
    const accountId = await byHand();
    await decideImport(app, me(), { id: batch.id, accountId });
    await runJobs(app);
    const decided = await importNow(app, me(), batch.id);
    expect(decided).toMatchObject({ status: "complete", lines: 3, added: 3, checksFailed: 0 });
    expect(await linesOf(app, me(), accountId)).toEqual([
      "2026-10-01|-320|Coffee & Co",
      "2026-10-01|-320|Coffee & Co",
      "2026-10-02|25000|Invoice 17 paid",
    ]);
  });

  test("in Windows-1252 with semicolons, a preamble, decimal commas and ambiguous dates takes two decisions", async () => {
    const accountId = await byHand("EUR");
    const text = Buffer.from(germanCsv, "latin1");
    const batch = await bringInFile(app, me(), { text, importWhenRead: false });
    expect(batch).toMatchObject({ status: "pending", encoding: "windows-1252" });
    expect([...batch.questions].sort()).toEqual(["account", "date_order"]);
    const layout = { ...(batch.layout as object), dateOrder: "day_first" };
    await decideImport(app, me(), { id: batch.id, accountId, layout });
    await runJobs(app);
    const read = await importNow(app, me(), batch.id);
    expect(read).toMatchObject({ status: "pending", questions: [], lines: 3, recognised: 0 });
    await confirmImport(app, me(), { id: batch.id });
    await runJobs(app);
    expect(await linesOf(app, me(), accountId)).toEqual([
      "2026-02-01|123456|Zahlung Rechnung 4711|Müller & Söhne GmbH",
      "2026-03-04|-1999|Büromaterial|Papier Löwe",
      "2026-03-04|-250000|Miete März|Hausverwaltung Groß",
    ]);
  });

  test("is read as the account's last one with these columns", async () => {
    const accountId = await byHand("EUR");
    const first = await bringInFile(app, me(), {
      ...{ text: Buffer.from(germanCsv, "latin1"), accountId },
      ...{ importWhenRead: false },
    });
    const layout = { ...(first.layout as object), dateOrder: "day_first" };
    await decideImport(app, me(), { id: first.id, layout });
    await runJobs(app);
    await confirmImport(app, me(), { id: first.id });
    await runJobs(app);
    const second = await bringInFile(app, me(), {
      ...{ text: Buffer.from(germanCsv.replaceAll("/2026", "/2025"), "latin1"), accountId },
    });
    expect(second).toMatchObject({ status: "complete", added: 3 });
    expect(second.survey).toMatchObject({ remembered: true });
  });

  test("keeps what cannot be read out and says which rows", async () => {
    const accountId = await byHand();
    const text = `${plainCsv.replaceAll(/,\d+\.\d\d$/gm, ",")}31/02/2026,Impossible day,1.00,\n2026-10-03,No number,abc,\n`;
    const batch = await bringInFile(app, me(), { text, accountId });
    expect(batch).toMatchObject({
      status: "complete",
      totalRows: 5,
      lines: 3,
      skipped: 2,
      added: 3,
    });
    const problems = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.importProblem.findMany({
        where: { batchId: batch.id },
        orderBy: { position: "asc" },
      }),
    );
    expect(problems.map(({ row, loss }) => [row, loss])).toEqual([
      [5, "line"],
      [6, "line"],
    ]);
  });

  test("with a balance that does not follow is refused until somebody who may says why", async () => {
    const accountId = await byHand();
    const text = plainCsv.replace("93.60", "93.50");
    const batch = await bringInFile(app, me(), { text, accountId });
    expect(batch).toMatchObject({ status: "pending", questions: ["balance"] });
    expect(batch.checks).toMatchObject([{ what: "running_balance", stated: "9350" }]);
    expect(await linesOf(app, me(), accountId)).toEqual([]);
    const attempt = (role: "admin" | "accountant", unbalancedReason: string | null) =>
      confirmImport(app, viewerIn(organisation, role), { id: batch.id, unbalancedReason });
    await expect(attempt("accountant", "The bank's own mistake")).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(attempt("admin", " ")).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await attempt("admin", "The bank's own mistake");
    await runJobs(app);
    const taken = await importNow(app, me(), batch.id);
    expect(taken).toMatchObject({
      ...{ status: "complete", added: 3, unbalancedReason: "The bank's own mistake" },
      ...{ unbalancedAcceptedBy: organisation.people.admin.name, checksFailed: 1 },
    });
  });
});

describe("a file's account", () => {
  test("is known by its number once somebody has said it", async () => {
    const accountId = await byHand("USD");
    const first = await bringInFile(app, me(), { text: bai2("0007654321", 1) });
    expect(first).toMatchObject({ status: "pending", format: "bai2", questions: ["account"] });
    await decideImport(app, me(), { id: first.id, accountId });
    await runJobs(app);
    expect(await importNow(app, me(), first.id)).toMatchObject({ status: "complete", added: 1 });
    const second = await bringInFile(app, me(), { text: bai2("0007654321", 2) });
    expect(second).toMatchObject({ status: "complete", added: 1 });
    expect(await linesOf(app, me(), accountId)).toHaveLength(2);
  });

  test("is asked for again where the chosen one is not the one of its number", async () => {
    const [known, other] = [await byHand("USD"), await byHand("USD")];
    await bringInFile(app, me(), { text: bai2("0007654321", 1), accountId: known });
    const astray = await bringInFile(app, me(), { text: bai2("0007654321", 2), accountId: other });
    expect(astray).toMatchObject({ status: "pending", questions: ["account"] });
    expect(await linesOf(app, me(), other)).toEqual([]);
  });

  test("must be in the statement's currency", async () => {
    const batch = await bringInFile(app, me(), { text: bai2("0007654321", 1) });
    await expect(
      decideImport(app, me(), { id: batch.id, accountId: await byHand("EUR") }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT", field: "accountId" });
  });
});

describe("statements", () => {
  test("that do not go on where the last import ended are not taken without a word", async () => {
    const accountId = await byHand("USD");
    await bringInFile(app, me(), { text: bai2("0007654321", 1), accountId });
    // The second day is missing.
    const third = await bringInFile(app, me(), { text: bai2("0007654321", 3), accountId });
    expect(third).toMatchObject({ status: "pending", questions: ["balance"], checksFailed: 1 });
    expect(third.checks).toMatchObject([
      { what: "continuity", stated: "20000", computed: "10000" },
    ]);
    const second = await bringInFile(app, me(), { text: bai2("0007654321", 2), accountId });
    expect(second).toMatchObject({ status: "complete" });
    // With the second day in the books the third is proved: asked again, it is silent.
    await decideImport(app, me(), { id: third.id });
    await runJobs(app);
    expect(await importNow(app, me(), third.id)).toMatchObject({
      ...{ status: "complete", questions: [], checksFailed: 0 },
    });
  });

  test("whose control totals are wrong say stated and computed, and are not written", async () => {
    const accountId = await byHand("USD");
    const text = bai2("0007654321", 1).replace("49,20000,", "49,20001,");
    const batch = await bringInFile(app, me(), { text, accountId });
    expect(batch).toMatchObject({ status: "pending", questions: ["balance"], added: 0 });
    expect(batch.checks).toContainEqual(
      expect.objectContaining({ what: "control_total", stated: "20001", computed: "20000" }),
    );
  });
});

describe("a reading that is interrupted", () => {
  test("goes on with what is staged, and stages no line twice", async () => {
    const accountId = await byHand();
    const rows = Array.from(
      { length: 400 },
      (_, n) => `2026-10-0${1 + (n % 9)},Line ${n},${n + 1}.00`,
    );
    const text = `Date,Description,Amount\n${rows.join("\n")}\n`;
    const id = await staged(text, accountId);
    await asOrganisation(app.database, organisation.id, async (tx) => {
      // As if the process had died after the first part: the rest was never staged, the statements not kept.
      await tx.query("DELETE FROM staged_line WHERE batch_id = $1 AND position >= 150", [id]);
      await tx.query("DELETE FROM import_statement WHERE batch_id = $1", [id]);
      await tx.query(
        "UPDATE import_batch SET status = 'processing', step = 'reading', rows_read = 150 WHERE id = $1",
        [id],
      );
    });
    await readImport(app, { organisationId: organisation.id, batchId: id });
    expect(await importNow(app, me(), id)).toMatchObject({ status: "pending", lines: 400 });
    await confirmImport(app, me(), { id });
    await runJobs(app);
    expect(await linesOf(app, me(), accountId)).toHaveLength(400);
  });

  test("begins again where PostgreSQL has lost the staged lines, even between reading and writing", async () => {
    const accountId = await byHand();
    const id = await staged(plainCsv, accountId);
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query("DELETE FROM staged_line WHERE batch_id = $1", [id]),
    );
    await confirmImport(app, me(), { id });
    await runJobs(app);
    expect(await importNow(app, me(), id)).toMatchObject({ status: "complete", added: 3 });
    expect(await linesOf(app, me(), accountId)).toHaveLength(3);
  });

  async function staged(text: string, accountId: string): Promise<string> {
    const batch = await bringInFile(app, me(), { text, accountId, importWhenRead: false });
    expect(batch.status).toBe("pending");
    return batch.id;
  }
});

describe("a file that is not wanted after all", () => {
  test("is discarded with its bytes, and decides nothing any more", async () => {
    const batch = await bringInFile(app, me(), { text: plainCsv });
    await discardImport(app, me(), { id: batch.id });
    const parts = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.importFilePart.count({ where: { batchId: batch.id } }),
    );
    expect(parts).toBe(0);
    await expect(
      decideImport(app, me(), { id: batch.id, accountId: await byHand() }),
    ).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(confirmImport(app, me(), { id: batch.id })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("is another organisation's to the other organisation: not there", async () => {
    const batch = await bringInFile(app, me(), { text: plainCsv });
    const stranger = viewerIn(await addOrganisation(app));
    for (const act of [confirmImport, decideImport, discardImport]) {
      await expect(act(app, stranger, { id: batch.id })).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
    }
  });
});

test("a file without one line that can be read has failed, and says why", async () => {
  const accountId = await byHand();
  const text = "Date,Description,Amount\n2026-10-01,Broken,abc\n2026-10-02,Broken too,1.2.3\n";
  const found = await bringInFile(app, me(), { text, accountId });
  // Nothing in the column looks like an amount, so that a person is asked which one has them.
  expect(found).toMatchObject({ status: "pending", questions: ["columns"] });
  await decideImport(app, me(), {
    ...{
      id: found.id,
      layout: { ...(found.layout as object), amountColumn: 2, decimalSign: "point" },
    },
  });
  await runJobs(app);
  const batch = await importNow(app, me(), found.id);
  expect(batch).toMatchObject({ status: "failed", failureCode: "no_lines", skipped: 2 });
});

test("a CSV file in another currency than the chosen account's asks for the account again", async () => {
  const accountId = await byHand("GBP");
  const text = "Date,Description,Amount,Currency\n2026-10-01,In euros,1.00,EUR\n";
  const batch = await bringInFile(app, me(), { text, accountId });
  expect(batch).toMatchObject({ status: "pending", questions: ["account"], lines: 0, skipped: 1 });
  await decideImport(app, me(), { id: batch.id, accountId: await byHand("EUR") });
  await runJobs(app);
  expect(await importNow(app, me(), batch.id)).toMatchObject({ status: "complete", added: 1 });
});

test("a viewer brings nothing in", async () => {
  const viewer = viewerIn(organisation, "viewer");
  const file = {
    fileName: "a.csv",
    accountId: null,
    layout: null,
    importWhenRead: false,
    dryRun: false,
  };
  await expect(receiveStatementFile(app, viewer, file, nothing())).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

async function* nothing(): AsyncGenerator<Uint8Array> {}

const germanCsv = [
  "Kontoauszug;Girokonto;;;",
  "Zeitraum;01/02/2026 bis 05/04/2026;;;",
  ";;;;",
  "Buchungstag;Empfänger;Verwendungszweck;Betrag;Währung",
  "01/02/2026;Müller & Söhne GmbH;Zahlung Rechnung 4711;1.234,56;EUR",
  "04/03/2026;Papier Löwe;Büromaterial;-19,99;EUR",
  "04/03/2026;Hausverwaltung Groß;Miete März;-2.500,00;EUR",
  "",
].join("\r\n");

/** One day of October 2026 with one credit of 100.00, opening where the day before closed. */
function bai2(account: string, day: number): string {
  const date = `26100${day}`;
  const opening = (day - 1) * 10_000;
  const closing = day * 10_000;
  const total = opening + closing + 10_000;
  return [
    `01,SENDER,RECEIVER,${date},0600,${day},,,2/`,
    `02,RECEIVER,SENDER,1,${date},2400,USD,2/`,
    `03,${account},USD,010,${opening},,,015,${closing},,/`,
    `16,165,10000,Z,BANK${day},CUST${day},Deposit of day ${day}`,
    `49,${total},3/`,
    `98,${total},1,5/`,
    `99,${total},1,7/`,
    "",
  ].join("\n");
}
