import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileBytesMax } from "../../server/src/core/statements/statement.ts";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { createApiKey } from "../../server/src/features/organisations/create-api-key.ts";
import { emitImportsChanged } from "../../server/src/features/statements/import-batch.ts";
import { attachment } from "../../server/src/http/file-answer.ts";
import { statementsApi } from "../../server/src/rest/statements/routes.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestServer } from "../support/test-server.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addSession,
  viewerIn,
  type WorldOrganisation,
} from "../support/world.ts";

let database: TestDatabase;
let server: RunningServer;
let organisation: WorldOrganisation;
let secret: string;
let reader: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestServer(database.serverUrl);
  organisation = await addOrganisation(server.app);
  secret = await keyOf(organisation, ["statements:import", "transactions:read"]);
  reader = await keyOf(organisation, ["transactions:read"]);
});

afterAll(async () => {
  await server.stop();
  await database.drop();
});

async function keyOf(of: WorldOrganisation, permissions: string[]): Promise<string> {
  const made = await createApiKey(server.app, viewerIn(of), { name: "Program", permissions });
  return made.secret;
}

const csv = "Date,Description,Amount\n2026-11-02,Rent,-800.00\n2026-11-03,Sale,12.50\n";

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: checked against the schema that the document promises.
  body: any;
}

/** JSON answers are checked against the schema that the OpenAPI document promises for them. */
async function call(
  method: "GET" | "POST",
  path: string,
  options: { key?: string | null; headers?: Record<string, string>; body?: BodyInit } = {},
): Promise<Answer> {
  const key = options.key === undefined ? secret : options.key;
  const response = await fetch(`${server.url}${statementsApi.base}${path}`, {
    method,
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
  });
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  if (!/json/.test(type))
    return { status, headers, body: Buffer.from(await response.arrayBuffer()) };
  const body = await response.json();
  if (response.ok) {
    const [bare = ""] = path.split("?");
    const template = bare.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, "{id}");
    const route = statementsApi.routes.find(
      (each) => each.path === template && each.method === method.toLowerCase(),
    );
    expect(route?.answers.schema.safeParse(body).error).toBeUndefined();
    expect(status).toBe(route?.answers.status);
  } else {
    expect(type).toBe("application/problem+json");
    expect(body).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) });
  }
  return { status, headers, body };
}

function upload(body: BodyInit = csv, query = "?file_name=november.csv", headers = {}) {
  const given = { "content-type": "text/csv", ...headers };
  return call("POST", `/imports/${query}`, { body, headers: given });
}

/** As if the reading job had come to its end. */
function endReading(id: string, of = organisation): Promise<void> {
  return asOrganisation(server.app.database, of.id, async (tx) => {
    await tx.query(
      "UPDATE import_batch SET status = 'pending', step = NULL, lines = 2, total_rows = 2, questions = '{account}' WHERE id = $1",
      [id],
    );
    emitImportsChanged(tx, [id]);
  });
}

function countParts(id: string): Promise<number> {
  return asOrganisation(server.app.database, organisation.id, async (tx) => {
    const [row] = await tx.query<{ count: bigint }>(
      "SELECT count(*) FROM import_file_part WHERE batch_id = $1",
      [id],
    );
    return Number(row?.count);
  });
}

test("the document is a valid OpenAPI document and says what takes and sends files", async () => {
  const { body } = await call("GET", "/openapi.json", { key: null }).catch(async () => {
    const response = await fetch(`${server.url}${statementsApi.base}/openapi.json`);
    return { body: await response.json() };
  });
  const checked = await new Validator().validate(structuredClone(body));
  expect(checked.errors ?? []).toEqual([]);
  expect(checked.valid).toBe(true);
  const takes = body.paths["/imports/"].post.requestBody.content;
  expect(Object.keys(takes)).toContain("multipart/form-data");
  const sends = body.paths["/transactions.csv"].get.responses[200].content;
  expect(Object.keys(sends)).toEqual(["text/csv"]);
  const ofx = body.paths["/transactions.ofx"].get.parameters;
  expect(ofx).toContainEqual(expect.objectContaining({ name: "account_id", required: true }));
});

