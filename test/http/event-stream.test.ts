import { afterAll, beforeAll, expect, it } from "vitest";
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
let organisation: WorldOrganisation;
let connectionId: string;
let cookie: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestServer(database.serverUrl);
  organisation = await addOrganisation(server.app);
  connectionId = await addConnection(server.app, organisation.id);
  cookie = await cookieOf("owner");
});

afterAll(async () => {
  await server.stop();
  await database.drop();
});

it("sends what was missed and what happens as server-sent events", async () => {
  await change();
  const events = await subscribe(cookie);
  expect(await events.next()).toMatchObject({
    data: { bankConnectionChanged: { cursor: "1", connection: { id: connectionId } } },
  });
  await change();
  expect(await events.next()).toMatchObject({ data: { bankConnectionChanged: { cursor: "2" } } });
  await events.close();
});

it("ends when the session does", async () => {
  const own = await cookieOf("accountant");
  const events = await subscribe(own);
  await events.next();
  await post(server, "mutation { signOut }", { headers: { cookie: own } });
  await expect(events.rest()).rejects.toThrow();
});

it("is for people who are signed in", async () => {
  const events = await subscribe("");
  expect(await events.next()).toMatchObject({
    errors: [{ extensions: { code: "NOT_SIGNED_IN" } }],
  });
  await events.close();
});

it("ends when the server stops", async () => {
  const short = await startTestServer(database.serverUrl);
  const events = await subscribe(cookie, short);
  await events.next();
  await short.stop();
  await expect(events.rest()).rejects.toThrow();
});

async function cookieOf(role: "owner" | "accountant"): Promise<string> {
  return `tieout=${await addSession(server.app, organisation.people[role].id, organisation.id)}`;
}

async function change(): Promise<void> {
  await asOrganisation(server.app.database, organisation.id, async (tx) =>
    emit(tx, { topic: "bank_connection.changed", connectionId }),
  );
}

async function subscribe(as: string, to: RunningServer = server) {
  const query = 'subscription { bankConnectionChanged(after: "0") { cursor connection { id } } }';
  const response = await fetch(`${to.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", cookie: as },
    body: JSON.stringify({ query }),
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  const read = async (): Promise<boolean> => {
    const { done, value } = await reader.read();
    text += decoder.decode(value);
    return !done;
  };
  return {
    async next(): Promise<unknown> {
      for (;;) {
        const found = /event: next\ndata: (.*)\n\n/.exec(text);
        if (found) {
          text = text.slice(found.index + found[0].length);
          return JSON.parse(found[1] ?? "");
        }
        if (!(await read())) throw new Error("the stream has ended");
      }
    },
    async rest(): Promise<void> {
      while (await read());
    },
    close: () => reader.cancel(),
  };
}
