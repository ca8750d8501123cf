import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOrganisation, readAsOrganisation } from "../../server/src/db/as-organisation.ts";
import { openDatabase } from "../../server/src/db/client.ts";
import { newId } from "../../server/src/db/ids.ts";
import { emit } from "../../server/src/events/emit.ts";
import { EventHub, type EventHubOptions } from "../../server/src/events/hub.ts";
import {
  type EventStream,
  queuedEventsMax,
  type StreamedEvent,
} from "../../server/src/events/stream.ts";
import { trimEvents } from "../../server/src/events/trim-events.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addOrganisation, createTestApp, type TestApp } from "../support/world.ts";

let testDatabase: TestDatabase;
let app: TestApp;
let here: EventHub;
let closeHere: () => Promise<void>;
/** Hears of commits as another server process does: by PostgreSQL alone. */
let elsewhere: EventHub;
let closeElsewhere: () => Promise<void>;
const failures: unknown[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  app = await createTestApp(testDatabase.serverUrl);
  ({ hub: here, close: closeHere } = await startHub({ hearsOwnProcess: true }));
  ({ hub: elsewhere, close: closeElsewhere } = await startHub());
});

afterAll(async () => {
  await closeElsewhere();
  await closeHere();
  await app.close();
  await testDatabase.drop();
});

