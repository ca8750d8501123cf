import { validate as isUuid } from "uuid";
import type { App } from "../app.ts";
import type { Viewer } from "../features/viewer.ts";
import { openApiDocument } from "./openapi.ts";
import { type ProblemDocument, problem, problemOf } from "./problem.ts";
import { FileAnswer, type RestApi, type Route, type SentFile } from "./route.ts";

export interface RestRequest {
  readonly method: string;
  /** Below the API's base, beginning with a slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Null for nobody. */
  readonly viewer: Viewer | null;
  /** Read only once the route is known to want it. @throws RequestRefused */
  readonly body: () => Promise<unknown>;
  /** The body as a file, likewise. @throws RequestRefused */
  readonly file: () => Promise<SentFile>;
}

export type RestAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly body: unknown }
  | { readonly kind: "file"; readonly status: number; readonly file: FileAnswer }
  | {
      readonly kind: "problem";
      readonly problem: ProblemDocument;
      /** For 405: what the address takes. */
      readonly allow?: readonly string[];
    };

/** What is wrong with a request before its operation is reached. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly code = "REQUEST_REFUSED";
  readonly problem: ProblemDocument;

  constructor(refusal: ProblemDocument) {
    super(refusal.detail);
    this.problem = refusal;
  }
}

/**
 * Finds a request's route, checks what it sends, calls the operation, and puts refusals into problem documents.
 * A slash at the end may be left out. @throws whatever is a mistake of ours
 */
export async function answerRest(
  app: App,
  api: RestApi,
  request: RestRequest,
): Promise<RestAnswer> {
  const path = request.path.endsWith("/") ? request.path : `${request.path}/`;
  if (path === "/openapi.json/" && request.method === "GET") {
    const body = openApiDocument(api, `${app.config.publicUrl}${api.base}`);
    return { kind: "answer", status: 200, body };
  }
  const here = api.routes.flatMap((each) => {
    const id = match(each.path, path);
    return id === null ? [] : [{ route: each, id }];
  });
  if (here.length === 0) return refuse(problem("NOT_FOUND", "There is nothing at this address."));
  const found = here.find(({ route }) => route.method === request.method.toLowerCase());
  if (found === undefined) {
    const allow = here.map(({ route }) => route.method.toUpperCase());
    const detail = `This address takes ${allow.join(" and ")}.`;
    return { ...refuse(problem("METHOD_NOT_ALLOWED", detail)), allow };
  }
  if (request.viewer === null) {
    return refuse(problem("NOT_SIGNED_IN", "Send an API key: Authorization: Bearer …"));
  }
  try {
    const body = await call(app, found.route, found.id, request, request.viewer);
    const { status } = found.route.answers;
    return body instanceof FileAnswer
      ? { kind: "file", status, file: body }
      : { kind: "answer", status, body };
  } catch (error) {
    const refusal = error instanceof RequestRefused ? error.problem : problemOf(error);
    if (refusal === null) throw error;
    return refuse(refusal);
  }
}

async function call(
  app: App,
  route: Route,
  id: string,
  request: RestRequest,
  viewer: Viewer,
): Promise<unknown> {
  if (route.path.includes("{id}") && !isUuid(id)) {
    throw new RequestRefused(problem("NOT_FOUND", "There is nothing with this id."));
  }
  const query = check(route.query, Object.fromEntries(request.query));
  const file = route.takesFile ? await request.file() : null;
  const sent = route.body === null ? undefined : await request.body();
  if (sent === undefined && route.body !== null && !route.bodyOptional) {
    throw new RequestRefused(problem("MALFORMED_REQUEST", "Send a JSON object."));
  }
  const body = check(route.body, sent ?? {});
  return route.answer({ app, viewer, id: id.toLowerCase(), body, query, file });
}

/** @throws RequestRefused naming the first value that is wrong */
function check(schema: Route["body"], value: unknown): unknown {
  if (schema === null) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") || undefined;
  const detail = `${field ?? "The request"}: ${issue?.message ?? "not acceptable"}`;
  throw new RequestRefused(problem("INVALID_INPUT", detail, field === undefined ? {} : { field }));
}

/** The id in `path` if it is one of the template's; "" where the template has none; null where it does not fit. */
function match(given: string, path: string): string | null {
  const template = given.endsWith("/") ? given : `${given}/`;
  const [before = "", after] = template.split("{id}");
  if (after === undefined) return template === path ? "" : null;
  if (!path.startsWith(before) || !path.endsWith(after)) return null;
  const id = path.slice(before.length, path.length - after.length);
  return id !== "" && !id.includes("/") ? id : null;
}

function refuse(refusal: ProblemDocument): Extract<RestAnswer, { kind: "problem" }> {
  return { kind: "problem", problem: refusal };
}
