/**
 * `pnpm bench [name ...]`: every figure of the README beside its floor or peer, in one run. The peers are installed
 * in this folder first; the product itself does not depend on them.
 */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { startTestCluster, type TestCluster } from "../support/global-setup.ts";
import { type Figure, tableOf } from "./figures.ts";

const benches: Record<string, () => Promise<(cluster: TestCluster) => Promise<Figure[]>>> = {
  list: async () => (await import("./list.ts")).benchList,
  webhook: async () => (await import("./webhook.ts")).benchWebhook,
  sync: async () => (await import("./sync.ts")).benchSync,
  import: async () => (await import("./statement-import.ts")).benchStatementImport,
  parsers: async () => (await import("./parsers.ts")).benchParsers,
  quality: async () => (await import("./quality.ts")).benchQuality,
  matching: async () => (await import("./matching.ts")).benchMatching,
  push: async () => (await import("./push.ts")).benchPush,
  deliveries: async () => (await import("./deliveries.ts")).benchDeliveries,
};

const wanted = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(
    `No bench is called ${unknown.join(", ")}. There are: ${Object.keys(benches).join(", ")}.`,
  );
  process.exit(1);
}

installPeers();
const { cluster, stop } = await startTestCluster();
const figures: Figure[] = [];
try {
  for (const [name, load] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`${name} ...`);
    const bench = await load();
    figures.push(...(await bench(cluster)));
  }
} finally {
  // Before anything else: what was measured stands, even if the next bench failed.
  console.log(`\n${tableOf(figures)}\n`);
  console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
      `Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
  );
  await stop();
}

function installPeers(): void {
  execFileSync("npx", ["-y", "pnpm@12", "install", "--frozen-lockfile"], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "ignore", "inherit"],
  });
}
