import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, fetchExchange, gql } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cursorOf, ownCursorExchange } from "../../../client/src/lib/own-cursor.ts";

let server: Server;
/** The requests that wait for their answer, by the operation's name. */
const waiting = new Map<string, ServerResponse>();

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    waiting.set(JSON.parse(text).operationName, response);
    server.emit("asked");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test("an answer keeps its own cursor, though a later query's came before it", async () => {
  const client = new Client({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    exchanges: [cacheExchange({}), ownCursorExchange, fetchExchange],
    requestPolicy: "cache-and-network",
    preferGetMethod: false,
  });
  const slow = client.query(gql`query Slow { organisation eventCursor }`, {}).toPromise();
  const quick = client.query(gql`query Quick { bank eventCursor }`, {}).toPromise();
  await bothAsked();
  answer("Quick", { bank: "Abbey Cross", eventCursor: "12" });
  expect(cursorOf(await quick)).toBe("12");
  answer("Slow", { organisation: "Harbour", eventCursor: "10" });
  expect(cursorOf(await slow)).toBe("10");
  // The cache has one place for both, and in it what the later query was told.
  expect((await slow).data).toEqual({ organisation: "Harbour", eventCursor: "12" });
});

async function bothAsked(): Promise<void> {
  while (waiting.size < 2) await new Promise((resolve) => server.once("asked", resolve));
}

function answer(name: string, data: Record<string, string>): void {
  waiting.get(name)?.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
}
