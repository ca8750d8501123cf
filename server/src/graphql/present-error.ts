import { GraphQLError } from "graphql";
import type { Logger } from "pino";
import { Problem } from "../features/errors.ts";
import { PlatformFailure } from "../platforms/platform.ts";

export interface ErrorPresentation {
  /** Under `pnpm dev` errors are shown as they are. */
  readonly development: boolean;
  readonly log: Logger;
  /** Ties what the caller sees to the line in the log. */
  readonly requestId: string;
}

/**
 * An error as the caller may see it. A problem keeps its code and its sentence; so does what is wrong with the
 * document. Anything else is a bug: logged, and answered with nothing but the request's id.
 */
export function presentError(error: unknown, presentation: ErrorPresentation): GraphQLError {
  const given = error instanceof GraphQLError ? error : null;
  const cause = rootCause(error);
  const place = given ? { nodes: given.nodes, path: given.path } : {};
  // A field that asks an accounting platform has no union to say in that it could not.
  if (cause instanceof Problem || cause instanceof PlatformFailure) {
    return new GraphQLError(cause.message, { ...place, extensions: { code: cause.code } });
  }
  // The document's own mistakes, and what scalars say of values, are for the caller.
  if (given && (cause === null || cause instanceof GraphQLError)) return given;
  presentation.log.error(
    { err: cause, requestId: presentation.requestId, path: given?.path },
    "A field failed",
  );
  const { development, requestId } = presentation;
  const message =
    development && cause instanceof Error ? cause.message : "Something went wrong on our side.";
  return new GraphQLError(message, { ...place, extensions: { code: "INTERNAL", requestId } });
}

/** What a resolver threw, below the layers that graphql wraps around it; null when nothing was thrown. */
function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError) {
    if (!cause.originalError) return cause === error ? null : cause;
    cause = cause.originalError;
  }
  return cause;
}
