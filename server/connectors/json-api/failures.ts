import type { ProviderFailureReason } from "@tieout/connector-kit";

/** The bank's codes as what would help. One that is not listed is taken for a trouble that passes. */
export function failureOf(code: string): ProviderFailureReason {
  return { ...(known[code] ?? passing), detail: code.slice(0, 80) };
}

const passing = { kind: "temporary", message: "The bank has trouble at the moment." } as const;

const known: Record<string, Omit<ProviderFailureReason, "detail">> = {
  access_expired: {
    kind: "user_action_needed",
    message: "The bank's access token has expired: whoever runs Tieout has to renew it.",
  },
  access_revoked: {
    kind: "user_action_needed",
    message: "The bank has withdrawn the access token.",
  },
  no_such_access: {
    kind: "final",
    message: "The bank no longer knows this access: connect anew.",
  },
  http_401: { kind: "user_action_needed", message: "The bank refuses the access token." },
  customer_closed: { kind: "final", message: "The bank no longer keeps these accounts." },
  maintenance: { kind: "temporary", message: "The bank is down for maintenance." },
  too_many_requests: { kind: "temporary", message: "The bank asked for a pause." },
  http_429: { kind: "temporary", message: "The bank asked for a pause." },
};
