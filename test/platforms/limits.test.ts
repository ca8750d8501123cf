import { expect, test } from "vitest";
import { type PlatformCall, withPlatformLimits } from "../../server/src/platforms/limits.ts";
import { type AccountingPlatform, PlatformFailure } from "../../server/src/platforms/platform.ts";

const link = { package: "p", companyExternalId: "c", externalId: "x", credential: null };

function platformOf(values: Partial<AccountingPlatform>, requestsPerSecondMax = 1_000) {
  const description = { name: "fake", requestsPerSecondMax } as AccountingPlatform["description"];
  const calls: PlatformCall[] = [];
  const platform = { description, ...values } as AccountingPlatform;
  return { calls, platform: withPlatformLimits(platform, { onCall: (call) => calls.push(call) }) };
}

test("a platform's answers and failures come through, each told with its outcome", async () => {
  const failure = new PlatformFailure({ kind: "rejected", message: "No.", detail: "no" });
  const { calls, platform } = platformOf({
    listTargets: async () => [],
    unlink: async () => {
      throw failure;
    },
    fetchFeeds: async () => {
      throw new TypeError("a bug");
    },
  });
  expect(await platform.listTargets(link)).toEqual([]);
  await expect(platform.unlink(link)).rejects.toBe(failure);
  await expect(platform.fetchFeeds(link, new Set())).rejects.toThrow(TypeError);
  expect(calls.map(({ operation, outcome }) => [operation, outcome])).toEqual([
    ["listTargets", "ok"],
    ["unlink", "rejected"],
    ["fetchFeeds", "error"],
  ]);
});

test("what a person waits for goes before jobs, and no more than a bounded number at one time", async () => {
  const begun: string[] = [];
  const held: (() => void)[] = [];
  let isOpen = false;
  const hold = (what: string): Promise<never[]> => {
    begun.push(what);
    if (isOpen) return Promise.resolve([]);
    return new Promise<never[]>((resolve) => held.push(() => resolve([])));
  };
  const { platform } = platformOf({
    fetchFeeds: () => hold("job"),
    listTargets: () => hold("person"),
  });
  const jobs = Array.from({ length: 40 }, () => platform.fetchFeeds(link, new Set()));
  const person = platform.listTargets(link);
  expect(begun).toEqual(Array.from({ length: 32 }, () => "job"));
  held.shift()?.();
  await jobs[0];
  await expect.poll(() => begun.at(32)).toBe("person");
  isOpen = true;
  for (const free of held) free();
  await Promise.all([...jobs, person]);
});

test("what changes the books is not asked for after waiting too long for its turn", async () => {
  const held: (() => void)[] = [];
  let pushes = 0;
  const description = { name: "fake", requestsPerSecondMax: 1_000 };
  const hanging = {
    description,
    fetchFeeds: () => new Promise<never[]>((resolve) => held.push(() => resolve([]))),
    push: async () => {
      pushes += 1;
    },
  } as unknown as AccountingPlatform;
  const platform = withPlatformLimits(hanging, { waitMsMax: 5 });
  const jobs = Array.from({ length: 32 }, () => platform.fetchFeeds(link, new Set()));
  const late = platform.push(link, {} as Parameters<AccountingPlatform["push"]>[1]);
  const begun = performance.now();
  await expect.poll(() => performance.now() - begun > 5).toBe(true);
  for (const free of held) free();
  await expect(late).rejects.toMatchObject({ kind: "temporary", outcomeUnknown: false });
  await Promise.all(jobs);
  expect(pushes).toBe(0);
  await platform.push(link, {} as Parameters<AccountingPlatform["push"]>[1]);
  expect(pushes).toBe(1);
});