describe("bringing a file in", () => {
  test("as the body", async () => {
    const { body } = await upload();
    expect(body).toMatchObject({
      status: "processing",
      step: "reading",
      file_name: "november.csv",
    });
    expect(body).toMatchObject({ format: "csv", file_bytes: csv.length, created_by: "Program" });
    const { body: again } = await call("GET", `/imports/${body.id}/`);
    expect(again).toEqual(body);
  });

  test("as a form, as curl -F sends it", async () => {
    const form = new FormData();
    form.set("file", new File([csv], "../Umsätze.csv", { type: "text/csv" }));
    const { body } = await call("POST", "/imports/", { body: form });
    expect(body).toMatchObject({ file_name: "Umsätze.csv", file_bytes: csv.length });
  });

  test("comes back byte by byte, to be saved and never shown", async () => {
    const bytes = Buffer.concat([
      Buffer.from(csv),
      Buffer.from("2026-11-03,<script>alert(1)</script>,1.00\n".repeat(40_000)),
    ]);
    const { body } = await upload(bytes, "?file_name=Ums%C3%A4tze%22.html");
    const file = await call("GET", `/imports/${body.id}/file`, { key: reader });
    expect(file.body.equals(bytes)).toBe(true);
    expect(file.headers.get("content-type")).toBe("application/octet-stream");
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    expect(file.headers.get("content-security-policy")).toContain("sandbox");
    expect(file.headers.get("content-disposition")).toBe(
      "attachment; filename=\"Ums_tze_.html\"; filename*=UTF-8''Ums%C3%A4tze%22.html",
    );
  });

  test("with the session of a browser, which says so in a header", async () => {
    const cookie = `tieout=${await addSession(server.app, organisation.people.owner.id, organisation.id)}`;
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      const headers = { cookie, "content-type": type };
      const unasked = await call("POST", "/imports/", { key: null, headers, body: csv });
      expect([unasked.status, unasked.body.code]).toEqual([403, "CROSS_SITE"]);
      const own = { ...headers, "x-tieout-upload": "1" };
      const asked = await call("POST", "/imports/", { key: null, headers: own, body: csv });
      expect(asked.status).toBe(201);
      const evil = { ...own, origin: "https://evil.example" };
      const foreign = await call("POST", "/imports/", { key: null, headers: evil, body: csv });
      expect([foreign.status, foreign.body.code]).toEqual([403, "CROSS_SITE"]);
      const file = await call("GET", `/imports/${asked.body.id}/file`, {
        key: null,
        headers: { cookie },
      });
      expect(file.body.toString()).toBe(csv);
    }
  });

  test("needs a credential and the permission", async () => {
    expect(
      (
        await call("POST", "/imports/", {
          key: null,
          body: csv,
          headers: { "x-tieout-upload": "1" },
        })
      ).status,
    ).toBe(401);
    const { status, body } = await call("POST", "/imports/", { key: reader, body: csv });
    expect([status, body.code]).toEqual([403, "FORBIDDEN"]);
  });

  test("refuses another organisation's account, and values that are none", async () => {
    const stranger = await addOrganisation(server.app);
    const theirs = await addAccount(
      server.app,
      stranger.id,
      await addConnection(server.app, stranger.id),
    );
    expect((await upload(csv, `?account_id=${theirs}`)).body.code).toBe("NOT_FOUND");
    expect((await upload(csv, "?account_id=nonsense")).body.field).toBe("account_id");
    expect((await upload(csv, "?dry_run=perhaps")).body.field).toBe("dry_run");
    expect((await upload(csv, "?unknown=1")).body.code).toBe("INVALID_INPUT");
  });
});

