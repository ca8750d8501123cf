import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileBytesMax } from "../../../server/src/core/statements/statement.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { readStatementFile } from "../../../server/src/features/statements/read-file.ts";
import {
  receiveStatementFile,
  type StatementFile,
} from "../../../server/src/features/statements/receive-file.ts";
import { cleanFileName } from "../../../server/src/features/statements/receiving/file-name.ts";
import { uploadsAtOnceMax } from "../../../server/src/features/statements/receiving/upload-slots.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { bringForward, runJobs, waitingJobs } from "../../support/queue.ts";
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
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const csv = "Date,Description,Amount\n2026-11-02,Rent,-800.00\n2026-11-03,Sale,12.50\n";

async function* chunks(text: string | Buffer, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function file(values: Partial<StatementFile> = {}): StatementFile {
  return {
    ...{ fileName: "november.csv", accountId: null, layout: null },
    ...{ importWhenRead: false, dryRun: false },
    ...values,
  };
}

function receive(bytes: AsyncIterable<Uint8Array>, values: Partial<StatementFile> = {}) {
  return receiveStatementFile(app, viewerIn(organisation, "accountant"), file(values), bytes);
}

interface Kept {
  status: string;
  failure_code: string | null;
  parts: number;
  file_name: string;
}

/** The newest import and how many parts it has. */
async function newest(organisationId = organisation.id): Promise<Kept | undefined> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const [row] = await tx.query<Kept>(
      `SELECT status, failure_code, file_name, (SELECT count(*)::int FROM import_file_part p WHERE p.batch_id = b.id) AS parts
       FROM import_batch b ORDER BY created_at DESC, id DESC LIMIT 1`,
    );
    return row;
  });
}

async function bytesOf(batchId: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of readStatementFile(app, organisation.id, batchId)) parts.push(part);
  return Buffer.concat(parts);
}

describe("a file that comes in", () => {
  it("is kept byte by byte with its digest, and queued to be read", async () => {
    const line = Buffer.from("2026-11-03,Coffee to go,-2.50\n");
    const large = Buffer.concat([Buffer.from(csv), ...Array<Buffer>(90_000).fill(line)]);
    const batch = await receive(chunks(large, 65_521), { fileName: "C:\\bank\\nov.csv" });
    expect(batch).toMatchObject({ status: "processing", step: "reading", fileName: "nov.csv" });
    expect(batch).toMatchObject({
      format: "csv",
      createdBy: viewerIn(organisation, "accountant").actor.name,
    });
    expect(batch.fileBytes).toBe(BigInt(large.length));
    expect(Buffer.from(batch.fileDigest ?? [])).toEqual(
      createHash("sha256").update(large).digest(),
    );
    expect((await newest())?.parts).toBe(Math.ceil(large.length / 1_048_576));
    expect((await bytesOf(batch.id)).equals(large)).toBe(true);
    const jobs = await waitingJobs(app);
    expect(jobs.map(({ key }) => key)).toContain(`readImport:${batch.id}`);
  });

  it("is of the account that the very same file was imported into, as long as that is in the books and open", async () => {
    const bankId = await addConnection(app, organisation.id);
    const accountId = await addAccount(app, organisation.id, bankId);
    const bytes = `${csv}2026-11-04,Once,1.00\n`;
    const first = await receive(chunks(bytes), { accountId, importWhenRead: true });
    await runJobs(app);
    expect(await newest()).toMatchObject({ status: "complete" });
    expect(await receive(chunks(bytes))).toMatchObject({ accountId });
    expect(await receive(chunks(csv))).toMatchObject({ accountId: null });
    const say = (what: string, id: string) =>
      asOrganisation(app.database, organisation.id, (tx) => tx.query(what, [id]));
    await say("UPDATE financial_account SET closed_at = now() WHERE id = $1", accountId);
    expect(await receive(chunks(bytes))).toMatchObject({ accountId: null });
    await say("UPDATE financial_account SET closed_at = NULL WHERE id = $1", accountId);
    await say("UPDATE import_batch SET status = 'undone' WHERE id = $1", first.id);
    expect(await receive(chunks(bytes))).toMatchObject({ accountId: null });
  });

  it("is on record with who brought it in", async () => {
    const batch = await receive(chunks(csv));
    const audits = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query<{ action: string; detail: object }>(
        "SELECT action, detail FROM audit_entry WHERE subject_id = $1",
        [batch.id],
      ),
    );
    expect(audits).toMatchObject([
      { action: "import.uploaded", detail: { fileName: "november.csv" } },
    ]);
  });

  it("comes in beside another at the same time, each whole", async () => {
    const other = csv.replaceAll("Rent", "Lease");
    const [one, two] = await Promise.all([receive(chunks(csv, 1)), receive(chunks(other, 3))]);
    expect((await bytesOf(one.id)).toString()).toBe(csv);
    expect((await bytesOf(two.id)).toString()).toBe(other);
  });

  it("is another organisation's nobody else sees", async () => {
    const batch = await receive(chunks(csv));
    const stranger = await addOrganisation(app);
    await expect(readStatementFile(app, stranger.id, batch.id).next()).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    const seen = await asOrganisation(app.database, stranger.id, (tx) =>
      tx.query("SELECT FROM import_file_part"),
    );
    expect(seen).toEqual([]);
  });

  it("is half a file for nobody once its parts are gone", async () => {
    const batch = await receive(chunks(csv));
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query("DELETE FROM import_file_part WHERE batch_id = $1", [batch.id]),
    );
    await expect(bytesOf(batch.id)).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

describe("a file that is refused", () => {
  const zip = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(3_000, 7)]);

  it.each([
    ["empty", Buffer.alloc(0)],
    ["zipped", zip],
  ])("leaves its import failed and without bytes: %s", async (name, bytes) => {
    const fileName = `${name}.csv`;
    await expect(receive(chunks(bytes, 1_000), { fileName })).rejects.toMatchObject({
      code: "FILE_REFUSED",
    });
    const kept = await newest();
    expect(kept).toMatchObject({ status: "failed", file_name: fileName, parts: 0 });
    expect(kept?.failure_code).toEqual(expect.any(String));
  });

  it("is stopped as soon as it is larger than is taken", async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      const line = Buffer.from("2026-11-03,Coffee to go,-2.50\n".repeat(35_000));
      yield Buffer.from("Date,Description,Amount\n");
      for (;;) {
        sent += line.length;
        yield line;
      }
    }
    await expect(receive(endless())).rejects.toMatchObject({ reason: "too_large" });
    expect(sent).toBeLessThan(fileBytesMax + 3_000_000);
    expect(await newest()).toMatchObject({ status: "failed", failure_code: "too_large", parts: 0 });
  }, 60_000);

  it("is one that breaks off in the middle", async () => {
    async function* breaking(): AsyncGenerator<Buffer> {
      yield Buffer.from(csv.repeat(40_000).slice(0, 2_500_000));
      throw new Error("connection reset");
    }
    await expect(receive(breaking())).rejects.toMatchObject({ reason: "broken_off" });
    expect(await newest()).toMatchObject({
      status: "failed",
      failure_code: "broken_off",
      parts: 0,
    });
  });

  it("is given up when its server was stopped in the middle", async () => {
    const id = crypto.randomUUID();
    await asOrganisation(app.database, organisation.id, async (tx) => {
      await tx.query(
        "INSERT INTO import_batch (organisation_id, id, file_name, created_by, created_at) VALUES ($1, $2, 'cut.csv', 'Tess', $3)",
        [tx.organisationId, id, new Date(app.now().getTime() + 1)],
      );
      await tx.query(
        `INSERT INTO import_file_part (organisation_id, batch_id, "position", bytes) VALUES ($1, $2, 0, 'x')`,
        [tx.organisationId, id],
      );
    });
    const { giveUpUpload } = await import(
      "../../../server/src/features/statements/give-up-upload.ts"
    );
    await giveUpUpload(app, { organisationId: organisation.id, batchId: id });
    expect(await newest()).toMatchObject({
      status: "failed",
      failure_code: "broken_off",
      parts: 0,
    });
  });

  it("leaves a job behind that gives it up, which lets whole files be", async () => {
    const batch = await receive(chunks(csv));
    const jobs = await waitingJobs(app);
    const job = jobs.find(({ key }) => key === `giveUpUpload:${batch.id}`);
    expect(job?.runAt.getTime()).toBe(app.now().getTime() + 60 * 60_000);
    await app.database.pool.query(
      "DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t WHERE t.id = j.task_id AND t.identifier <> 'giveUpUpload'",
    );
    await bringForward(app, ["giveUpUpload"]);
    expect(await runJobs(app)).toEqual([]);
    expect((await bytesOf(batch.id)).toString()).toBe(csv);
  });
});

