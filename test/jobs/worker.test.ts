import { type ChildProcess, fork } from "node:child_process";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { sandboxCredentials } from "../../server/src/config.ts";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { enqueueSync } from "../../server/src/features/connections/enqueue-sync.ts";
import { startTestBank, type TestBank } from "../support/bank.ts";
import {
  booksOf,
  comparison,
  connectBank,
  connectionOf,
  createBankApp,
  startWebhookReceiver,
  type WebhookReceiver,
} from "../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  addOrganisation,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../support/world.ts";

let database: TestDatabase;
let bank: TestBank;
let receiver: WebhookReceiver;
let app: TestApp;
let organisation: WorldOrganisation;
let connectionId: string;
let item: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  [database, bank, receiver] = await Promise.all([
    createTestDatabase(),
    startTestBank(),
    startWebhookReceiver(),
  ]);
  app = await createBankApp(database.serverUrl, bank, receiver);
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  connectionId = await connectBank(app, viewerIn(organisation), bank);
  item = (await connectionOf(app, organisation.id, connectionId)).externalId ?? "";
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});

afterAll(async () => {
  await app.close();
  await bank.close();
  await receiver.close();
  await database.drop();
});

interface WorkerProcess {
  readonly ready: Promise<void>;
  /** How it ended: "SIGKILL" or its exit code. */
  readonly ended: Promise<string | number | null>;
  output(): string;
}

function startWorkerProcess(options: { killAt?: number; bankUrl?: string } = {}): WorkerProcess {
  const child = fork(path.join(import.meta.dirname, "worker-process.ts"), {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...process.env,
      TEST_DATABASE_URL: database.serverUrl,
      TEST_BANK_URL: options.bankUrl ?? bank.url,
      KILL_AT: String(options.killAt ?? 0),
    },
  });
  children.add(child);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return {
    ready: new Promise((resolve) => child.once("message", () => resolve())),
    ended: new Promise((resolve) =>
      child.once("close", (code, signal) => {
        children.delete(child);
        resolve(signal ?? code);
      }),
    ),
    output: () => output,
  };
}

/** The same numbers for the same seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const askForSync = () =>
  asOrganisation(app.database, organisation.id, (tx) => enqueueSync(tx, connectionId, "manual"));

async function expectBooksToEqualBank() {
  const { books, bank: truth } = await comparison(app, organisation.id, bank, item);
  expect(books).toEqual(truth);
  const all = await booksOf(app, organisation.id);
  expect(new Set(all.map(({ accountId, externalId }) => `${accountId} ${externalId}`)).size).toBe(
    all.length,
  );
}

/** Every id was told of once as added: an event is as much a fact as its row. */
async function expectEachRowToldOnce() {
  const events = await asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.event.findMany({ where: { topic: "bank_transactions.changed" } }),
  );
  const added = events.flatMap(({ payload }) => (payload as { added: string[] }).added);
  const all = await booksOf(app, organisation.id);
  expect(added.sort()).toEqual(all.map(({ id }) => id).sort());
}

test("a worker killed at any statement loses nothing and doubles nothing", {
  timeout: 120_000,
}, async () => {
  const random = randomFrom(20_261_121);
  const account = bank.running.sandbox.items.get(item).paths[0];
  await bank.control("bulk", { account, count: 2_500, days: 25 });
  const outputs: string[] = [];
  const endings: (string | number | null)[] = [];
  for (let round = 0; round < 6; round += 1) {
    await bank.control("arrive", { count: 5 });
    await askForSync();
    const worker = startWorkerProcess({ killAt: 20 + Math.floor(random() * 130) });
    endings.push(await worker.ended);
    outputs.push(worker.output());
  }
  expect(endings).toContain("SIGKILL");
  await bank.running.idle();
  await askForSync();
  const last = startWorkerProcess();
  expect(await last.ended).toBe(0);
  outputs.push(last.output());
  await expectBooksToEqualBank();
  await expectEachRowToldOnce();
  expectNoSecretsIn(outputs.join("\n"));
});

test("two processes sync a connection one at a time, and one takes over from the other", {
  timeout: 120_000,
}, async () => {
  const gate = await startCountingGate();
  const account = bank.running.sandbox.items.get(item).paths[0];
  await bank.control("bulk", { account, count: 3_000, days: 25 });
  const dying = startWorkerProcess({ bankUrl: gate.url, killAt: 90 });
  const living = startWorkerProcess({ bankUrl: gate.url });
  for (let round = 0; round < 12; round += 1) {
    await bank.control("arrive", { count: 1 });
    await askForSync();
  }
  expect(await living.ended).toBe(0);
  await dying.ended;
  await bank.running.idle();
  await askForSync();
  expect(await startWorkerProcess({ bankUrl: gate.url }).ended).toBe(0);
  expect(gate.concurrentMax()).toBe(1);
  await expectBooksToEqualBank();
  await expectEachRowToldOnce();
  await gate.close();
});

function expectNoSecretsIn(output: string) {
  const { accessToken } = bank.running.sandbox.items.get(item);
  expect(output).toContain("level");
  expect(output).not.toContain(accessToken);
  expect(output).not.toContain(sandboxCredentials.secret);
}

/** Stands before the bank and counts how many pages of one consent are asked for at the same time. */
async function startCountingGate() {
  const now = new Map<string, number>();
  let most = 0;
  const server = createServer(async (incoming, outgoing) => {
    const body = Buffer.concat(await incoming.toArray());
    const { method, headers, url } = incoming;
    const consent = url === "/transactions/sync" ? JSON.parse(body.toString()).access_token : null;
    if (consent !== null) now.set(consent, (now.get(consent) ?? 0) + 1);
    most = Math.max(most, ...now.values());
    outgoing.once("close", () => {
      if (consent !== null) now.set(consent, (now.get(consent) ?? 0) - 1);
    });
    const onwards = request(new URL(url ?? "/", bank.url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onwards.on("error", () => outgoing.destroy());
    onwards.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    concurrentMax: () => most,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
