import { expect, test } from "vitest";
import {
  type Answer,
  type Codat,
  feed,
  linked,
  openCodat,
  push,
  transaction,
} from "./codat-client.ts";

const attemptsMax = 40;

/** What an answer was, null where none came. */
async function attempt(call: Promise<Answer>): Promise<Answer | null> {
  return call.catch(() => null);
}

/** Asks until it is answered: reading changes nothing, however often. */
async function insist(ask: () => Promise<Answer>): Promise<Answer["body"]> {
  for (let tries = 0; tries < attemptsMax; tries += 1) {
    const answer = await attempt(ask());
    if (answer?.status === 200) return answer.body;
  }
  throw new Error("never answered");
}

test.each(["1", "2", "3"])(
  "who looks before repeating has every line in the books once, whatever fails: seed %s",
  async (seed) => {
    const codat = await openCodat();
    const connected = await linked(codat, "gbol");
    const target = await feed(codat, connected, "a");
    // Nothing there protects from a repeat.
    await codat.say("modes", { strict_ids: false, idempotency: false });
    await codat.say("plan", { seed, ms: 5, retry_after: 0, rates });
    const batches = Array.from({ length: 12 }, () => [transaction(), transaction()]);
    let repeats = 0;
    for (const batch of batches) {
      for (let tries = 0; tries < attemptsMax; tries += 1) {
        await attempt(push(codat, connected, "a", batch));
        // What was accepted has come to its end, the late ones too.
        await codat.bank.idle();
        if ((await references(codat, connected, target)).has(batch[0]?.reference)) break;
        repeats += 1;
      }
    }
    await codat.say("plan");
    const lines = await codat.read(
      `lines?${new URLSearchParams({ books: (await codat.read("state")).books[0].books, account: target })}`,
    );
    expect(lines.map((line: { pushed_as: string }) => line.pushed_as)).toEqual(
      batches.flat().map(({ id }) => id),
    );
    // The failures did strike.
    expect(repeats).toBeGreaterThan(0);
  },
  30_000,
);

const rates = {
  ...{ rate_limit: 0.08, internal_error: 0.08, unavailable: 0.04 },
  ...{ cut_before: 0.08, cut_after: 0.12, silent_after: 0.05 },
  ...{ push_timed_out: 0.12, push_written_later: 0.12, push_fails: 0.06 },
};

/** The references of all lines that the books have, read from them anew. */
async function references(
  codat: Codat,
  { base, own }: { base: string; own: string },
  target: string,
): Promise<Set<string | undefined>> {
  const queued = await insist(async () => {
    const answer = await codat.call("POST", `${base}/data/queue/bankTransactions`);
    // It runs already: one whose answer was cut off.
    return answer.status === 409 ? { ...answer, status: 200 } : answer;
  });
  expect(queued).toBeDefined();
  await codat.bank.idle();
  const { results } = await insist(() =>
    codat.call("GET", `${own}/data/bankAccounts/${target}/bankTransactions?pageSize=5000`),
  );
  return new Set(results.map(({ reference }: { reference: string }) => reference));
}
