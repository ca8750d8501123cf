import type { PlaidErrorType } from "plaid";
import { PlaidProblem } from "./problems.ts";
import type { Wire } from "./wire.ts";

/** The codes that a data call can be made to fail with: those that Plaid documents for data calls of an item. */
export const plannedCodes = [
  "ITEM_LOGIN_REQUIRED",
  "INVALID_CREDENTIALS",
  "INVALID_MFA",
  "ITEM_LOCKED",
  "USER_SETUP_REQUIRED",
  "INSUFFICIENT_CREDENTIALS",
  "ACCESS_NOT_GRANTED",
  "NO_ACCOUNTS",
  "USER_PERMISSION_REVOKED",
  "INSTITUTION_NO_LONGER_SUPPORTED",
  "ITEM_NOT_FOUND",
  "INVALID_ACCESS_TOKEN",
  "INVALID_API_KEYS",
  "INSTITUTION_DOWN",
  "INSTITUTION_NOT_RESPONDING",
  "INSTITUTION_NOT_AVAILABLE",
  "PRODUCT_NOT_READY",
  "RATE_LIMIT",
  "TRANSACTIONS_SYNC_LIMIT",
  "INTERNAL_SERVER_ERROR",
  "PLANNED_MAINTENANCE",
] as const;

/** The refusal of one of them. @throws TypeError for a code that is not listed */
export function plannedProblem(code: string): PlaidProblem {
  if (!plannedCodes.some((known) => known === code)) throw new TypeError(`no code ${code}`);
  const [status, type] = kindOf(code);
  return new PlaidProblem(status, type, code, `simulated: ${code}`);
}

function kindOf(code: string): [status: number, type: Wire<PlaidErrorType>] {
  if (code.endsWith("LIMIT")) return [429, "RATE_LIMIT_EXCEEDED"];
  if (code === "INTERNAL_SERVER_ERROR") return [500, "API_ERROR"];
  if (code === "PLANNED_MAINTENANCE") return [503, "API_ERROR"];
  if (code.startsWith("INSTITUTION_")) return [400, "INSTITUTION_ERROR"];
  if (code === "INVALID_ACCESS_TOKEN" || code === "INVALID_API_KEYS") return [400, "INVALID_INPUT"];
  return [400, "ITEM_ERROR"];
}
