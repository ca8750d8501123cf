import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { copyDatabase } from "../support/database.ts";
import type { TestCluster } from "../support/global-setup.ts";
import { fillBooks } from "./books.ts";
import { type Figure, rounded } from "./figures.ts";
import { residentMiB } from "./process-figures.ts";
import { startTieout } from "./processes.ts";

const lines = 1_000_000;
const importMsMax = 180_000;

/**
 * A CSV file of a million lines, brought in over HTTP and taken apart, checked, told apart and committed under row-level
 * security. Beside it, PostgreSQL's COPY: of the very same file into a bare table, which checks and indexes nothing, and of
 * the rows that came of it into a table with the indexes of bank transactions.
 */
export async function benchStatementImport(cluster: TestCluster): Promise<Figure[]> {
  const database = await copyDatabase(cluster);
  const [tenant] = await fillBooks(database.adminUrl, {
    ...{ tenants: 1, transactionsEach: 1, accountsEach: 1 },
  });
  if (!tenant) throw new Error("no tenant");
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const accountId = await accountByHand(admin, tenant.organisationId);
  const tieout = await startTieout(database.serverUrl, { SANDBOX_URL: "http://127.0.0.1:9" });
  try {
    const idleMiB = residentMiB(tieout.process.pid, "VmRSS");
    const startedAt = performance.now();
    const query = `file_name=million.csv&account_id=${accountId}&import_when_read=true`;
    const answer = await fetch(`${tieout.url}/api/statements/v1/imports/?${query}`, {
      method: "POST",
      headers: { authorization: `Bearer ${tenant.apiKey}`, "content-type": "text/csv" },
      body: Readable.toWeb(Readable.from(csvParts())) as unknown as BodyInit,
      duplex: "half",
    } as RequestInit);
    const { id } = (await answer.json()) as { id: string };
    if (answer.status !== 201) throw new Error(`the upload was answered with ${answer.status}`);
    const uploadedAt = performance.now();
    await completed(admin, id);
    const seconds = (performance.now() - uploadedAt) / 1_000;
    const uploadSeconds = (uploadedAt - startedAt) / 1_000;
    const peakMiB = residentMiB(tieout.process.pid, "VmHWM");
    const bare = await copyFileSeconds(admin);
    const indexed = await copyRowsSeconds(admin, id);
    return [
      {
        what: `Import of ${rounded(lines)} CSV lines, deduplicated and committed: seconds after the upload (${rounded(uploadSeconds)} s)`,
        ours: rounded(seconds),
        peer: rounded(bare),
        peerName: "COPY of the same file into a bare table",
        ratio: bare / seconds,
      },
      {
        what: "The same",
        ours: rounded(seconds),
        peer: rounded(indexed),
        peerName: "COPY of its rows into a table with the same indexes",
        ratio: indexed / seconds,
      },
      {
        what: "Its server's peak resident memory, MiB",
        ours: peakMiB === null ? "not told by this system" : rounded(peakMiB),
        peer: idleMiB === null ? "not told" : rounded(idleMiB),
        peerName: "the same server before the upload",
        ratio: null,
      },
    ];
  } finally {
    await admin.end();
    await tieout.stop();
    await database.drop();
  }
}

async function accountByHand(admin: pg.Client, organisationId: string): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    `INSERT INTO financial_account (organisation_id, id, name, institution_name, kind, currency)
     VALUES ($1, gen_random_uuid(), 'By hand', 'Bench Bank', 'current', 'GBP') RETURNING id`,
    [organisationId],
  );
  const [account] = rows;
  if (!account) throw new Error("an insert answers its row");
  return account.id;
}

/** Some 65 MB in parts of about a megabyte; every 50th line is like another of its day. */
function* csvParts(): Generator<string> {
  yield "Date,Description,Reference,Amount\r\n";
  const perPart = 16_000;
  for (let first = 0; first < lines; first += perPart) {
    let part = "";
    for (let n = first; n < Math.min(first + perPart, lines); n += 1) {
      const alike = n % 50 === 0 ? n - (n % 100) : n;
      const day = new Date(Date.UTC(2024, 0, 1) + Math.floor(n / 1_400) * 86_400_000);
      const amount = `${alike % 3 === 0 ? "" : "-"}${(alike * 7919) % 100_000}.${String(alike % 100).padStart(2, "0")}`;
      part += `${day.toISOString().slice(0, 10)},CARD PAYMENT SHOP ${alike % 4_001} LONDON,REF${alike},${amount === "-0.00" || amount === "0.00" ? "1.00" : amount}\r\n`;
    }
    yield part;
  }
}

async function completed(admin: pg.Client, id: string): Promise<void> {
  const until = Date.now() + importMsMax;
  while (Date.now() < until) {
    const { rows } = await admin.query<{ status: string; added: number; failure: string | null }>(
      "SELECT status, added, failure_message AS failure FROM import_batch WHERE id = $1",
      [id],
    );
    const [batch] = rows;
    if (batch?.status === "complete" && batch.added === lines) return;
    if (batch?.status !== "processing")
      throw new Error(`the import ended so: ${JSON.stringify(batch)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the import has not ended");
}

/** What PostgreSQL alone takes to load the file. */
async function copyFileSeconds(admin: pg.Client): Promise<number> {
  await admin.query(
    "CREATE TABLE copied_bare (booked_on date, description text, reference text, amount numeric)",
  );
  const startedAt = performance.now();
  const into = admin.query(copyFrom("COPY copied_bare FROM STDIN (FORMAT csv, HEADER)"));
  await pipeline(Readable.from(csvParts()), into);
  return (performance.now() - startedAt) / 1_000;
}

/** What it takes for the very rows that the import wrote, with the indexes of bank transactions and without policies. */
async function copyRowsSeconds(admin: pg.Client, batchId: string): Promise<number> {
  const columns = `id, organisation_id, account_id, external_id, pending, booked_on, amount_minor, currency, description,
    counterparty_name, reference, import_batch_id, import_position, import_row`;
  const rows = await buffer(
    admin.query(
      copyTo(
        `COPY (SELECT ${columns} FROM bank_transaction WHERE import_batch_id = '${batchId}') TO STDOUT`,
      ),
    ),
  );
  await admin.query("CREATE TABLE copied_indexed (LIKE bank_transaction INCLUDING ALL)");
  const startedAt = performance.now();
  const into = admin.query(copyFrom(`COPY copied_indexed (${columns}) FROM STDIN`));
  await pipeline(Readable.from([rows]), into);
  return (performance.now() - startedAt) / 1_000;
}
