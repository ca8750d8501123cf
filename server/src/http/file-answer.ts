import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FileAnswer } from "../rest/route.ts";

/** How long a receiver may take nothing, in milliseconds. */
const silenceMsMax = 60_000;

/**
 * Sends a file, a part after the other as the receiver takes them. It is always saved and never shown as a page.
 * @throws what goes wrong before the first part: then nothing was answered yet
 */
export async function answerFile(
  response: ServerResponse,
  status: number,
  file: FileAnswer,
): Promise<void> {
  const parts = file.content[Symbol.asyncIterator]();
  const first = await parts.next();
  response.writeHead(status, {
    "content-type": file.mediaType,
    "content-disposition": attachment(file.fileName),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
  });
  response.setTimeout(silenceMsMax, () => response.destroy());
  // A receiver that goes away ends the parts; parts that fail cut the answer short, which the receiver notices.
  await pipeline(Readable.from(parted(first, parts)), response).catch(() => response.destroy());
}

type Part = Uint8Array | string;

async function* parted(first: IteratorResult<Part>, rest: AsyncIterator<Part>) {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/**
 * The header that names the file: in ASCII for old browsers, and whole.
 * Source: RFC 6266, with the encoding of RFC 8187.
 */
export function attachment(fileName: string): string {
  const plain = fileName.replace(/[^A-Za-z0-9 ._()-]/g, "_");
  const whole = encodeURIComponent(fileName.replace(/\p{Cs}/gu, "_")).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
