import { expect, test } from "vitest";
import { soak } from "./soak.ts";

/** Fixed here, so that a failure is the change's. `pnpm soak` takes any, and two hundred connections, in five minutes. */
const seed = 20_261_121;
const connections = 60;

test("sixty connections come to the banks' truth, whatever happened on the way", async () => {
  const report = await soak({
    ...{ seed, connections, steps: 20 },
    log: (line) => console.log(line),
  });
  expect(report.wrong).toEqual([]);
  expect(report.doubled).toBe(0);
  expect(report.connections).toBe(connections);
  expect(report.rows).toBeGreaterThan(1_500);
  expect(report.crashes.server + report.crashes.database).toBeGreaterThan(0);
  expect(Object.keys(report.faults).length).toBeGreaterThan(5);
  // Far below the minutes that the calls of those that hang would take one after the other.
  expect(report.healthyMs).toHaveLength(12);
});
