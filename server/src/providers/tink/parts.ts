import type { TinkConfig } from "../../config/tink.ts";
import type { TinkClient } from "./client.ts";
import type { UserAccess } from "./held.ts";
import type { TinkInstitutions } from "./institutions.ts";
import type { TinkTokens } from "./tokens.ts";

/** What the adapter's operations share. */
export interface TinkParts {
  readonly config: TinkConfig;
  readonly client: TinkClient;
  readonly tokens: TinkTokens;
  readonly access: UserAccess;
  readonly institutions: TinkInstitutions;
}
