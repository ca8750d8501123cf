/** Builds the browser's side into client/dist, when its sources have changed. */
import { createRequire } from "node:module";
import path from "node:path";
import { inRepository } from "./repository.ts";
import { runNode } from "./run-node.ts";
import { checkStamp } from "./sources-stamp.ts";

/** @returns whether it had to */
export async function buildClient(): Promise<boolean> {
  const stamp = checkStamp(inRepository("client/dist/.made-from"), [
    ...["src", "public", "scripts", "index.html", "package.json", "vite.config.ts"].map((name) =>
      inRepository("client", name),
    ),
    ...["svelte.config.js", "tsconfig.json"].map((name) => inRepository("client", name)),
    inRepository("schema.graphql"),
  ]);
  if (stamp.fresh) return false;
  await generateClientTypes();
  const vite = createRequire(inRepository("client/package.json")).resolve("vite/package.json");
  const cli = path.join(path.dirname(vite), "bin/vite.js");
  await runNode("The client's build", [cli, "build"], {
    cwd: inRepository("client"),
    env: { NODE_ENV: "production" },
  });
  stamp.save();
  return true;
}

/** What the client derives from schema.graphql. */
export async function generateClientTypes(): Promise<void> {
  await runNode("The client's types", ["--import", "tsx", "scripts/generate.ts"], {
    cwd: inRepository("client"),
  });
}
