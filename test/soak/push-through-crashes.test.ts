import { expect, test } from "vitest";
import { pushThroughCrashes } from "./push-through-crashes.ts";

/** Fixed here, so that a failure is the change's; others by `PUSH_SEED=7 PUSH_KILLS=20`. */
const seed = Number(process.env.PUSH_SEED ?? 20_261_121);
const lines = 9_500;
const kills = Number(process.env.PUSH_KILLS ?? 6);

test(`what arrives is what was to be pushed, once each, whatever is killed and lost on the way (seed ${seed})`, async () => {
  const report = await pushThroughCrashes({
    ...{ seed, lines, kills },
    log: (line) => console.log(line),
  });
  console.log(JSON.stringify(report));
  expect(report.wrong).toEqual([]);
  expect(report.arrived).toBe(lines);
  expect(report.states).toEqual({ confirmed: lines });
  expect(report.agrees).toBe(true);
  // The misfortunes did strike.
  expect(report.kills.accepted).toBeGreaterThan(0);
  expect(report.kills.late).toBeGreaterThan(0);
  expect(report.kills.anywhere).toBeGreaterThan(0);
});
