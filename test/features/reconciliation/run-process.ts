/** A server's process at a run of matching, as a child that kills itself, as the kernel would, while the run writes. */
import { beginRun } from "../../../server/src/features/reconciliation/runs/begin-run.ts";
import { performRun } from "../../../server/src/features/reconciliation/runs/perform-run.ts";
import { createTestApp } from "../../support/world.ts";

const { TEST_DATABASE_URL = "", TEST_ORGANISATION = "", CHUNKS_BEFORE = "3" } = process.env;
const matchesOfTransactionMax = 40;

const app = await createTestApp(TEST_DATABASE_URL);
const run = await beginRun(app, TEST_ORGANISATION, { trigger: "sync" });
if (run === null) throw new Error("there is a run to begin");
let chunks = 0;
const tell = ({ step }: { step: string }) => {
  if (step !== "writing") return;
  chunks += 1;
  // Another chunk is under way by then.
  if (chunks > Number(CHUNKS_BEFORE)) process.kill(process.pid, "SIGKILL");
};
await performRun(app, run, tell, { matchesOfTransactionMax });
await app.close();
