import { createCodatPlatform } from "../codat/platform-codat.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Platform } from "./platform.ts";

/** Every accounting platform that the sandbox speaks as: `createXPlatform(sandbox)` in a folder of its own. */
export function createPlatforms(sandbox: Sandbox): Platform[] {
  return [createCodatPlatform(sandbox)];
}
