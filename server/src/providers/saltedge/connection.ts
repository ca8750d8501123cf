import { wireId, wireMoment, wireObject, wireText } from "../../core/wire-values.ts";
import type { ProviderFailureReason } from "../provider.ts";
import { reasonOf } from "./failures.ts";

/** What of a connection at Salt Edge counts here. */
export interface SaltEdgeConnection {
  readonly connectionId: string;
  readonly institutionId: string | null;
  readonly active: boolean;
  readonly consentId: string | null;
  /** When the bank was last fetched from with success; null before the first time. */
  readonly lastSuccessAt: Date | null;
  readonly refreshPossibleAt: Date | null;
  readonly attempt: {
    readonly attemptId: string | null;
    /** False for fetches of the provider's own accord. */
    readonly userPresent: boolean;
    readonly failed: boolean;
  };
  /** Why the bank cannot be fetched from, where it says so. */
  readonly failure: ProviderFailureReason | null;
}

/** Null for what has no id. */
export function toConnection(given: unknown): SaltEdgeConnection | null {
  const row = wireObject(given);
  const connectionId = wireId(row.id);
  if (connectionId === null) return null;
  const attempt = wireObject(row.last_attempt);
  const failClass = wireText(attempt.fail_error_class);
  const failed = failClass !== null || wireMoment(attempt.fail_at) !== null;
  return {
    connectionId,
    institutionId: wireId(row.provider_code),
    active: row.status === "active",
    consentId: wireId(row.last_consent_id),
    lastSuccessAt: wireMoment(row.last_success_at),
    refreshPossibleAt: wireMoment(row.next_refresh_possible_at),
    attempt: {
      attemptId: wireId(attempt.id),
      userPresent: attempt.user_present !== false,
      failed,
    },
    failure: failureOf(row.status, failed ? (failClass ?? "UnknownError") : null),
  };
}

/** An inactive connection whose attempt does not say why is in some trouble; which, is not known. */
function failureOf(status: unknown, failClass: string | null): ProviderFailureReason | null {
  if (status === "disabled") return reasonOf("ConnectionDisabled", null);
  if (failClass !== null) return reasonOf(failClass, null);
  return status === "inactive" ? reasonOf("ConnectionInactive", null) : null;
}
