/** Generates the Prisma client into server/src/generated, when schema.prisma has changed. */
import { createRequire } from "node:module";
import path from "node:path";
import { inRepository, repositoryFolder } from "./repository.ts";
import { runNode } from "./run-node.ts";
import { checkStamp } from "./sources-stamp.ts";

/** @returns whether it had to */
export async function generatePrismaClient(): Promise<boolean> {
  const manifest = createRequire(inRepository("server/package.json")).resolve(
    "prisma/package.json",
  );
  const schema = inRepository("prisma/schema.prisma");
  const stamp = checkStamp(inRepository("server/src/generated/prisma/.made-from"), [
    schema,
    manifest,
  ]);
  if (stamp.fresh) return false;
  const cli = path.join(path.dirname(manifest), "build/index.js");
  await runNode("prisma generate", [cli, "generate", "--schema", schema], {
    cwd: repositoryFolder,
    env: {
      // Generating needs no engine, yet looks for one and would download it: any program will do.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
  stamp.save();
  return true;
}
