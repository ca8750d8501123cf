/** The server's process: reads its settings, starts everything, stops it in order. */
import { ConfigError, loadServerConfig } from "./config.ts";
import { ensureSetupLink } from "./features/organisations/ensure-setup-link.ts";
import { startServer } from "./start-server.ts";

/** A stop that takes longer is ended the hard way. */
const stopMsMax = 9_000;

// Whoever read the log is gone. The process ends by "disconnect", in order; a line that nobody reads must not end it.
process.stdout.on("error", () => {});

try {
  const config = loadServerConfig(process.env);
  const server = await startServer(config);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopMsMax).unref();
    server.stop().then(
      () => process.exit(0),
      (error) => {
        server.app.log.error({ err: error }, "Stopping failed");
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Whoever started this process is gone.
  process.once("disconnect", stop);
  const setupLink = await ensureSetupLink(server.app);
  // To the terminal only: whoever reads the link becomes the owner, and logs are read by many.
  if (setupLink) console.log(`Set up Tieout (once, within 24 hours): ${setupLink}`);
  server.app.log.info({ url: server.url, publicUrl: config.publicUrl }, "Tieout is listening");
  process.send?.({ ready: true, url: server.url });
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

/** One clear line for what people can mend; the whole story for a bug. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  switch (code) {
    case "EADDRINUSE":
      return `The port is in use: stop what uses it, or set PORT. (${error.message})`;
    case "EACCES":
    case "EADDRNOTAVAIL":
      return `HOST and PORT cannot be listened on: ${error.message}`;
    case "ECONNREFUSED":
      return `The database in DATABASE_URL does not answer: ${error.message || code}`;
    case "28P01":
    case "28000":
    case "3D000":
      return `The database in DATABASE_URL refuses the server: ${error.message}`;
    case "DATABASE_ROLE_UNSAFE":
    case "DATABASE_NOT_READY":
      return error.message;
    default:
      return error.stack ?? error.message;
  }
}
