import { type Client, createClient } from "graphql-ws";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { emit } from "../../server/src/events/emit.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { post, startTestServer } from "../support/test-server.ts";
import {
  addConnection,
  addOrganisation,
  addSession,
  type WorldOrganisation,
} from "../support/world.ts";

let database: TestDatabase;
let server: RunningServer;
/** Another process on the same database, as far as it can tell. */
let second: RunningServer;
let organisation: WorldOrganisation;
let connectionId: string;
let cookie: string;
const opened: { dispose?: () => unknown; terminate?: () => void }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestServer(database.serverUrl);
  second = await startTestServer(database.serverUrl);
  organisation = await addOrganisation(server.app);
  connectionId = await addConnection(server.app, organisation.id);
  cookie = await cookieOf(organisation);
});

afterEach(() => {
  for (const client of opened.splice(0)) {
    client.terminate?.();
    client.dispose?.();
  }
});

afterAll(async () => {
  await second.stop();
  await server.stop();
  await database.drop();
});

const changes = `subscription ($after: Cursor) {
  bankConnectionChanged(after: $after) { cursor refetch connection { id status } }
}`;

describe("subscribing with graphql-ws's own client", () => {
  it("gives what was missed and then what happens, each once, from whichever process", async () => {
    const after = await cursor();
    await change(3);
    const here = follow(connect(server, { cookie }), changes, { after });
    const there = follow(connect(second, { cookie }), changes, { after });
    await Promise.all([here.count(3), there.count(3)]);
    await Promise.all([change(2), change(2)]);
    await Promise.all([here.count(7), there.count(7)]);
    expect(here.results).toEqual(there.results);
    expect(here.cursors()).toEqual(range(after, 7));
    expect(here.results[0]?.bankConnectionChanged).toEqual({
      cursor: expect.any(String),
      refetch: false,
      connection: { id: connectionId, status: "ACTIVE" },
    });
  });

  it("goes on without gap or double after the connection was lost", async () => {
    const after = await cursor();
    const client = connect(server, { cookie });
    const first = follow(client, changes, { after });
    await change(2);
    await first.count(2);
    client.terminate();
    await change(3);
    const again = follow(connect(second, { cookie }), changes, { after: first.last() });
    await change(1);
    await again.count(4);
    expect([...first.cursors(), ...again.cursors()]).toEqual(range(after, 6));
  });

  it("takes an API key in the connection's parameters", async () => {
    const { secret } = await createKey(["bank_connections:read"]);
    const after = await cursor();
    const client = connect(server, {}, { authorization: `Bearer ${secret}` });
    const feed = follow(client, changes, { after });
    await change(1);
    await feed.count(1);
    const refused = follow(client, "subscription { dashboardChanged { cursor } }");
    await expect(refused.ended).rejects.toMatchObject([
      { extensions: { code: "FORBIDDEN" }, path: ["dashboardChanged"] },
    ]);
  });

  it("tells what is wrong with a document, and stays open", async () => {
    const client = connect(server, { cookie });
    const wrong: [string, string][] = [
      ["subscription { nothing }", "Cannot query field"],
      ["subscription {", "Syntax Error"],
      ["{ eventCursor }", "goes over HTTP"],
      ["subscription { a: bankConnectionChanged { cursor } b: syncProgress { cursor } }", "one"],
      ['subscription { bankConnectionChanged(after: "NO!") { cursor } }', "cursor"],
    ];
    for (const [query, message] of wrong) {
      await expect(follow(client, query).ended).rejects.toMatchObject([
        { message: expect.stringContaining(message) },
      ]);
    }
    const after = await cursor();
    const feed = follow(client, changes, { after });
    await change(1);
    await feed.count(1);
  });

  it("never delivers another organisation's events", async () => {
    const other = await addOrganisation(server.app);
    const after = "0";
    const theirs = follow(connect(server, { cookie: await cookieOf(other) }), changes, { after });
    const byId = `subscription ($id: ID) {
      bankConnectionChanged(after: "0", id: $id) { cursor connection { id } }
    }`;
    const spying = follow(connect(server, { cookie: await cookieOf(other) }), byId, {
      id: connectionId,
    });
    await change(2);
    const own = await addConnection(server.app, other.id);
    await change(1, other, own);
    await theirs.count(1);
    expect(theirs.results[0]?.bankConnectionChanged).toMatchObject({ connection: { id: own } });
    expect(theirs.results).toHaveLength(1);
    expect(spying.results).toEqual([]);
  });
});

