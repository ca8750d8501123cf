/** What must not happen to somebody's books by an import: lines lost, doubled or a hundred times too large, and no way out. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { confirmImport } from "../../../server/src/features/statements/confirm-import.ts";
import { decideImport } from "../../../server/src/features/statements/decide-import.ts";
import { discardImport } from "../../../server/src/features/statements/discard-import.ts";
import { partLine } from "../../../server/src/features/statements/part-recognised-line.ts";
import { previewUndo, undoImport } from "../../../server/src/features/statements/undo-import.ts";
import { writeImport } from "../../../server/src/features/statements/write-import.ts";
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
import { fileLine, stageFile } from "./staging.ts";

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

let banksNamed = 0;
const me = () => viewerIn(organisation, "accountant");

function byHand(currency = "GBP"): Promise<string> {
  banksNamed += 1;
  return addAccount(app, organisation.id, null, {
    externalId: null,
    path: "manual_upload",
    institutionName: `Careful bank ${banksNamed}`,
    uploadsFrom: new Date("2026-01-01T00:00:00Z"),
    currency,
  });
}

const stagedCount = (batchId: string) =>
  asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.stagedLine.count({ where: { batchId } }),
  );

describe("a file that names no currency", () => {
  const camt = `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id><Acct><Id><Othr><Id>00112233</Id></Othr></Id></Acct>
<Ntry><Amt>1500</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-01</Dt></BookgDt>
<AddtlNtryInf>Invoice 17</AddtlNtryInf></Ntry></Stmt></BkToCstmrStmt></Document>`;

  test("is read again with the decimals of the account that a person names", async () => {
    const accountId = await byHand("JPY");
    const batch = await bringInFile(app, me(), { text: camt });
    expect(batch).toMatchObject({ status: "pending", questions: ["account"] });
    await decideImport(app, me(), { id: batch.id, accountId });
    await runJobs(app);
    expect(await importNow(app, me(), batch.id)).toMatchObject({ status: "complete", added: 1 });
    expect(await linesOf(app, me(), accountId)).toEqual(["2026-10-01|1500|Invoice 17"]);
  });

  test("takes no account in another currency for one of its statements", async () => {
    const accountId = await byHand("JPY");
    const batch = await bringInFile(app, me(), { text: camt });
    const decided = decideImport(app, me(), {
      id: batch.id,
      statementAccounts: [{ position: 0, accountId }],
    });
    await expect(decided).rejects.toThrow("is in another currency");
  });
});

test("two of a file's accounts that end alike, and are brought into one, lose no line", async () => {
  const accountId = await byHand();
  const statement = (account: string, [opening, closing]: readonly [string, string]) =>
    `:20:START\n:25:${account}\n:28C:1/1\n:60F:C261001GBP${opening}\n:61:2610011001C1,00NTRFREF1\n` +
    `:86:Coffee\n:62F:C261001GBP${closing}\n-\n`;
  const text = statement("1234", ["0,00", "1,00"]) + statement("91234", ["5,00", "6,00"]);
  for (const added of [2, 0]) {
    const batch = await bringInFile(app, me(), { text, accountId });
    expect(batch).toMatchObject({ status: "complete", added, recognised: 2 - added });
  }
  expect(await linesOf(app, me(), accountId)).toHaveLength(2);
});

describe("an import that is being worked on", () => {
  const lines = [fileLine(), fileLine({ description: "RENT" })];

  test("can be discarded, and its job then writes nothing and leaves nothing behind", async () => {
    const accountId = await byHand();
    const id = await stageFile(app, organisation.id, accountId, lines);
    expect(await discardImport(app, me(), { id })).toMatchObject({ status: "discarded" });
    await writeImport(app, { organisationId: organisation.id, batchId: id });
    expect(await linesOf(app, me(), accountId)).toEqual([]);
    expect(await stagedCount(id)).toBe(0);
  });

  test("can be discarded in the middle of the writing, of which nothing stays", async () => {
    const accountId = await byHand();
    const id = await stageFile(app, organisation.id, accountId, lines);
    let writing: Promise<void> = Promise.resolve();
    await asOrganisation(app.database, organisation.id, async (tx) => {
      await tx.query("SELECT FROM financial_account WHERE id = $1 FOR UPDATE", [accountId]);
      writing = writeImport(app, { organisationId: organisation.id, batchId: id });
      // It has begun, and waits for the account.
      while ((await importNow(app, me(), id)).attempt === null);
      await discardImport(app, me(), { id });
    });
    await writing;
    expect(await importNow(app, me(), id)).toMatchObject({ status: "discarded", added: 0 });
    expect(await linesOf(app, me(), accountId)).toEqual([]);
    expect(await stagedCount(id)).toBe(0);
  });

  test("can be discarded before its file was read", async () => {
    const accountId = await byHand();
    const batch = await bringInFile(app, me(), { text: csv, accountId, importWhenRead: false });
    await decideImport(app, me(), { id: batch.id, accountId });
    await discardImport(app, me(), { id: batch.id });
    expect(await runJobs(app)).toEqual([]);
    const discarded = await importNow(app, me(), batch.id);
    expect(discarded).toMatchObject({ status: "discarded", step: null });
    expect(await stagedCount(batch.id)).toBe(0);
  });
});

const csv = "Date,Description,Amount\n2026-10-01,Coffee,-3.20\n2026-10-02,Rent,-900.00\n";

test("a line whose other source was undone is not brought in a second time by being parted", async () => {
  const accountId = await byHand();
  const first = await bringInFile(app, me(), { text: csv, accountId });
  const again = csv.replace("Description", "Details").replace("Coffee", "COPPER KETTLE 4");
  const second = await bringInFile(app, me(), { text: again, accountId });
  expect(second).toMatchObject({ status: "complete", added: 0, recognised: 2 });
  await undoImport(app, me(), { id: first.id });
  const ofOthers = await bringInFile(app, me(), { text: csv, accountId });
  expect(ofOthers).toMatchObject({ added: 0, recognised: 2 });
  const parted = partLine(app, me(), { batchId: second.id, position: 0 });
  await expect(parted).rejects.toThrow("by this file alone");
  expect(await linesOf(app, me(), accountId)).toHaveLength(2);
});

test("a file whose reading fails until the queue gives up says that it has failed, and can be let go", async () => {
  const accountId = await byHand();
  const batch = await bringInFile(app, me(), { text: csv, accountId, importWhenRead: false });
  await asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.importFilePart.deleteMany({ where: { batchId: batch.id } }),
  );
  await decideImport(app, me(), { id: batch.id, accountId });
  expect(await runJobs(app)).toEqual(["The file of this import is no longer kept."]);
  expect(await importNow(app, me(), batch.id)).toMatchObject({ status: "processing" });
  await app.database.pool.query(
    "UPDATE graphile_worker._private_jobs SET attempts = max_attempts - 1, run_at = now()",
  );
  await runJobs(app);
  const failed = await importNow(app, me(), batch.id);
  expect(failed).toMatchObject({ status: "failed", failureCode: "internal" });
  expect(await discardImport(app, me(), { id: batch.id })).toMatchObject({ status: "discarded" });
});

test("an account that is closed while its import waits takes no lines in", async () => {
  const accountId = await byHand();
  const close = (id: string) =>
    asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.financialAccount.updateMany({ where: { id }, data: { closedAt: app.now() } }),
    );
  const batch = await bringInFile(app, me(), { text: csv, accountId, importWhenRead: false });
  await close(accountId);
  await expect(confirmImport(app, me(), { id: batch.id })).rejects.toThrow("is closed");
  await decideImport(app, me(), { id: batch.id, layout: batch.layout });
  await runJobs(app);
  const asked = await importNow(app, me(), batch.id);
  expect(asked).toMatchObject({ status: "pending", questions: ["account"] });
});

test("a month that another import in the books tells too stays brought in when the first is undone", async () => {
  const accountId = await byHand();
  const first = await bringInFile(app, me(), { text: csv, accountId });
  const second = await bringInFile(app, me(), { text: csv, accountId });
  const months = () =>
    asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.statementUpload.findMany({ where: { accountId, withdrawnAt: null } }),
    );
  expect((await months()).map(({ batchId }) => batchId)).toEqual([first.id]);
  await undoImport(app, me(), { id: first.id });
  expect((await months()).map(({ batchId }) => batchId)).toEqual([second.id]);
  await undoImport(app, me(), { id: second.id });
  expect(await months()).toEqual([]);
});

test("what an import would take back is told, however large its amounts are", async () => {
  const accountId = await byHand();
  const text = `Date,Description,Amount\n2026-10-01,A,92233720368547758.07\n2026-10-02,B,0.01\n`;
  const batch = await bringInFile(app, me(), { text, accountId });
  expect(await previewUndo(app, me(), { id: batch.id })).toMatchObject({
    lines: 2,
    amount: [{ currency: "GBP", amountMinor: 2n ** 63n }],
  });
});

test("a file is confirmed once, however many people do so at the same moment", async () => {
  const accountId = await byHand();
  const batch = await bringInFile(app, me(), { text: csv, accountId, importWhenRead: false });
  const confirm = () => confirmImport(app, me(), { id: batch.id });
  const outcomes = await Promise.allSettled([confirm(), confirm(), confirm()]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await runJobs(app);
  expect(await linesOf(app, me(), accountId)).toHaveLength(2);
});
