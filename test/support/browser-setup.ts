/** One whole Tieout for all browser tests, started as a person starts it, with a bank where nothing happens by itself. */
import type { TestProject } from "vitest/node";
import { demoDataFolder } from "./demo-template.ts";
import { startTieout } from "./start-tieout.ts";

declare module "vitest" {
  export interface ProvidedContext {
    tieout: { url: string; sandboxUrl: string; pid: number };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const data = demoDataFolder();
  try {
    const tieout = await startTieout({
      dataFolder: data.folder,
      env: { SANDBOX_PACE_SECONDS: "0" },
    });
    const { url, sandboxUrl } = tieout;
    project.provide("tieout", {
      url,
      sandboxUrl: sandboxUrl ?? "",
      pid: tieout.process.pid ?? 0,
    });
    const said = tieout.output().length;
    return async () => {
      await tieout.stop();
      // The walk ends the server once itself; whatever else it told explains a failure.
      process.stderr.write(tieout.output().slice(said));
      await data.remove();
    };
  } catch (error) {
    await data.remove();
    throw error;
  }
}
