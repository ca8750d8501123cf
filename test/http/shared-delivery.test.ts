import {
  GraphQLBoolean,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from "graphql";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { emit } from "../../server/src/events/emit.ts";
import type { StreamedEvent } from "../../server/src/events/stream.ts";
import { permissionsOfRole } from "../../server/src/features/permissions.ts";
import type { Context } from "../../server/src/graphql/context.ts";
import { follow } from "../../server/src/graphql/live-event.ts";
import { type Listener, listen, type Serving, serve } from "../../server/src/http/server.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  addOrganisation,
  addSession,
  createTestApp,
  type TestApp,
  type WorldOrganisation,
} from "../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let listener: Listener;
let serving: Serving;
let organisation: WorldOrganisation;
const sockets: WebSocket[] = [];
let executions = 0;
let failing = 0;
const padding = "x".repeat(8_000);

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl, { live: true });
  organisation = await addOrganisation(app);
});

beforeEach(async () => {
  executions = 0;
  failing = 0;
  listener = await listen(0, "127.0.0.1");
  serving = serve(app, listener, countingSchema(), "/nowhere");
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await serving.stop();
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const document = "subscription ($after: Int, $size: Int) { changed(after: $after, size: $size) }";

it("executes once for all who would get the same, wherever they begin", async () => {
  const after = Number(await app.hub.cursor(organisation.id));
  await commit(3);
  const owner = await cookieOf("owner");
  const clients = [
    await subscribed(owner, { after }),
    await subscribed(owner, { after: after + 1 }),
    await subscribed(await cookieOf("owner"), { after: after + 2 }),
    await subscribed(owner, { after }, `${document} # the same, written differently`),
  ];
  await commit(2);
  const [first, second, third, fourth] = await Promise.all(
    clients.map((client, at) => client.take([5, 4, 3, 5][at] ?? 0)),
  );
  expect(first).toHaveLength(5);
  expect(second).toEqual(first?.slice(1));
  expect(third).toEqual(first?.slice(2));
  expect(fourth).toEqual(first);
  expect(executions).toBe(5);
});

it("executes apart for those who may see something else, or asked for something else", async () => {
  const after = Number(await app.hub.cursor(organisation.id));
  const clients = [
    await subscribed(await cookieOf("owner"), { after }),
    await subscribed(await cookieOf("viewer"), { after }),
    await subscribed(await cookieOf("owner"), { after, size: 1 }),
  ];
  await commit(1);
  const answers = await Promise.all(clients.map((client) => client.take(1)));
  expect(executions).toBe(3);
  expect(answers.map(([answer]) => answer?.permissions)).toEqual([
    permissionsOfRole.owner.size,
    permissionsOfRole.viewer.size,
    permissionsOfRole.owner.size,
  ]);
});

it("delivers large answers whole", async () => {
  const after = Number(await app.hub.cursor(organisation.id));
  const client = await subscribed(await cookieOf("owner"), { after, size: 20 });
  await commit(2);
  const answers = await client.take(2);
  expect(answers.map(({ padding: text }) => text.length)).toEqual([160_000, 160_000]);
});

it("bounds a client that does not read, tells it to refetch, and harms nobody else", async () => {
  const after = Number(await app.hub.cursor(organisation.id));
  const cookie = await cookieOf("owner");
  const slow = await subscribed(cookie, { after, size: 1 });
  const quick = await subscribed(cookie, { after, size: 1 });
  slow.socket.pause();
  const count = 3_000;
  for (let written = 0; written < count; written += 100) {
    await commit(100);
    await quick.take(written + 100);
  }
  expect((await quick.take(count)).every(({ refetch }) => !refetch)).toBe(true);
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(200 * 1_048_576);
  slow.socket.resume();
  const seen = await slow.until(({ seq }) => seq === after + count);
  const refetches = seen.filter(({ refetch }) => refetch);
  expect(refetches.length).toBeGreaterThan(0);
  expect(seen.length).toBeLessThan(count);
  // In order, without doubles, and without a gap that no refetch covers.
  for (const [at, { seq, refetch }] of seen.entries()) {
    const before = seen[at - 1]?.seq ?? after;
    if (refetch) expect(seq).toBeGreaterThan(before);
    else expect(seq).toBe(before + 1);
  }
}, 60_000);

it("tries an event again that failed, and makes a refetch of one that cannot be told", async () => {
  const after = Number(await app.hub.cursor(organisation.id));
  const client = await subscribed(await cookieOf("owner"), { after });
  failing = 1;
  await commit(1);
  expect((await client.take(1)).map(({ refetch }) => refetch)).toEqual([false]);
  failing = 2;
  await commit(1);
  await client.take(2);
  await commit(1);
  expect((await client.take(3)).map(({ refetch }) => refetch)).toEqual([false, true, false]);
});

interface Answer {
  seq: number;
  refetch: boolean;
  permissions: number;
  padding: string;
}

/** A subscription that counts how often it is executed, and says for whom. */
function countingSchema(): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: "Query", fields: { yes: { type: GraphQLBoolean } } }),
    subscription: new GraphQLObjectType({
      name: "Subscription",
      fields: {
        changed: {
          type: new GraphQLNonNull(GraphQLString),
          args: { after: { type: GraphQLInt }, size: { type: GraphQLInt } },
          subscribe: (_root, { after }, context: Context) =>
            follow(context, {
              permissions: [],
              after: typeof after === "number" ? BigInt(after) : null,
              accepts: () => true,
            }),
          resolve: (event: StreamedEvent, { size }, context: Context) => {
            executions += 1;
            if (event.kind === "event" && failing > 0) {
              failing -= 1;
              throw new Error("the database is away");
            }
            const answer: Answer = {
              seq: Number(event.seq),
              refetch: event.kind === "refetch",
              permissions: context.viewer?.permissions.size ?? 0,
              padding: padding.repeat(size ?? 0),
            };
            return JSON.stringify(answer);
          },
        },
      },
    }),
  });
}

