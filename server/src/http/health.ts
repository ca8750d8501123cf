import type { ServerResponse } from "node:http";
import type { App } from "../app.ts";
import { answerJson } from "./answer.ts";

/** How long the database may take to answer before this process counts as not ready, in milliseconds. */
const answerMsMax = 2_000;

/** The process is there. Says nothing of what it depends on: restarting would not mend that. */
export function answerHealth(response: ServerResponse): void {
  answerJson(response, 200, { status: "ok" });
}

/** The process can serve: the database answers. */
export async function answerReady(app: App, response: ServerResponse): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), answerMsMax);
  });
  const asked = app.database.pool.query("SELECT 1").then(
    () => true,
    () => false,
  );
  const ready = await Promise.race([asked, late]);
  clearTimeout(timer);
  answerJson(response, ready ? 200 : 503, { status: ready ? "ready" : "database unreachable" });
}
