import type { DemoPerson } from "./demo-person.ts";
import { until } from "./until.ts";

/** Asks for a run, and waits until it and whatever else runs are done. */
export async function matchNow(sam: DemoPerson): Promise<void> {
  const { matchNow: run } = await sam.ask(
    "mutation { matchNow { ... on MatchingRun { id } ... on Problem { message } } }",
  );
  await until("the demo's payments are matched", async () => {
    const runs = await runsOf(sam);
    return runs.some(({ id }) => id === run.id) && runs.every(({ status }) => status !== "RUNNING");
  });
}

interface Run {
  readonly id: string;
  readonly status: string;
}

/** The last begun first. */
async function runsOf(sam: DemoPerson): Promise<Run[]> {
  const { matchingRuns } = await sam.ask("{ matchingRuns(first: 20) { nodes { id status } } }");
  return matchingRuns.nodes;
}
