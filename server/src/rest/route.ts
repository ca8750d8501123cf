import type { z } from "zod";
import type { App } from "../app.ts";
import type { Viewer } from "../features/viewer.ts";

/** One address of the REST API: what it takes, what it answers, and the operation that it calls. */
export interface Route<Body = unknown, Query = unknown> {
  readonly method: "get" | "post" | "delete";
  /** Below the API's base, with `{id}` for an id; ends in a slash, or in the name of a file. */
  readonly path: string;
  /** Names the operation in the OpenAPI document, and in clients made from it. */
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly permission: string;
  readonly query: z.ZodType<Query> | null;
  readonly body: z.ZodType<Body> | null;
  /** A request without a body counts as an empty object. */
  readonly bodyOptional: boolean;
  /** The body is a file, as it is or as the first file of a form; `body` is null then. Media types, for the document. */
  readonly takesFile?: readonly string[];
  /** The answer is a file, of one of these media types; `answers.schema` is then of its content. */
  readonly sendsFile?: readonly string[];
  readonly answers: { readonly status: number; readonly schema: z.ZodType };
  /** The codes of the problems that it may answer beside those that every route may. */
  readonly problems: readonly ProblemCode[];
  /** Deprecated spellings, extra headers and the like do not exist: status and body are all. */
  answer(call: Call<Body, Query>): Promise<unknown>;
}

export interface Call<Body, Query> {
  readonly app: App;
  readonly viewer: Viewer;
  readonly id: string;
  readonly body: Body;
  readonly query: Query;
  /** Where the route takes a file. */
  readonly file: SentFile | null;
}

/** A file that comes in with a request, read once and at its reader's pace. */
export interface SentFile {
  /** As the sender says it; null where it says none. */
  readonly fileName: string | null;
  /** Fails when the sender goes away. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** An answer that is a file, sent at its receiver's pace. */
export class FileAnswer {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: AsyncIterable<Uint8Array | string>;

  constructor(file: Pick<FileAnswer, "fileName" | "mediaType" | "content">) {
    this.fileName = file.fileName;
    this.mediaType = file.mediaType;
    this.content = file.content;
  }
}

/** A group of routes with an OpenAPI document of its own. */
export interface RestApi {
  /** Where its routes live, without a slash at the end. */
  readonly base: string;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly routes: readonly Route[];
}

/** Every problem that the API answers, with its HTTP status. */
export const problemStatus = {
  INVALID_INPUT: 422,
  FILE_REFUSED: 422,
  MALFORMED_REQUEST: 400,
  NOT_SIGNED_IN: 401,
  FORBIDDEN: 403,
  CROSS_SITE: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  REFRESH_TOO_SOON: 429,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  PROVIDER_FAILURE: 502,
} as const;

export type ProblemCode = keyof typeof problemStatus;

/** Keeps the types of a route's body and query together while it is written. */
export function route<Body, Query>(given: Route<Body, Query>): Route {
  return given as Route;
}
