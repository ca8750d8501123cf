import { createHash } from "node:crypto";
import { type ClientRequest, request as httpRequest } from "node:http";
import {
  GraphQLBoolean,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
} from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { schema as whole } from "../../server/src/graphql/schema.ts";
import type { IncomingUpload } from "../../server/src/graphql/upload.ts";
import { listen, type Serving, serve } from "../../server/src/http/server.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createTestApp, type TestApp } from "../support/world.ts";

/** What a test's resolver does with the file that comes in. */
let take: (file: IncomingUpload) => Promise<string> | string;

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: "Query", fields: { yes: { type: GraphQLBoolean } } }),
  mutation: new GraphQLObjectType({
    name: "Mutation",
    fields: {
      take: {
        type: GraphQLString,
        args: { file: { type: new GraphQLNonNull(whole.getType("Upload") as GraphQLScalarType) } },
        resolve: (_root, { file }) => take(file),
      },
    },
  }),
});

let database: TestDatabase;
let app: TestApp;
let serving: Serving;
let port: number;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  const listener = await listen(0, "127.0.0.1");
  port = listener.port;
  serving = serve(app, listener, schema, "/nowhere");
});

afterAll(async () => {
  await serving.stop();
  await app.close();
  await database.drop();
});

beforeEach(() => {
  take = digestOf;
});

async function digestOf({ bytes, fileName, mimeType }: IncomingUpload): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) hash.update(chunk);
  return [fileName, mimeType, hash.digest("hex")].join(" ");
}

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const boundary = "----tieout-test";
const mutation = "mutation ($file: Upload!) { take(file: $file) }";
const operations = JSON.stringify({ query: mutation, variables: { file: null } });
const map = JSON.stringify({ 0: ["variables.file"] });

