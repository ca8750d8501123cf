import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { followPush } from "../../../server/src/features/accounting/push/follow-push.ts";
import { performPush } from "../../../server/src/features/accounting/push/perform-push.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { createFakePlatform, Killed, type PushFault } from "../../support/fake-platform.ts";
import { createTestApp } from "../../support/world.ts";
import { addLines, feedBooks, operationsOf, statesOf } from "./setup.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

/** What a platform and the network may do to a batch without anybody being to blame. */
const fault: fc.Arbitrary<PushFault> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("taken" as const), looks: fc.nat(3) }) },
  fc.constant({ kind: "busy" as const }),
  fc.record({ kind: fc.constant("lost" as const), taken: fc.boolean(), looks: fc.nat(2) }),
  fc.constant({ kind: "failed" as const, retryable: true }),
  fc.record({
    kind: fc.constant("timed_out" as const),
    arrived: fc.constantFrom("all" as const, "none" as const, "first" as const),
  }),
  fc.record({ kind: fc.constant("crash" as const), taken: fc.boolean() }),
);

const seed = Number(process.env.ACCOUNTING_SEED ?? 20_261_121);

test(`under any faults what arrives is what was to be pushed, once each (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 7 }),
      fc.array(fc.nat(3), { maxLength: 6 }),
      fc.record({ tellsLineIds: fc.boolean(), keepsLineIds: fc.boolean(), lines: fc.nat(320) }),
      async (faults, absences, { lines, ...kind }) => {
        const platform = createFakePlatform({ now: () => app.now(), ...kind });
        const app = await createTestApp(database.serverUrl, { platforms: [platform] });
        try {
          const books = await feedBooks(app, platform);
          const ids = await addLines(app, books, lines);
          platform.faults.push(...faults);
          const { organisation, feed } = books;
          const job = { organisationId: organisation.id, feedId: feed.id };
          for (let round = 0; round < 60; round++) {
            // Away in between, for a call or two.
            platform.away.calls = absences[round] ?? 0;
            const last = (await operationsOf(app, books)).at(-1);
            const ended = !last || last.status === "success" || last.status === "failed";
            const states = await statesOf(app, books);
            if (states.pushed === lines || (lines === 0 && round > 0)) break;
            const work = ended
              ? performPush(app, { ...job, trigger: "manual", by: "Tess" }, { looksMs: [0] })
              : followPush(app, { organisationId: organisation.id, operationId: last.id });
            await work.catch((error: unknown) => {
              if (!(error instanceof Killed)) throw error;
            });
            app.advance(90_000);
          }
          expect(platform.arrived).toHaveLength(lines);
          expect(await statesOf(app, books)).toEqual(lines === 0 ? {} : { pushed: lines });
          const sent = platform.arrived.map(
            (line) => `${line.bookedOn} ${line.amountMinor} ${line.description}`,
          );
          expect(new Set(platform.pushes.flatMap((push) => push.lineIds))).toEqual(new Set(ids));
          expect(sent).toHaveLength(lines);
          if (kind.keepsLineIds) {
            expect(new Set(platform.arrived.map(({ lineId }) => lineId))).toEqual(new Set(ids));
          }
        } finally {
          await app.close();
        }
      },
    ),
    { seed, numRuns: 15 },
  );
}, 240_000);