describe("following an organisation", () => {
  it("gives each event exactly once and in order, wherever and whenever one begins", async () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant("commit" as const),
          count: fc.integer({ min: 1, max: 60 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("follow" as const),
          /** How far back of all that has been seen. */
          from: fc.double({ min: 0, max: 1, noNaN: true }),
          remote: fc.boolean(),
          patient: fc.boolean(),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("leave" as const), which: fc.nat(20) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const id = newId();
        let head = 0n;
        const readers: Reader[] = [];
        const commits: Promise<void>[] = [];
        for (const action of steps) {
          if (action.kind === "commit") {
            // Not awaited: it races with whatever comes next.
            commits.push(commit(id, action.count));
            head += BigInt(action.count);
            if (commits.length % 2 === 0) await Promise.all(commits);
          } else if (action.kind === "follow") {
            const after = BigInt(Math.floor(action.from * Number(head)));
            await Promise.all(commits);
            const hub = action.remote ? elsewhere : here;
            readers.push(
              new Reader(hub.follow(id, { after, accepts: () => true }), after, action.patient),
            );
          } else {
            const [gone] = readers.splice(action.which % Math.max(readers.length, 1), 1);
            if (!gone) continue;
            // Comes back where it stopped, to the other process.
            const last = await gone.leave();
            readers.push(
              new Reader(elsewhere.follow(id, { after: last, accepts: () => true }), last, false),
            );
          }
        }
        await Promise.all(commits);
        for (const reader of readers) {
          expect(await reader.readTo(head)).toEqual(range(reader.after, head));
          reader.close();
        }
      }),
      { numRuns: 15, seed: 20261121 },
    );
  });

  it("begins now without a cursor", async () => {
    const { id } = await addOrganisation(app);
    await commit(id, 3);
    const first = new Reader(here.follow(id, { after: 0n, accepts: () => true }), 0n, false);
    await first.readTo(3n);
    // The feed is there already, so that "now" is known at once.
    const stream = here.follow(id, { after: null, accepts: () => true });
    await commit(id, 2);
    expect([await take(stream), await take(stream)].map(({ seq }) => seq)).toEqual([4n, 5n]);
    stream.close();
    first.close();
  });

  it("passes over what the subscriber does not want, and still knows where it is", async () => {
    const { id } = await addOrganisation(app);
    const stream = here.follow(id, {
      after: 0n,
      accepts: (event) => event.topic === "bank_connection.changed",
    });
    await commit(id, 2);
    await asOrganisation(app.database, id, async (tx) =>
      emit(tx, { topic: "bank_connection.changed", connectionId: "c" }),
    );
    expect(await take(stream)).toMatchObject({ kind: "event", seq: 3n });
    stream.close();
  });

  it("keeps one event of a figure for which only the newest counts", async () => {
    const { id } = await addOrganisation(app);
    await commit(id, 50);
    const stream = here.follow(id, { after: 0n, accepts: () => true, latestOnly: true });
    expect(await take(stream)).toMatchObject({ seq: 50n });
    stream.close();
  });

  it("never gives one organisation's events to another", async () => {
    const [mine, other] = [await addOrganisation(app), await addOrganisation(app)];
    const stream = here.follow(mine.id, { after: 0n, accepts: () => true });
    await Promise.all([commit(other.id, 30), commit(mine.id, 2), commit(other.id, 30)]);
    const seen = [await take(stream), await take(stream)];
    expect(seen.map(idsOf)).toEqual([[`${mine.id} 0`], [`${mine.id} 1`]]);
    const rows = await readAsOrganisation(app.database, mine.id, (sql) =>
      sql.query("SELECT FROM event WHERE organisation_id = $1", [other.id]),
    );
    expect(rows).toEqual([]);
    stream.close();
  });

  it("hears another process over PostgreSQL, and again after that connection was lost", async () => {
    const { id } = await addOrganisation(app);
    const stream = elsewhere.follow(id, { after: 0n, accepts: () => true });
    await commit(id, 1);
    expect(await take(stream)).toMatchObject({ seq: 1n });
    failures.length = 0;
    await app.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'tieout events' AND datname = current_database()`,
    );
    await commit(id, 1);
    expect(await take(stream)).toMatchObject({ seq: 2n });
    await commit(id, 1);
    expect(await take(stream)).toMatchObject({ seq: 3n });
    expect(failures.length).toBeGreaterThan(0);
    stream.close();
  });
});

describe("a subscriber who cannot have everything", () => {
  it("is told to refetch when the log no longer reaches back to its cursor", async () => {
    const { id } = await addOrganisation(app);
    await commit(id, 10);
    await trimEvents(app.database, id, new Date(Date.now() + 60_000));
    await commit(id, 2);
    const stream = here.follow(id, { after: 4n, accepts: () => true });
    expect(await take(stream)).toEqual({ kind: "refetch", seq: 12n });
    await commit(id, 1);
    expect(await take(stream)).toMatchObject({ kind: "event", seq: 13n });
    stream.close();
    const lucky = here.follow(id, { after: 10n, accepts: () => true });
    expect(await take(lucky)).toMatchObject({ kind: "event", seq: 11n });
    lucky.close();
  });

  it("is told to refetch when everything after its cursor has been trimmed", async () => {
    const { id } = await addOrganisation(app);
    await commit(id, 5);
    await trimEvents(app.database, id, new Date(Date.now() + 60_000));
    const stream = here.follow(id, { after: 2n, accepts: () => true });
    expect(await take(stream)).toEqual({ kind: "refetch", seq: 5n });
    stream.close();
  });

  it("is told to refetch when its cursor is from another log", async () => {
    const { id } = await addOrganisation(app);
    await commit(id, 2);
    const stream = here.follow(id, { after: 1_000n, accepts: () => true });
    expect(await take(stream)).toEqual({ kind: "refetch", seq: 2n });
    await commit(id, 1);
    expect(await take(stream)).toMatchObject({ seq: 3n });
    stream.close();
  });

  it("loses its queue for one refetch when it is too slow, and harms nobody else", async () => {
    const { id } = await addOrganisation(app);
    const slow = here.follow(id, { after: 0n, accepts: () => true });
    const quick = new Reader(here.follow(id, { after: 0n, accepts: () => true }), 0n, true);
    await commit(id, 1);
    expect(await take(slow)).toMatchObject({ seq: 1n });
    const head = BigInt(queuedEventsMax + 300);
    for (let written = 1n; written < head; written += 100n) await commit(id, 100);
    const last = 1n + BigInt(Math.ceil(Number(head - 1n) / 100) * 100);
    expect(await quick.readTo(last)).toEqual(range(0n, last));
    const seen = [await take(slow)];
    while (seen.at(-1)?.seq !== last) seen.push(await take(slow));
    expect(seen[0]?.kind).toBe("refetch");
    expect(seen.filter(({ kind }) => kind === "refetch")).toHaveLength(1);
    expect(seen.map(({ seq }) => seq)).toEqual(range((seen[0]?.seq ?? 0n) - 1n, last));
    quick.close();
    slow.close();
  });
});

describe("the length of the log", () => {
  it("is kept by whoever commits, leaving no gap", async () => {
    const { id } = await addOrganisation(app);
    await commit(id, 5);
    const { hub, close } = await startHub({
      now: () => new Date(Date.now() + 73 * 3_600_000),
      hearsOwnProcess: true,
    });
    await commit(id, 1);
    // Stopping waits for the trimming that the commit began.
    await hub.stop();
    await close();
    const rows = await readAsOrganisation(app.database, id, (sql) =>
      sql.query<{ seq: bigint }>("SELECT seq FROM event ORDER BY seq"),
    );
    expect(rows).toEqual([]);
    expect(await here.cursor(id)).toBe(6n);
  });

  it("spares what is younger than the retention", async () => {
    const { id } = await addOrganisation(app);
    await commit(id, 5);
    expect(await trimEvents(app.database, id, new Date(Date.now() - 60_000))).toBe(0);
    expect(await trimEvents(app.database, id, new Date(Date.now() + 60_000))).toBe(5);
  });
});

async function startHub(options: Partial<EventHubOptions> = {}) {
  const database = openDatabase({ url: testDatabase.serverUrl, poolSizeMax: 3 });
  const hub = new EventHub({
    database,
    url: testDatabase.serverUrl,
    retentionHours: 72,
    now: () => new Date(),
    onFailure: (error) => failures.push(error),
    hearsOwnProcess: false,
    ...options,
  });
  await hub.start();
  return {
    hub,
    close: async () => {
      await hub.stop();
      await database.close();
    },
  };
}

async function commit(organisationId: string, count: number): Promise<void> {
  await asOrganisation(app.database, organisationId, async (tx) => {
    for (let at = 0; at < count; at += 1) {
      emit(tx, {
        topic: "bank_transactions.changed",
        added: [`${organisationId} ${at}`],
        changed: [],
        removed: [],
      });
    }
  });
}

async function take(stream: EventStream): Promise<StreamedEvent> {
  const { done, value } = await stream.next();
  if (done) throw new Error("the stream has ended");
  return value;
}

function idsOf(streamed: StreamedEvent): string[] {
  if (streamed.kind === "refetch" || streamed.event.topic !== "bank_transactions.changed")
    return [];
  return streamed.event.added;
}

/** The numbers after `after`, up to and with `last`. */
function range(after: bigint, last: bigint): bigint[] {
  return Array.from({ length: Number(last - after) }, (_, at) => after + 1n + BigInt(at));
}

/** Reads a stream: all the time when it is eager, or only when it is asked. */
class Reader {
  readonly after: bigint;
  readonly #stream: EventStream;
  readonly #seen: bigint[] = [];
  #reading: Promise<void> | null = null;
  #waiting: (() => void) | null = null;
  #target = -1n;

  constructor(stream: EventStream, after: bigint, eager: boolean) {
    this.#stream = stream;
    this.after = after;
    if (eager) this.#start();
  }

  async readTo(target: bigint): Promise<bigint[]> {
    this.#target = target;
    this.#start();
    while ((this.#seen.at(-1) ?? this.after) < target) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return this.#seen;
  }

  /** @returns the last cursor it saw */
  async leave(): Promise<bigint> {
    this.close();
    await this.#reading;
    return this.#seen.at(-1) ?? this.after;
  }

  close(): void {
    this.#stream.close();
  }

  #start(): void {
    this.#reading ??= this.#readOn();
  }

  async #readOn(): Promise<void> {
    for await (const { kind, seq } of this.#stream) {
      expect(kind).toBe("event");
      this.#seen.push(seq);
      if (seq >= this.#target) this.#waiting?.();
    }
    this.#waiting?.();
  }
}