function field(name: string, value: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

function fileHead(name = "0", fileName = "november.csv"): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: text/csv\r\n\r\n`;
}

const end = `\r\n--${boundary}--\r\n`;
const preflight = { "graphql-require-preflight": "true" };

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the document of each test.
  body: any;
}

/** A request of which a test writes the body. */
function open(headers: Record<string, string> = preflight): {
  request: ClientRequest;
  answer: Promise<Answer>;
} {
  const request = httpRequest({
    ...{ host: "127.0.0.1", port, path: "/graphql", method: "POST" },
    headers: { "content-type": `multipart/form-data; boundary=${boundary}`, ...headers },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    request.once("error", reject);
    request.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
      });
    });
  });
  answer.catch(() => {});
  return { request, answer };
}

function send(body: string | Buffer, headers?: Record<string, string>): Promise<Answer> {
  const { request, answer } = open(headers);
  request.end(body);
  return answer;
}

describe("a file with a mutation", () => {
  it("comes to the resolver with its name and type", async () => {
    const content = "Date,Amount\r\n--not a boundary\r\n";
    const body = field("operations", operations) + field("map", map) + fileHead() + content + end;
    const digest = createHash("sha256").update(content).digest("hex");
    const { status, body: answered } = await send(body);
    expect(answered).toEqual({ data: { take: `november.csv text/csv ${digest}` } });
    expect(status).toBe(200);
  });

  it("comes as a browser's form sends it", async () => {
    const form = new FormData();
    form.set("operations", operations);
    form.set("map", map);
    form.set("0", new File(["Ä"], "Umsätze.csv", { type: "text/csv" }));
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { "x-tieout-upload": "1" },
      body: form,
    });
    expect((await response.json()).data.take).toMatch(/^Umsätze\.csv text\/csv [0-9a-f]{64}$/);
  });

  it("is never in memory as a whole: a sender waits while nobody reads", async () => {
    const mib = 1_048_576;
    const fileMib = 100;
    const gate = deferred<void>();
    take = async ({ bytes }) => {
      let count = 0;
      for await (const chunk of bytes) {
        if (count === 0) await gate.promise;
        count += chunk.length;
      }
      return String(count);
    };
    const { request, answer } = open();
    request.write(field("operations", operations) + field("map", map) + fileHead());
    const sending = (async () => {
      const part = Buffer.alloc(mib, "x");
      for (let sent = 0; sent < fileMib; sent += 1) {
        if (!request.write(part)) await new Promise((resolve) => request.once("drain", resolve));
      }
      request.end(end);
    })();
    // Whatever was sent by then is in the sender's, the kernel's and the server's buffers together.
    let before = -1;
    await expect
      .poll(
        () => {
          const now = request.socket?.bytesWritten ?? 0;
          const stands = now > 0 && now === before;
          before = now;
          return stands;
        },
        { interval: 200, timeout: 10_000 },
      )
      .toBe(true);
    expect(before).toBeLessThan(16 * mib);
    gate.resolve();
    await sending;
    expect((await answer).body).toEqual({ data: { take: String(fileMib * mib) } });
  }, 30_000);

  it("may be left unread by the resolver", async () => {
    take = () => "not wanted";
    const { request, answer } = open();
    request.write(field("operations", operations) + field("map", map) + fileHead());
    for (let part = 0; part < 20; part += 1) request.write(Buffer.alloc(1_048_576, "x"));
    request.end(end);
    expect((await answer).body).toEqual({ data: { take: "not wanted" } });
  });

  it("is an error to its reader when the sender goes away", async () => {
    const failed = deferred<unknown>();
    const begun = deferred<void>();
    take = async ({ bytes }) => {
      try {
        for await (const _ of bytes) begun.resolve();
        failed.resolve("it ended as if it were whole");
      } catch (error) {
        failed.resolve(error);
      }
      return "";
    };
    const { request } = open();
    request.write(`${field("operations", operations)}${field("map", map)}${fileHead()}Date,Am`);
    request.write("x".repeat(100_000));
    await begun.promise;
    request.destroy();
    expect(await failed.promise).toMatchObject({ code: "BROKEN_OFF" });
  });

  it("is an error to its reader when the form ends within it", async () => {
    const failed = deferred<unknown>();
    take = async (file) => {
      await digestOf(file).then(failed.resolve, failed.resolve);
      return "";
    };
    await send(`${field("operations", operations)}${field("map", map)}${fileHead()}Date,Amount`);
    expect(await failed.promise).toBeInstanceOf(Error);
  });
});

describe("a form that is none", () => {
  const ok = field("operations", operations) + field("map", map);
  const operation = (values: object) => field("operations", JSON.stringify(values));
  const variables = { file: null };
  const malformed: [string, string][] = [
    ["without a file", ok + end],
    ["with the file in front", `${fileHead()}x\r\n${ok}${end}`],
    ["without a map", `${field("operations", operations)}${fileHead()}x${end}`],
    [
      "with a map of another file",
      `${field("operations", operations)}${field("map", '{"1":["variables.file"]}')}${fileHead()}x${end}`,
    ],
    [
      "with a map of two places",
      `${field("operations", operations)}${field("map", '{"0":["variables.file","variables.other"]}')}${fileHead()}x${end}`,
    ],
    [
      "with a map into the prototype",
      `${field("operations", operations)}${field("map", '{"0":["variables.__proto__.file"]}')}${fileHead()}x${end}`,
    ],
    [
      "with a map outside of the variables",
      `${field("operations", operations)}${field("map", '{"0":["query"]}')}${fileHead()}x${end}`,
    ],
    [
      "with operations that are no JSON",
      `${field("operations", "{")}${field("map", map)}${fileHead()}x${end}`,
    ],
    [
      "with several operations",
      `${field("operations", `[${operations}]`)}${field("map", map)}${fileHead()}x${end}`,
    ],
    ["without a query", `${operation({ variables })}${field("map", map)}${fileHead()}x${end}`],
    [
      "with a query in place of a mutation",
      `${operation({ query: "query ($file: Upload) { yes }", variables })}${field("map", map)}${fileHead()}x${end}`,
    ],
    [
      "with a document that is none",
      `${operation({ query: "mutation {", variables })}${field("map", map)}${fileHead()}x${end}`,
    ],
    [
      "with a field that is not there",
      `${operation({ query: "mutation ($file: Upload!) { keep(file: $file) }", variables })}${field("map", map)}${fileHead()}x${end}`,
    ],
    ["that is empty", ""],
  ];
  it.each(malformed)("is refused %s", async (_, body) => {
    const { status, body: answered } = await send(body);
    expect(status).toBe(400);
    expect(answered.errors.length).toBeGreaterThan(0);
    expect(answered.data).toBeUndefined();
  });

  it("is refused without a boundary", async () => {
    const headers = { ...preflight, "content-type": "multipart/form-data; charset=utf-8" };
    expect((await send(ok, headers)).status).toBe(400);
  });

  it("is refused with an operation that is too large", async () => {
    const large = field("operations", `{"query":"${"x".repeat(1_100_000)}"}`);
    expect((await send(large + field("map", map) + fileHead() + end)).status).toBe(413);
  });

  it("gives nothing but a file for an Upload", async () => {
    for (const file of ["a text", { fileName: "x", bytes: [] }, 3]) {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: mutation, variables: { file } }),
      });
      expect((await response.json()).errors[0].message).toContain("multipart");
    }
  });
});

describe("other sites", () => {
  const body = `${field("operations", operations)}${field("map", map)}${fileHead()}x${end}`;

  it("cannot post a form: it needs a header that their pages may not send unasked", async () => {
    const { status, body: answered } = await send(body, {});
    expect([status, answered.errors[0].extensions.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    for (const header of [
      "graphql-require-preflight",
      "x-tieout-upload",
      "Apollo-Require-Preflight",
    ]) {
      const expected = header.startsWith("Apollo") ? 415 : 200;
      expect((await send(body, { [header]: "1" })).status).toBe(expected);
    }
  });

  it("are refused though they send it", async () => {
    for (const from of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      const { status, body: answered } = await send(body, { ...preflight, ...from } as never);
      expect([status, answered.errors[0].extensions.code]).toEqual([403, "CROSS_SITE"]);
    }
  });

  it("find no other type opened by the header", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      expect((await send(operations, { ...preflight, "content-type": type })).status).toBe(415);
    }
  });
});
