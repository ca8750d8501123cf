import type { Config } from "../../config.ts";

/** The screen that a person comes back to from the accounting package's page. */
export function accountingReturnUrl(config: Pick<Config, "publicUrl">): string {
  return `${config.publicUrl}/finance/accounting/connect/return`;
}