describe("the connection", () => {
  it("is refused to pages of other origins", async () => {
    for (const origin of ["https://evil.example", "null", "http://localhost:1"]) {
      const socket = open(server, { origin, cookie });
      expect(await refusal(socket)).toBe(403);
    }
    const { origin } = new URL(server.app.config.publicUrl);
    const socket = open(server, { origin, cookie });
    socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
    expect(await message(socket)).toEqual({ type: "connection_ack" });
  });

  it("is closed for whoever has no session", async () => {
    const nobodies: Record<string, string>[] = [{}, { cookie: "tieout=stolen" }];
    for (const headers of nobodies) {
      const socket = open(server, headers);
      socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
      expect(await closing(socket)).toBe(4401);
    }
    const early = open(server, { cookie });
    early.on("open", () =>
      early.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query: changes } })),
    );
    expect(await closing(early)).toBe(4401);
  });

  it("is closed for nonsense, doubles and a second beginning", async () => {
    const subscribe = { id: "1", type: "subscribe", payload: { query: changes } };
    const cases: [number, unknown[]][] = [
      [4400, ["no object"]],
      [4400, [{ type: "unheard of" }]],
      [4409, [subscribe, subscribe]],
      [4429, [{ type: "connection_init" }]],
    ];
    for (const [code, messages] of cases) {
      const socket = await acknowledged(server, { cookie });
      for (const each of messages) socket.send(JSON.stringify(each));
      expect(await closing(socket)).toBe(code);
    }
  });

  it("has a bound on its subscriptions", async () => {
    const socket = await acknowledged(server, { cookie });
    for (let id = 0; id < 33; id += 1) {
      socket.send(JSON.stringify({ id: `s${id}`, type: "subscribe", payload: { query: changes } }));
    }
    expect(await message(socket)).toMatchObject({
      id: "s32",
      type: "error",
      payload: [{ extensions: { code: "TOO_MANY_SUBSCRIPTIONS" } }],
    });
  });

  it("answers pings, and stops a subscription that is completed", async () => {
    const socket = await acknowledged(server, { cookie });
    socket.send(JSON.stringify({ type: "ping", payload: { at: 1 } }));
    expect(await message(socket)).toEqual({ type: "pong", payload: { at: 1 } });
    const after = await cursor();
    const payload = { query: changes, variables: { after } };
    socket.send(JSON.stringify({ id: "gone", type: "subscribe", payload }));
    socket.send(JSON.stringify({ id: "gone", type: "complete" }));
    socket.send(JSON.stringify({ id: "kept", type: "subscribe", payload }));
    await change(1);
    expect(await message(socket)).toMatchObject({ id: "kept", type: "next" });
  });

  it("ends when its person signs out, in every process", async () => {
    const own = await cookieOf(organisation, "accountant");
    const sockets = [
      await acknowledged(server, { cookie: own }),
      await acknowledged(second, { cookie: own }),
    ];
    const unharmed = await acknowledged(server, { cookie });
    const closed = Promise.all(sockets.map(closing));
    await post(server, "mutation { signOut }", { headers: { cookie: own } });
    expect(await closed).toEqual([4403, 4403]);
    expect(unharmed.readyState).toBe(WebSocket.OPEN);
  });

  it("ends when its API key is revoked", async () => {
    const { id, secret } = await createKey(["bank_connections:read"]);
    const socket = open(second, {});
    const payload = { Authorization: `Bearer ${secret}` };
    socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload })));
    expect(await message(socket)).toEqual({ type: "connection_ack" });
    const closed = closing(socket);
    await post(server, "mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }", {
      variables: { id },
      headers: { cookie },
    });
    expect(await closed).toBe(4403);
  });

  it("is told when the server goes away", async () => {
    const short = await startTestServer(database.serverUrl);
    const socket = await acknowledged(short, { cookie });
    const closed = closing(socket);
    await short.stop();
    expect(await closed).toBe(1001);
  });
});

