import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { App } from "../app.ts";
import { authenticate } from "../features/organisations/authenticate.ts";
import { CredentialRefused } from "../features/organisations/credential-refused.ts";
import type { Viewer } from "../features/viewer.ts";
import { type ProblemDocument, problem, problemOf } from "../rest/problem.ts";
import type { RestApi } from "../rest/route.ts";
import { answerRest, RequestRefused } from "../rest/router.ts";
import { answerJson, answerText, readBody } from "./answer.ts";
import { answerFile } from "./file-answer.ts";
import { isCrossSite } from "./origin.ts";
import { BrokenOff, discardRest } from "./request-body.ts";
import { readSentFile } from "./sent-file.ts";
import { readSessionCookie } from "./session-cookie.ts";

/** One REST API at its base: who asks is found out as for GraphQL, and every refusal is a problem document. */
export function createRestHandler(app: App, api: RestApi) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    response.setHeader("x-request-id", requestId);
    const cleanUps: (() => void)[] = [];
    try {
      await answer(request, response, (end) => cleanUps.push(end));
    } catch (error) {
      // Nobody is there any more to be answered.
      if (error instanceof BrokenOff) return;
      if (error instanceof CredentialRefused) {
        response.setHeader("www-authenticate", "Bearer");
        answerProblemDocument(app, response, problem("NOT_SIGNED_IN", error.message));
        return;
      }
      app.log.error({ err: error, requestId }, "A REST request failed");
      const detail = "Something went wrong on our side. Quote the x-request-id of this answer.";
      answerProblemDocument(app, response, problem("INTERNAL", detail));
    } finally {
      // The last first: a form lets go of the body before what is left of it is read away.
      for (const end of cleanUps.reverse()) end();
    }
  };

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    cleanUp: (end: () => void) => void,
  ): Promise<void> {
    if (isCrossSite(request, app.config.publicUrl)) {
      const detail = "Requests from other sites are refused.";
      answerProblemDocument(app, response, problem("CROSS_SITE", detail));
      return;
    }
    const url = new URL(request.url ?? "/", "http://localhost");
    const answered = await answerRest(app, api, {
      method: request.method ?? "GET",
      path: url.pathname.slice(api.base.length) || "/",
      query: url.searchParams,
      viewer: await viewerOf(app, request),
      body: () => readJson(app, request, response),
      file: () => {
        cleanUp(() => discardRest(request));
        return readSentFile(request, cleanUp);
      },
    });
    if (answered.kind === "file") {
      return answerFile(response, answered.status, answered.file).catch((error: unknown) => {
        const refusal = problemOf(error);
        if (refusal === null || response.headersSent) throw error;
        answerProblemDocument(app, response, refusal);
      });
    }
    if (answered.kind === "answer") {
      answerJson(response, answered.status, answered.body as object);
      return;
    }
    if (answered.allow) response.setHeader("allow", answered.allow.join(", "));
    if (answered.problem.status === 401) response.setHeader("www-authenticate", "Bearer");
    answerProblemDocument(app, response, answered.problem);
  }
}

function viewerOf(app: App, request: IncomingMessage): Promise<Viewer | null> {
  const organisation = request.headers["x-tieout-organisation"];
  return authenticate(app, {
    cookie: readSessionCookie(request, app.config),
    authorization: request.headers.authorization ?? null,
    organisation: typeof organisation === "string" ? organisation : null,
  });
}

/** The body as JSON; undefined where there is none. @throws RequestRefused */
async function readJson(
  app: App,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<unknown> {
  const bytes = await readBody(request, app.config.bodyBytesMax);
  if (bytes === null) {
    // The rest of the body is not worth reading.
    response.setHeader("connection", "close");
    throw new RequestRefused(problem("BODY_TOO_LARGE", "The body is too large."));
  }
  if (bytes.length === 0) return undefined;
  // A page elsewhere can post forms and plain text without asking first, but not this type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
    const detail = "Send the body as application/json.";
    throw new RequestRefused(problem("UNSUPPORTED_MEDIA_TYPE", detail));
  }
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    throw new RequestRefused(problem("MALFORMED_REQUEST", "The body is not JSON."));
  }
}

function answerProblemDocument(app: App, response: ServerResponse, document: ProblemDocument) {
  if (document.possible_at !== undefined) {
    const waitMs = new Date(document.possible_at).getTime() - app.now().getTime();
    response.setHeader("retry-after", String(Math.max(1, Math.ceil(waitMs / 1_000))));
  }
  answerText(response, document.status, "application/problem+json", JSON.stringify(document));
}
