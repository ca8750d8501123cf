/**
 * Loaded into each process that the launcher starts: when the launcher is gone, however it went,
 * the channel to it closes, and the process stops too.
 */
const stopMsMax = 5_000;

process.once("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), stopMsMax).unref();
});
