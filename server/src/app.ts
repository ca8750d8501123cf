import type { Logger } from "pino";
import type { ServerConfig } from "./config.ts";
import type { Database } from "./db/client.ts";
import type { EventHub } from "./events/hub.ts";
import type { PlatformRegistry } from "./platforms/registry.ts";
import type { ProviderRegistry } from "./providers/registry.ts";

/** What an operation may use beside its input: made once by main.ts, handed to every request and job. */
export interface App {
  readonly config: ServerConfig;
  readonly database: Database;
  readonly providers: ProviderRegistry;
  readonly platforms: PlatformRegistry;
  readonly hub: EventHub;
  readonly log: Logger;
  /** The clock: tests set it. */
  readonly now: () => Date;
}
