/** `pnpm soak [seed] [connections] [steps]`: prints its seed, so that what was found can be run again. */
import { soak } from "./soak.ts";

const [seed = Date.now() % 1_000_000, connections = 200, steps = 120] = process.argv
  .slice(2)
  .filter((argument) => argument !== "--")
  .map(Number);
const report = await soak({ seed, connections, steps, log: (line) => console.log(line) });
console.log(JSON.stringify(report, null, 2));
process.exitCode = report.wrong.length === 0 && report.doubled === 0 ? 0 : 1;