describe("who may bring in what", () => {
  it("needs the permission", async () => {
    const viewer = viewerIn(organisation, "viewer");
    await expect(receiveStatementFile(app, viewer, file(), chunks(csv))).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("refuses an account of another organisation like one that does not exist", async () => {
    const stranger = await addOrganisation(app);
    const theirs = await addAccount(app, stranger.id, await addConnection(app, stranger.id));
    const answers = [];
    for (const accountId of [theirs, crypto.randomUUID(), "nonsense"]) {
      answers.push(await receive(chunks(csv), { accountId }).catch((error) => error.message));
    }
    expect(new Set(answers)).toEqual(new Set(["There is no such account."]));
  });

  it("refuses a layout that is none", async () => {
    await expect(receive(chunks(csv), { layout: { delimiter: "x" } })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      field: "layout",
    });
  });

  it("takes no more files at once than memory is meant for", async () => {
    const release: (() => void)[] = [];
    async function* waiting(): AsyncGenerator<Buffer> {
      await new Promise<void>((resolve) => release.push(resolve));
      yield Buffer.from(csv);
    }
    const busy = Array.from({ length: uploadsAtOnceMax }, () => receive(waiting()));
    await expect(receive(chunks(csv))).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await expect.poll(() => release.length).toBe(uploadsAtOnceMax);
    for (const go of release) go();
    await Promise.all(busy);
    await receive(chunks(csv));
  });
});

describe("a file's name", () => {
  it.each([
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\me\\Umsätze.csv", "Umsätze.csv"],
    ["a\u0000b\r\nc.csv", "a b c.csv"],
    ["invoice\u202Efdp.csv", "invoice fdp.csv"],
    ["", "statement"],
    ["..", "statement"],
    [null, "statement"],
    ["\ud800.csv", ".csv"],
    [`${"x".repeat(500)}.mt940`, `${"x".repeat(194)}.mt940`],
  ])("%j is kept as %j", (given, kept) => {
    expect(cleanFileName(given)).toBe(kept);
  });
});
