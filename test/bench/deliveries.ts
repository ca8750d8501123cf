import { once } from "node:events";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { emit } from "../../server/src/events/emit.ts";
import { copyDatabase } from "../support/database.ts";
import type { TestCluster } from "../support/global-setup.ts";
import { createTestApp } from "../support/world.ts";
import { fillBooks } from "./books.ts";
import { type Figure, percentile, rounded } from "./figures.ts";
import { type Running, startPeer, startTieout } from "./processes.ts";

/** Subscribers, and how many events each gets in the round that measures throughput. */
const sizes = [
  { subscribers: 1_000, events: 300 },
  { subscribers: 5_000, events: 80 },
];
const eventsSingly = 40;
const roundsCounted = 3;

/**
 * One organisation's event to everybody who watches: committed to the outbox, read, executed, serialised, sent.
 * Beside it, a server that only sends the same number of bytes to as many sockets.
 */
export async function benchDeliveries(cluster: TestCluster): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { subscribers, events } of sizes) {
    const ours = await measureTieout(cluster, subscribers, events);
    const floor = await measureRaw(subscribers, events, ours.bytesEach);
    const what = `Live deliveries to ${rounded(subscribers)} subscribers`;
    const peerName = `raw ws broadcast, ${Math.round(ours.bytesEach)} bytes`;
    figures.push(
      {
        what: `${what}: deliveries/s`,
        ours: rounded(ours.perSecond),
        peer: rounded(floor.perSecond),
        peerName,
        ratio: ours.perSecond / floor.perSecond,
      },
      {
        what: `${what}, one event at a time: p99 ms`,
        ours: rounded(ours.p99),
        peer: rounded(floor.p99),
        peerName,
        ratio: floor.p99 / ours.p99,
      },
    );
  }
  return figures;
}

interface Measured {
  perSecond: number;
  /** milliseconds from the commit (the order, for the floor) to a client */
  p99: number;
  bytesEach: number;
}

/** Makes `count` events happen; resolves once they are under way. */
type Make = (count: number) => Promise<void>;

async function measureTieout(
  cluster: TestCluster,
  subscribers: number,
  events: number,
): Promise<Measured> {
  const database = await copyDatabase(cluster);
  const [tenant] = await fillBooks(database.adminUrl, {
    tenants: 1,
    transactionsEach: events,
    accountsEach: 1,
  });
  if (!tenant) throw new Error("no tenant");
  const tieout = await startTieout(database.serverUrl);
  const clients = await startPeer("subscribers.ts");
  const app = await createTestApp(database.serverUrl, { live: true });
  try {
    const ids = await asOrganisation(app.database, tenant.organisationId, (tx) =>
      tx.query<{ id: string }>("SELECT id FROM bank_transaction"),
    );
    const make: Make = (count) =>
      asOrganisation(app.database, tenant.organisationId, async (tx) => {
        for (const { id } of ids.slice(0, count)) {
          emit(tx, { topic: "bank_transactions.changed", added: [], changed: [id], removed: [] });
        }
      });
    await connect(clients, {
      url: `${tieout.url.replace("http", "ws")}/graphql`,
      protocol: "graphql-transport-ws",
      headers: {},
      count: subscribers,
      hello: [
        JSON.stringify({
          type: "connection_init",
          payload: { authorization: `Bearer ${tenant.apiKey}` },
        }),
        JSON.stringify({ id: "1", type: "subscribe", payload: { query: subscription } }),
        // Answered behind the subscription, which has no answer of its own.
        JSON.stringify({ type: "ping" }),
      ],
    });
    return await measure(clients, make, subscribers, events);
  } finally {
    await clients.stop();
    await app.close();
    await tieout.stop();
    await database.drop();
  }
}

const subscription = `subscription Live {
  bankTransactionsChanged {
    cursor refetch removedIds
    changed { id bookedOn description status amount { amount currency } }
  }
}`;

async function measureRaw(
  subscribers: number,
  events: number,
  bytesEach: number,
): Promise<Measured> {
  const server = await startPeer("raw-broadcast-server.ts");
  const clients = await startPeer("subscribers.ts");
  try {
    await connect(clients, {
      url: server.url.replace("http", "ws"),
      protocol: null,
      headers: {},
      count: subscribers,
      hello: [],
    });
    const make: Make = async (count) => {
      server.process.send({ bytes: Math.round(bytesEach), count });
    };
    return await measure(clients, make, subscribers, events);
  } finally {
    await clients.stop();
    await server.stop();
  }
}

async function connect(clients: Running, order: object): Promise<void> {
  clients.process.send({ connect: order });
  await once(clients.process, "message", { signal: AbortSignal.timeout(60_000) });
}

/** One round to warm up, then the best of a few for throughput, then events one by one for latency. */
async function measure(
  clients: Running,
  make: Make,
  subscribers: number,
  events: number,
): Promise<Measured> {
  await round(clients, make, subscribers, Math.min(events, 50));
  const rates: number[] = [];
  let bytesEach = 0;
  for (let n = 0; n < roundsCounted; n += 1) {
    const { start, arrivals, bytesEach: bytes } = await round(clients, make, subscribers, events);
    bytesEach = bytes;
    rates.push(arrivals.length / (((arrivals.at(-1) as number) - start) / 1_000));
  }
  const delays: number[] = [];
  for (let n = 0; n < eventsSingly; n += 1) {
    const { start, arrivals } = await round(clients, make, subscribers, 1);
    for (const arrival of arrivals) delays.push(arrival - start);
  }
  return { perSecond: percentile(rates, 0.5), p99: percentile(delays, 0.99), bytesEach };
}

async function round(clients: Running, make: Make, subscribers: number, events: number) {
  clients.process.send({ expect: subscribers * events });
  await once(clients.process, "message");
  const done = once(clients.process, "message", { signal: AbortSignal.timeout(60_000) });
  const start = performance.timeOrigin + performance.now();
  await make(events);
  const [{ done: result }] = (await done) as [{ done: { arrivals: number[]; bytesEach: number } }];
  return { start, ...result };
}
