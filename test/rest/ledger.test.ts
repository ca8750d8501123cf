import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localDate } from "../../server/src/core/dates.ts";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { createApiKey } from "../../server/src/features/organisations/create-api-key.ts";
import { reconciliationApi } from "../../server/src/rest/reconciliation/routes.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addBlock } from "../support/imports.ts";
import { startTestServer } from "../support/test-server.ts";
import {
  addAccount,
  addConnection,
  addMatch,
  addOpenItems,
  addOrganisation,
  addTransactions,
  viewerIn,
  type WorldOrganisation,
} from "../support/world.ts";

let database: TestDatabase;
let server: RunningServer;
let organisation: WorldOrganisation;
let secret: string;
let block: string;

const hostile = [
  '=HYPERLINK("http://evil.example","x")',
  "+1+1",
  "-2+3",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  "<v>&\u0007 \ud800 ]]>",
];

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestServer(database.serverUrl);
  organisation = await addOrganisation(server.app);
  const { app } = server;
  const made = await createApiKey(app, viewerIn(organisation), {
    name: "Program",
    permissions: ["transactions:read"],
  });
  secret = made.secret;
  block = await addBlock(app, organisation.id);
  await asOrganisation(app.database, organisation.id, (tx) =>
    tx.query("UPDATE block SET name = $2 WHERE id = $1", [block, "Élan / Court; №1"]),
  );
  const connection = await addConnection(app, organisation.id);
  const account = await addAccount(app, organisation.id, connection, { blockId: block });
  const other = await addAccount(app, organisation.id, connection);
  await addTransactions(app, organisation.id, other, [{ description: "NOT IN A BLOCK" }]);
  const [matched = ""] = await addTransactions(app, organisation.id, account, [
    {
      bookedOn: localDate("2026-11-03"),
      amountMinor: 1_234_56n,
      description: "FLAT 12",
      reference: "SC-1",
    },
    {
      ...{ bookedOn: localDate("2026-11-04"), amountMinor: -5_00n, description: "FEE" },
      ...{ excludedAt: app.now(), excludedBy: "Tess", exclusionReason: "=cmd|calc" },
    },
    ...hostile.map((description, index) => ({
      ...{
        bookedOn: localDate("2026-11-05"),
        amountMinor: BigInt(index + 1),
        description: description.replace("\ud800", ""),
      },
    })),
  ]);
  const [item = ""] = await addOpenItems(app, organisation.id, [
    { amountMinor: 1_234_56n, number: "SC-1" },
  ]);
  await addMatch(app, organisation.id, {
    transactionId: matched,
    openItemId: item,
    amountMinor: 1_234_56n,
  });
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

function get(path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${secret}` };
  return fetch(`${server.url}${reconciliationApi.base}${path}`, { headers });
}

/** The files in a ZIP, by its central directory (APPNOTE 4.3.12). */
function unzip(bytes: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place));
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + packed);
    const path = bytes.toString("utf8", at + 46, at + 46 + (name ?? 0));
    found.set(path, (method === 8 ? inflateRawSync(data) : data).toString("utf8"));
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return found;
}

interface Workbook {
  readonly sheet: string;
  readonly styles: string;
  /** By row from 1: type, style and value of each cell. */
  cell(reference: string): { type: string; style: number; value: string } | null;
}

async function open(response: Response): Promise<Workbook> {
  const files = unzip(Buffer.from(await response.arrayBuffer()));
  const sheet = files.get("xl/worksheets/sheet1.xml") ?? "";
  const shared = [...(files.get("xl/sharedStrings.xml") ?? "").matchAll(/<si>(.*?)<\/si>/gs)].map(
    ([, text = ""]) => unescaped(text.replace(/<[^>]+>/g, "")),
  );
  return {
    sheet,
    styles: files.get("xl/styles.xml") ?? "",
    cell: (reference) => {
      const found = new RegExp(`<c r="${reference}"([^>]*?)(?:/>|>(.*?)</c>)`, "s").exec(sheet);
      if (found === null) return null;
      const [, attributes = "", inner = ""] = found;
      const type = /t="(\w+)"/.exec(attributes)?.[1] ?? "n";
      const value = inner.replace(/<[^>]+>/g, "");
      return {
        type,
        style: Number(/s="(\d+)"/.exec(attributes)?.[1] ?? 0),
        value: type === "s" ? (shared[Number(value)] ?? "") : unescaped(value),
      };
    },
  };
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

/** The number format that a cell's style names. */
function formatOf({ styles }: Workbook, style: number): string {
  const xfs = /<cellXfs[^>]*>(.*?)<\/cellXfs>/s.exec(styles)?.[1] ?? "";
  const xf = [...xfs.matchAll(/<xf\s[^>]*>/g)][style]?.[0] ?? "";
  const id = /numFmtId="(\d+)"/.exec(xf)?.[1];
  if (id === "49") return "@";
  const found = new RegExp(`<numFmt numFmtId="${id}" formatCode="([^"]*)"`).exec(styles)?.[1];
  return unescaped(found ?? "");
}