describe("a file that cannot be taken", () => {
  const zip = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(500_000, 7)]);

  test.each([
    ["is empty", Buffer.alloc(0)],
    ["is zipped", zip],
  ])("is refused with its reason and stays on record when it %s", async (what, bytes) => {
    const name = `${what.replace(" ", "-")}.csv`;
    const { status, body } = await upload(bytes, `?file_name=${name}`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: "FILE_REFUSED", reason: expect.any(String) });
    const { body: list } = await call("GET", `/imports/?first=1&search=${name}`);
    expect(list.imports).toMatchObject([
      { status: "failed", file_name: name, failure: { code: body.reason }, file_url: null },
    ]);
  });

  test("is refused at once when it says that it is too large", async () => {
    const answer = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(
        `${server.url}${statementsApi.base}/imports/`,
        {
          method: "POST",
          headers: { authorization: `Bearer ${secret}`, "content-length": fileBytesMax + 1 },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
          request.destroy();
        },
      );
      request.once("error", reject);
      request.write("Date,Description,Amount\n");
    });
    expect(answer).toBe(413);
  });

  test("is refused when it turns out to be too large", async () => {
    const rows = Buffer.from("2026-11-03,Coffee to go,-2.50\n".repeat(35_000));
    async function* endless() {
      yield Buffer.from("Date,Description,Amount\n");
      for (let sent = 0; sent < fileBytesMax + 5_000_000; sent += rows.length) yield rows;
    }
    const response = await fetch(`${server.url}${statementsApi.base}/imports/`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}` },
      body: Readable.toWeb(Readable.from(endless())) as BodyInit,
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: "BODY_TOO_LARGE", reason: "too_large" });
  }, 60_000);

  test("is one whose sender goes away", async () => {
    const request = httpRequest(
      `${server.url}${statementsApi.base}/imports/?file_name=broken.csv`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "transfer-encoding": "chunked" },
      },
    );
    request.on("error", () => {});
    request.write(csv);
    const list = async () => (await call("GET", "/imports/?search=broken.csv")).body.imports;
    await expect.poll(async () => (await list()).length).toBe(1);
    request.destroy();
    await expect.poll(async () => (await list())[0].status).toBe("failed");
    expect((await list())[0]).toMatchObject({ failure: { code: "broken_off" }, file_url: null });
  });

  test("is a form without one", async () => {
    const form = new FormData();
    form.set("note", "no file");
    const { status, body } = await call("POST", "/imports/", { body: form });
    expect([status, body.code]).toEqual([400, "MALFORMED_REQUEST"]);
  });
});

describe("following an import", () => {
  test("waits until it asks something", async () => {
    const { body } = await upload();
    const waiting = call("GET", `/imports/${body.id}/?wait=true`, { key: reader });
    await endReading(body.id);
    expect((await waiting).body).toMatchObject({
      status: "pending",
      questions: ["account"],
      to_add: 2,
    });
  });

  test("answers a dry run as it was read, and lets the file go", async () => {
    const name = "dry.csv";
    const running = upload(csv, `?file_name=${name}&dry_run=true&import_when_read=true`);
    const found = async () => (await call("GET", `/imports/?search=${name}`)).body.imports[0];
    await expect.poll(async () => (await found())?.step).toBe("reading");
    const { id } = await found();
    await endReading(id);
    expect((await running).body).toMatchObject({
      id,
      status: "pending",
      to_add: 2,
      file_url: null,
    });
    expect(await found()).toMatchObject({ id, status: "discarded", to_add: 0 });
    expect(await countParts(id)).toBe(0);
  });

  test("lets one go, twice as well as once", async () => {
    const { body } = await upload();
    await endReading(body.id);
    for (let times = 0; times < 2; times += 1) {
      const { body: discarded } = await call("POST", `/imports/${body.id}/discard/`);
      expect(discarded).toMatchObject({ status: "discarded", file_url: null });
    }
    expect((await call("GET", `/imports/${body.id}/file`)).status).toBe(409);
  });

  test("stops one that is still being read", async () => {
    const { body } = await upload();
    const stopped = await call("POST", `/imports/${body.id}/discard/`);
    expect(stopped.body).toMatchObject({ status: "discarded", step: null, file_url: null });
    expect(await countParts(body.id)).toBe(0);
  });

  test("decides and confirms through the same operations as the screen", async () => {
    const account = await addAccount(
      server.app,
      organisation.id,
      await addConnection(server.app, organisation.id),
    );
    const { body } = await upload();
    await endReading(body.id);
    const early = await call("POST", `/imports/${body.id}/confirm/`);
    expect([early.status, early.body.code]).toEqual([409, "CONFLICT"]);
    const headers = { "content-type": "application/json" };
    const layout = {
      delimiter: ",",
      header_row: 1,
      date_column: 0,
      description_columns: [1],
      amount_column: 2,
    };
    const wrong = await call("POST", `/imports/${body.id}/decide/`, {
      headers,
      body: JSON.stringify({ layout: { ...layout, delimiter: "x" } }),
    });
    expect([wrong.status, wrong.body.field]).toEqual([422, "layout.delimiter"]);
    const decided = await call("POST", `/imports/${body.id}/decide/`, {
      headers,
      body: JSON.stringify({ account_id: account, layout }),
    });
    expect(decided.body).toMatchObject({ status: "processing", account_id: account });
    expect(decided.body.csv.layout).toMatchObject({ ...layout, date_order: null, reversed: false });
  });

  test("shows nothing of another organisation's", async () => {
    const { body } = await upload();
    const stranger = await addOrganisation(server.app);
    const key = await keyOf(stranger, ["statements:import", "transactions:read"]);
    for (const path of ["/", "/file", "/problems.csv"]) {
      expect((await call("GET", `/imports/${body.id}${path}`, { key })).status).toBe(404);
    }
    for (const verb of ["decide", "confirm", "discard"]) {
      expect((await call("POST", `/imports/${body.id}/${verb}/`, { key })).status).toBe(404);
    }
    expect((await call("GET", "/imports/", { key })).body).toEqual({ imports: [], next: null });
  });

  test("lists page by page", async () => {
    const ids = [];
    for (let times = 0; times < 3; times += 1)
      ids.unshift((await upload(csv, "?file_name=paged.csv")).body.id);
    const seen = [];
    let after = "";
    for (let page = 0; page < 4 && after !== null; page += 1) {
      const at = after === "" ? "" : `&after=${after}`;
      const { body } = await call("GET", `/imports/?search=paged.csv&first=1${at}`);
      seen.push(...body.imports.map(({ id }: { id: string }) => id));
      after = body.next;
    }
    expect(seen).toEqual(ids);
  });
});

test("the same file over GraphQL multipart is the same import", async () => {
  const form = new FormData();
  const query = `mutation ($file: Upload!) { uploadStatementFile(file: $file) {
    __typename ... on ImportBatch { id status fileName fileUrl } ... on FileRefusedProblem { code reason } } }`;
  form.set("operations", JSON.stringify({ query, variables: { file: null } }));
  form.set("map", JSON.stringify({ 0: ["variables.file"] }));
  const send = async (content: string) => {
    form.set("0", new File([content], "november.csv"));
    const headers = { authorization: `Bearer ${secret}`, "x-tieout-upload": "1" };
    const url = `${server.url}/graphql`;
    const response = await fetch(url, { method: "POST", headers, body: form });
    return (await response.json()).data.uploadStatementFile;
  };
  const batch = await send(csv);
  expect(batch).toMatchObject({ __typename: "ImportBatch", fileName: "november.csv" });
  const file = await fetch(server.url + batch.fileUrl, {
    headers: { authorization: `Bearer ${reader}` },
  });
  expect(await file.text()).toBe(csv);
  expect((await call("GET", `/imports/${batch.id}/`)).body.status).toBe("processing");
  expect(await send("")).toMatchObject({ __typename: "FileRefusedProblem", code: "FILE_REFUSED" });
});

test("all problems of a file come as CSV that no spreadsheet runs", async () => {
  const { body } = await upload();
  await asOrganisation(server.app.database, organisation.id, (tx) =>
    tx.query(
      `INSERT INTO import_problem (organisation_id, batch_id, position, "row", code, text, message, loss)
       SELECT $1, $2, n, n + 2, 'bad_amount', '=cmd|''/c calc''!A' || n, 'This is no amount.', 'line' FROM generate_series(0, 2499) n`,
      [organisation.id, body.id],
    ),
  );
  const { body: file, headers } = await call("GET", `/imports/${body.id}/problems.csv`);
  const rows = file.toString("utf8").split("\r\n");
  expect(headers.get("content-disposition")).toContain('filename="november.csv problems.csv"');
  expect(rows).toHaveLength(2_502);
  expect(rows[0]).toBe("\ufeffRow,Problem,Text,Lost,Code");
  expect(rows[2_500]).toBe(`2501,This is no amount.,"'=cmd|'/c calc'!A2499",the line,bad_amount`);
});

test("a file's name in the header is whole and cannot break out of it", () => {
  expect(attachment('a"b;\r\nc*.csv')).toBe(
    "attachment; filename=\"a_b___c_.csv\"; filename*=UTF-8''a%22b%3B%0D%0Ac%2A.csv",
  );
});
