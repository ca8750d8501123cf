/** What a piece of work costs, told so that neither other programs nor other tests of the same process have a say in it. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/**
 * Milliseconds of processor time that this process has taken since `before`. The clock's would hold what the machine
 * did for others meanwhile.
 */
export function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Bytes of the heap that something still refers to; what is garbage by now, of this test and of others, is collected. */
export function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