async function cookieOf(
  of: WorldOrganisation,
  role: "owner" | "accountant" = "owner",
): Promise<string> {
  return `tieout=${await addSession(server.app, of.people[role].id, of.id)}`;
}

async function createKey(permissions: string[]): Promise<{ id: string; secret: string }> {
  const { body } = await post(
    server,
    `mutation ($permissions: [String!]!) {
      createApiKey(name: "Test", permissions: $permissions) {
        ... on CreatedApiKey { secret apiKey { id } }
      }
    }`,
    { variables: { permissions }, headers: { cookie } },
  );
  const { secret, apiKey } = body.data.createApiKey;
  return { id: apiKey.id, secret };
}

async function cursor(): Promise<string> {
  const { body } = await post(server, "{ eventCursor }", { headers: { cookie } });
  return body.data.eventCursor;
}

/** Writes events, one commit each. */
async function change(
  count: number,
  of: WorldOrganisation = organisation,
  id: string = connectionId,
): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await asOrganisation(server.app.database, of.id, async (tx) =>
      emit(tx, { topic: "bank_connection.changed", connectionId: id }),
    );
  }
}

function connect(
  to: RunningServer,
  headers: Record<string, string>,
  connectionParams: Record<string, unknown> = {},
): Client {
  const client = createClient({
    url: `${to.url.replace("http", "ws")}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers });
      }
    },
    connectionParams,
    retryAttempts: 0,
  });
  opened.push(client);
  return client;
}

type Data = Record<string, { cursor: string } & Record<string, unknown>>;

interface Followed {
  readonly results: Data[];
  readonly ended: Promise<void>;
  /** Resolves when so many results have come. */
  count(wanted: number): Promise<void>;
  cursors(): bigint[];
  last(): string;
}

function follow(client: Client, query: string, variables: Record<string, unknown> = {}): Followed {
  const results: Data[] = [];
  const waiting: { wanted: number; resolve: () => void }[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    client.subscribe<Data>(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (errors) reject(errors);
          if (data) results.push(data);
          for (const { wanted, resolve: reached } of waiting) {
            if (results.length >= wanted) reached();
          }
        },
        error: reject,
        complete: () => resolve(),
      },
    );
  });
  ended.catch(() => {});
  const cursorsSeen = () =>
    results.flatMap((data) => Object.values(data).map((each) => each.cursor));
  return {
    results,
    ended,
    count: (wanted) =>
      results.length >= wanted
        ? Promise.resolve()
        : Promise.race([
            new Promise<void>((resolve) => waiting.push({ wanted, resolve })),
            ended.then(() => Promise.reject(new Error("the subscription ended"))),
          ]),
    cursors: () => cursorsSeen().map(fromCursor),
    last: () => cursorsSeen().at(-1) ?? "",
  };
}

function fromCursor(text: string): bigint {
  return BigInt(Number.parseInt(text, 36));
}

function range(after: string, count: number): bigint[] {
  return Array.from({ length: count }, (_, at) => fromCursor(after) + BigInt(at + 1));
}

function open(to: RunningServer, headers: Record<string, string>): WebSocket {
  const address = `${to.url.replace("http", "ws")}/graphql`;
  const socket = new WebSocket(address, "graphql-transport-ws", { headers });
  // A refusal shows in its status; see refusal().
  socket.on("error", () => {});
  opened.push(socket);
  return socket;
}

async function acknowledged(
  to: RunningServer,
  headers: Record<string, string>,
): Promise<WebSocket> {
  const socket = open(to, headers);
  socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
  expect(await message(socket)).toEqual({ type: "connection_ack" });
  return socket;
}

function message(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve, reject) => {
    socket.once("message", (data) => resolve(JSON.parse(String(data))));
    socket.once("close", (code) => reject(new Error(`closed with ${code}`)));
    socket.once("error", reject);
  });
}

function closing(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once("close", resolve));
}

function refusal(socket: WebSocket): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    socket.once("unexpected-response", (_, response) => resolve(response.statusCode));
    socket.once("open", () => reject(new Error("it was accepted")));
  });
}
