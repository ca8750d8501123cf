import {
  Conflict,
  FileRefused,
  Forbidden,
  InvalidInput,
  NotFound,
  RateLimited,
  RefreshTooSoon,
} from "../features/errors.ts";
import { ProviderFailure } from "../providers/provider.ts";
import { type ProblemCode, problemStatus } from "./route.ts";

/** A problem document (RFC 9457). `code` is what a program looks at; `detail` is a sentence for people. */
export interface ProblemDocument {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  /** INVALID_INPUT: the field that is wrong, where it is one. */
  readonly field?: string;
  /** When the same request may succeed, ISO 8601. Also in the header Retry-After, in seconds. */
  readonly possible_at?: string;
  /** FILE_REFUSED: why, as a stable word. */
  readonly reason?: string;
  /** PROVIDER_FAILURE: user_action_needed, temporary or final. */
  readonly kind?: string;
}

/** What an operation refused with, as a document; null for what is no refusal but a mistake of ours. */
export function problemOf(error: unknown): ProblemDocument | null {
  if (error instanceof RefreshTooSoon) {
    const possibleAt = error.possibleAt.toISOString();
    return problem("REFRESH_TOO_SOON", error.message, { possible_at: possibleAt });
  }
  if (error instanceof RateLimited) {
    return problem("RATE_LIMITED", error.message, { possible_at: error.retryAt.toISOString() });
  }
  if (error instanceof InvalidInput) {
    return problem(
      "INVALID_INPUT",
      error.message,
      error.field === null ? {} : fieldOf(error.field),
    );
  }
  if (error instanceof Forbidden) return problem("FORBIDDEN", error.message);
  if (error instanceof NotFound) return problem("NOT_FOUND", error.message);
  if (error instanceof Conflict) return problem("CONFLICT", error.message);
  if (error instanceof FileRefused) {
    const code = error.reason === "too_large" ? "BODY_TOO_LARGE" : "FILE_REFUSED";
    return problem(code, error.message, { reason: error.reason });
  }
  if (error instanceof ProviderFailure) {
    return problem("PROVIDER_FAILURE", error.message, { kind: error.kind });
  }
  return null;
}

export function problem(
  code: ProblemCode,
  detail: string,
  more: Partial<Pick<ProblemDocument, "field" | "possible_at" | "reason" | "kind">> = {},
): ProblemDocument {
  return {
    type: "about:blank",
    title: titles[code],
    status: problemStatus[code],
    code,
    detail,
    ...more,
  };
}

/** The operations name their arguments as GraphQL does. */
function fieldOf(name: string): { field: string } {
  return { field: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) };
}

const titles: Record<ProblemCode, string> = {
  INVALID_INPUT: "A value is not acceptable",
  FILE_REFUSED: "The file cannot be taken",
  MALFORMED_REQUEST: "The request cannot be read",
  NOT_SIGNED_IN: "A credential is needed",
  FORBIDDEN: "A permission is missing",
  CROSS_SITE: "Requests from other sites are refused",
  NOT_FOUND: "There is nothing at this address",
  METHOD_NOT_ALLOWED: "This address does not take the method",
  CONFLICT: "The state does not allow it",
  BODY_TOO_LARGE: "The body is too large",
  UNSUPPORTED_MEDIA_TYPE: "The body is of another type than the address takes",
  REFRESH_TOO_SOON: "A refresh is not possible yet",
  RATE_LIMITED: "Too many requests",
  INTERNAL: "Something went wrong on our side",
  PROVIDER_FAILURE: "The provider did not do it",
};
