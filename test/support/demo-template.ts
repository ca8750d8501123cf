/**
 * A demo that was started once and stopped. Its first start, with database, migrations, books and what its people have
 * done, is the same work for each test that wants a whole Tieout: `pnpm test` does it once, and they take copies.
 */
import { chownSync, cpSync, existsSync, lstatSync, readdirSync } from "node:fs";
import path from "node:path";
import { startTieout, temporaryDataFolder } from "./start-tieout.ts";

type DataFolder = ReturnType<typeof temporaryDataFolder>;

/** Where the tests find it; not set where they run by themselves. */
const variable = "DEMO_TEMPLATE";

/** Makes it, and tells this process's children where it is. @returns its removal */
export async function makeDemoTemplate(): Promise<() => Promise<void>> {
  const { folder, remove } = temporaryDataFolder();
  try {
    const env = { SANDBOX_PACE_SECONDS: "0" };
    const tieout = await startTieout({ dataFolder: folder, env });
    await tieout.stop();
  } catch (error) {
    await remove();
    throw error;
  }
  process.env[variable] = folder;
  return remove;
}

/** A data folder of one's own: a copy of the template, or an empty one, which the first start fills. */
export function demoDataFolder(): DataFolder {
  const data = temporaryDataFolder();
  const template = process.env[variable];
  // Where root's PostgreSQL cannot enter the folder, its data live elsewhere.
  if (template && existsSync(path.join(template, "postgres", "data"))) {
    cpSync(template, data.folder, { recursive: true, verbatimSymlinks: true });
    if (process.getuid?.() === 0) ownAlike(template, data.folder);
  }
  return data;
}

function ownAlike(template: string, copy: string): void {
  const { uid, gid } = lstatSync(template);
  chownSync(copy, uid, gid);
  for (const entry of readdirSync(template, { withFileTypes: true })) {
    const [from, to] = [path.join(template, entry.name), path.join(copy, entry.name)];
    if (entry.isDirectory()) ownAlike(from, to);
    else {
      const owner = lstatSync(from);
      chownSync(to, owner.uid, owner.gid);
    }
  }
}
