/** Whether something made from sources is still what those sources say. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "./repository.ts";

export type SourcesStamp = { fresh: boolean; save: () => void };

/**
 * @param stampFile lies beside what is made, so that deleting that deletes the stamp
 * @param sources files and folders, all of them hashed with their names; what is absent is skipped
 */
export function checkStamp(stampFile: string, sources: string[]): SourcesStamp {
  const hash = createHash("sha256");
  for (const source of sources) addToHash(hash, source);
  const digest = hash.digest("hex");
  const fresh = existsSync(stampFile) && readFileSync(stampFile, "utf8") === digest;
  const save = () => {
    mkdirSync(path.dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, digest);
  };
  return { fresh, save };
}

function addToHash(hash: ReturnType<typeof createHash>, source: string): void {
  if (!existsSync(source)) return;
  if (statSync(source).isDirectory()) {
    for (const name of readdirSync(source).sort()) {
      if (name !== "generated" && name !== "node_modules") addToHash(hash, path.join(source, name));
    }
    return;
  }
  hash
    .update(`${path.relative(repositoryFolder, source)}\0`)
    .update(readFileSync(source))
    .update("\0");
}