async function commit(count: number): Promise<void> {
  await asOrganisation(app.database, organisation.id, async (tx) => {
    for (let at = 0; at < count; at += 1) {
      emit(tx, { topic: "bank_connection.changed", connectionId: "c" });
    }
  });
}

async function cookieOf(role: "owner" | "viewer"): Promise<string> {
  return `tieout=${await addSession(app, organisation.people[role].id, organisation.id)}`;
}

interface Subscribed {
  readonly socket: WebSocket;
  /** The first so many answers, when they have come. */
  take(count: number): Promise<Answer[]>;
  /** All answers up to the first that is meant. */
  until(isLast: (answer: Answer) => boolean): Promise<Answer[]>;
}

async function subscribed(
  cookie: string,
  variables: Record<string, unknown>,
  query = document,
): Promise<Subscribed> {
  const address = `ws://127.0.0.1:${listener.port}/graphql`;
  const socket = new WebSocket(address, "graphql-transport-ws", { headers: { cookie } });
  sockets.push(socket);
  const answers: Answer[] = [];
  let look = () => {};
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
    socket.on("message", (data) => {
      const message = JSON.parse(String(data));
      if (message.type === "connection_ack") {
        const payload = { query, variables };
        socket.send(JSON.stringify({ id: `${sockets.length}`, type: "subscribe", payload }));
        resolve();
      } else {
        expect(message.type).toBe("next");
        answers.push(JSON.parse(message.payload.data.changed));
        look();
      }
    });
  });
  const when = async (reached: () => boolean): Promise<void> => {
    while (!reached()) {
      await new Promise<void>((resolve) => {
        look = resolve;
      });
    }
  };
  return {
    socket,
    take: async (count) => {
      await when(() => answers.length >= count);
      return answers.slice(0, count);
    },
    until: async (isLast) => {
      await when(() => answers.some(isLast));
      return answers;
    },
  };
}
