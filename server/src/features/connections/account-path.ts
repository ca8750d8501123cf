import type { AccountPath } from "../../generated/prisma/enums.ts";
import type { ProviderDescription } from "../../providers/provider.ts";

/** How the lines of an account arrive that such a provider exposes. */
export function pathOf(kind: ProviderDescription["kind"]): AccountPath {
  return kind === "aggregator" ? "standard" : "non_standard";
}
