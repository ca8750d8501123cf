import type { Config } from "../config.ts";
import { createCodatPlatform } from "./codat/platform.ts";
import { createFilesPlatform } from "./files/platform.ts";
import { type PlatformLimitOptions, withPlatformLimits } from "./limits.ts";
import { PlatformRegistry } from "./registry.ts";

/** Every accounting platform that the configuration gives keys for, and files, each behind its limits. */
export function createPlatforms(
  config: Config,
  limits: PlatformLimitOptions = {},
): PlatformRegistry {
  const platforms = [
    ...(config.codat ? [createCodatPlatform(config.codat)] : []),
    createFilesPlatform(config.accountingFiles),
  ];
  return new PlatformRegistry(platforms.map((platform) => withPlatformLimits(platform, limits)));
}
