import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, body: object): void {
  answerText(response, status, "application/json; charset=utf-8", JSON.stringify(body));
}

/** Answers with a problem document (RFC 9457). */
export function answerProblem(
  response: ServerResponse,
  status: number,
  title: string,
  code: string,
): void {
  const body = JSON.stringify({ type: "about:blank", title, status, code });
  answerText(response, status, "application/problem+json", body);
}

/** Answers as GraphQL does when a request is refused before it is executed. */
export function answerGraphQLError(
  response: ServerResponse,
  status: number,
  message: string,
  code: string,
): void {
  answerJson(response, status, { errors: [{ message, extensions: { code } }] });
}

export function answerText(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    "content-type": type,
    "content-length": body.length,
    "cache-control": "no-store",
  });
  response.end(body);
}

/**
 * The bytes of a request's body as they came.
 * @returns null when there are more than `bytesMax`
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
