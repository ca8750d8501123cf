import type { IncomingMessage } from "node:http";
import { fileBytesMax } from "../core/statements/statement.ts";
import { FileRefused } from "../features/errors.ts";
import { problem } from "../rest/problem.ts";
import type { SentFile } from "../rest/route.ts";
import { RequestRefused } from "../rest/router.ts";
import { MultipartRefused, readMultipart } from "./multipart.ts";
import { forcesPreflight } from "./preflight.ts";
import { streamBody } from "./request-body.ts";

/** What a form has around its file, at most. */
const formBytesMax = 65_536;

/**
 * The file that a request brings: its whole body, or a form's first file.
 * @param cleanUp is given what ends the reading once the request is answered
 * @throws RequestRefused
 */
export async function readSentFile(
  request: IncomingMessage,
  cleanUp: (end: () => void) => void,
): Promise<SentFile> {
  const type = request.headers["content-type"] ?? "";
  const isForm = /^multipart\/form-data\s*;/i.test(type);
  // A page elsewhere can post forms and plain text with the browser's cookie without asking first.
  if (request.headers.authorization === undefined && isSimple(type) && !forcesPreflight(request)) {
    const detail = "Send the header x-tieout-upload, with any value.";
    throw new RequestRefused(problem("CROSS_SITE", detail));
  }
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > fileBytesMax + (isForm ? formBytesMax : 0)) {
    return { fileName: null, bytes: refusedAtOnce() };
  }
  return isForm ? await readForm(request, cleanUp) : { fileName: null, bytes: streamBody(request) };
}

/** The types that a page may send elsewhere unasked. Source: Fetch standard, CORS-safelisted request-header. */
function isSimple(type: string): boolean {
  return (
    type.trim() === "" ||
    /^(multipart\/form-data|text\/plain|application\/x-www-form-urlencoded)\s*(;|$)/i.test(type)
  );
}

async function readForm(
  request: IncomingMessage,
  cleanUp: (end: () => void) => void,
): Promise<SentFile> {
  try {
    const form = await readMultipart(request, { fieldsMax: 10, fieldBytesMax: 1_024 });
    cleanUp(() => form.stop());
    if (form.file !== null) return form.file;
    throw new MultipartRefused("MALFORMED_REQUEST", "The form has no file.");
  } catch (error) {
    if (!(error instanceof MultipartRefused)) throw error;
    throw new RequestRefused(problem(error.code, error.message));
  }
}

/** Nobody waits for bytes that will not be kept. */
async function* refusedAtOnce(): AsyncGenerator<Uint8Array> {
  const message = `The file is larger than ${fileBytesMax / 1_048_576} MiB, the most that is taken.`;
  yield* [];
  throw new FileRefused("too_large", message);
}