test("answers a workbook with real days and numbers, under the block's name", async () => {
  const response = await get(`/blocks/${block}/ledger.xlsx`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("spreadsheetml.sheet");
  expect(response.headers.get("content-disposition")).toBe(
    "attachment; filename=\"_lan-court-1-ledger-2026-11-20.xlsx\"; filename*=UTF-8''%C3%A9lan-court-1-ledger-2026-11-20.xlsx".replaceAll(
      "2026-11-20",
      server.app.now().toISOString().slice(0, 10),
    ),
  );
  const book = await open(response);
  const texts = ["A", "B", "C", "D", "E", "F", "G"].map((column) => book.cell(`${column}1`)?.value);
  expect(texts).toEqual(["Date", "Description", "Reference", "Credit", "Debit", "Status", "Notes"]);
  expect(book.sheet).toMatch(/<pane [^>]*state="frozen"/);
  expect(book.sheet).toMatch(/<cols>.*width="48"/s);
  const day = book.cell("A2");
  // Days since 1899-12-30, as Excel counts them.
  expect(day).toMatchObject({ type: "n", value: "46329" });
  expect(formatOf(book, day?.style ?? 0)).toBe("yyyy-mm-dd");
  const credit = book.cell("D2");
  expect(credit).toMatchObject({ type: "n", value: "1234.56" });
  expect(formatOf(book, credit?.style ?? 0)).toBe("#,##0.00");
  expect(book.cell("E3")).toMatchObject({ type: "n", value: "5" });
  expect(book.cell("E2")?.value ?? "").toBe("");
  expect(book.cell("F2")?.value).toMatch(/^Matched \((auto|manual)\)$/);
  expect(book.cell("G2")?.value).toMatch(/^Matched with SC-1 \(.+, \d{4}-\d\d-\d\d\)$/);
  expect(book.cell("F3")?.value).toBe("Excluded");
  expect(book.cell("G3")?.value).toMatch(/^Excluded: =cmd\|calc \(Tess, /);
  expect(book.sheet).not.toContain("NOT IN A BLOCK");
});

test("writes no cell that a spreadsheet runs: every text is text, and stays one when it is edited", async () => {
  const book = await open(await get(`/blocks/all/ledger.xlsx?from=2026-11-05`));
  expect(book.sheet).not.toContain("<f>");
  const descriptions = hostile.map((_, index) => book.cell(`B${index + 2}`));
  expect(descriptions.map((cell) => cell?.type)).toEqual(hostile.map(() => "s"));
  for (const cell of descriptions) {
    expect(cell?.value).not.toMatch(/^[\s]*[=+\-@]/);
    expect(formatOf(book, cell?.style ?? 0)).toBe("@");
  }
  expect(descriptions.map((cell) => cell?.value)).toContain(`'${hostile[0]}`);
});

test("answers a problem for what is not there, not allowed or not readable", async () => {
  expect((await get("/blocks/5f0b6f7c-7f0e-4a37-9d8c-6f0d1a1b2c3d/ledger.xlsx")).status).toBe(404);
  expect((await get("/blocks/nothing/ledger.xlsx")).status).toBe(404);
  expect((await get(`/blocks/${block}/ledger.xlsx?status=lost`)).status).toBe(422);
  const stranger = await addOrganisation(server.app);
  const theirs = await addBlock(server.app, stranger.id);
  expect((await get(`/blocks/${theirs}/ledger.xlsx`)).status).toBe(404);
  const anonymous = await fetch(`${server.url}${reconciliationApi.base}/blocks/all/ledger.xlsx`);
  expect(anonymous.status).toBe(401);
  const document = await (await get("/openapi.json")).json();
  expect(Object.keys(document.paths)).toEqual([
    "/blocks/all/ledger.xlsx",
    "/blocks/{id}/ledger.xlsx",
  ]);
});
