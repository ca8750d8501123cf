import { graphql } from "graphql";
import type { App } from "../../server/src/app.ts";
import type { Viewer } from "../../server/src/features/viewer.ts";
import type { HttpExchange } from "../../server/src/graphql/context.ts";
import { schema } from "../../server/src/graphql/schema.ts";

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the document that each test writes.
  readonly data: any;
  /** Code and message of each top-level error. */
  readonly errors: readonly { code: string | null; message: string }[];
}

/** Executes a document against the real schema, in this process, as the viewer. */
export async function ask(
  app: App,
  viewer: Viewer | null,
  source: string,
  variableValues: Record<string, unknown> = {},
  http: HttpExchange | null = null,
): Promise<Answer> {
  const contextValue = { app, viewer, http };
  const { data, errors = [] } = await graphql({ schema, source, variableValues, contextValue });
  return {
    data,
    errors: errors.map(({ message, originalError }) => ({
      code: codeOf(originalError),
      message,
    })),
  };
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : null;
}

/** An HTTP exchange that keeps the cookies it was given: the last is the browser's. */
export function testExchange(address = "192.0.2.1"): HttpExchange & { cookies: (string | null)[] } {
  const cookies: (string | null)[] = [];
  return {
    address,
    cookies,
    setSession: (secret) => {
      cookies.push(secret);
    },
  };
}
