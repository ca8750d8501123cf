/** The sandbox with its settings from the environment, as a process of its own. */
import { readSettings } from "../../server/sandbox/settings.ts";
import { startSandbox } from "../../server/sandbox/start.ts";

const running = await startSandbox(readSettings(process.env));
process.send?.({ url: running.url });
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
