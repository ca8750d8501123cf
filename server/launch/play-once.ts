import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { demoBegunFile } from "./data-folder.ts";
import { playDemo } from "./play-demo.ts";

/**
 * Plays the demo on its first start. A start that was cut short meanwhile is made up for by the next one. A demo that
 * cannot be played is still one to use: it is told, and the start goes on.
 * @param of.seeded whether the demo's books were written just now
 */
export async function playOnce(
  serverUrl: string,
  of: { folder: string; today: string; seeded: boolean },
): Promise<void> {
  const begun = demoBegunFile(of.folder);
  if (of.seeded) writeFileSync(begun, of.today);
  else if (!existsSync(begun)) return;
  try {
    await playDemo(serverUrl, readFileSync(begun, "utf8"));
  } catch (error) {
    console.error(`The demo's blocks and workshop are not complete: ${(error as Error).message}`);
  }
  rmSync(begun);
}
