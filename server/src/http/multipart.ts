import type { IncomingMessage } from "node:http";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { fileBytesMax } from "../core/statements/statement.ts";
import { BrokenOff, endSilence } from "./request-body.ts";

export interface MultipartFile {
  readonly fieldName: string;
  /** As the sender says it; null where it says none. */
  readonly fileName: string | null;
  readonly mimeType: string;
  /** Fails with BrokenOff when the sender goes away. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface Multipart {
  /** Those before the file: what comes behind it is not waited for. */
  readonly fields: ReadonlyMap<string, string>;
  /** The first file, which is still coming in; null where there is none. */
  readonly file: MultipartFile | null;
  /** Stops taking the form apart. The rest of the body is the caller's (`discardRest`). */
  stop(): void;
}

export interface MultipartLimits {
  readonly fieldsMax: number;
  readonly fieldBytesMax: number;
}

/** What is sent is no form, or one with more in it than there may be. */
export class MultipartRefused extends Error {
  override readonly name = "MultipartRefused";
  readonly code: "MALFORMED_REQUEST" | "BODY_TOO_LARGE";
  constructor(code: MultipartRefused["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Reads a form up to its first file, which then streams at its reader's pace: no more of it than a few chunks is in
 * memory. Source: RFC 7578.
 *
 * @throws MultipartRefused, BrokenOff
 */
export function readMultipart(
  request: IncomingMessage,
  limits: MultipartLimits,
): Promise<Multipart> {
  return new Promise((resolve, reject) => {
    const form = openForm(request, limits);
    const fields = new Map<string, string>();
    let file: BusboyFileStream | null = null;
    const endWatch = endSilence(request);
    const stop = () => {
      endWatch();
      request.unpipe(form);
      request.off("close", onClose);
      file?.destroy();
    };
    const fail = (error: Error) => {
      if (file) file.destroy(error);
      else reject(error);
    };
    const onClose = () => {
      if (!request.complete) fail(new BrokenOff("The sender went away."));
    };
    request.once("close", onClose);
    form.on("field", (name, value, nameTruncated, valueTruncated) => {
      if (nameTruncated || valueTruncated) {
        stop();
        fail(
          new MultipartRefused("BODY_TOO_LARGE", `The field "${name.slice(0, 40)}" is too large.`),
        );
      }
      fields.set(name, value);
    });
    form.on("file", (fieldName, stream, fileName, _, mimeType) => {
      file = stream;
      // Said while nobody reads it, an error has to be there for who reads it later.
      stream.on("error", (error: Error) => stream.destroy(error));
      const sent = { fieldName, fileName: fileName || null, mimeType, bytes: stream };
      resolve({ fields: new Map(fields), file: sent, stop });
    });
    form.on("error", () => fail(malformed("The form is malformed.")));
    form.on("finish", () => resolve({ fields, file: null, stop }));
    request.pipe(form);
  });
}

/** @throws MultipartRefused */
function openForm(request: IncomingMessage, limits: MultipartLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...request.headers, "content-type": request.headers["content-type"] ?? "" },
      limits: {
        files: 1,
        // One more than is taken, so that a file that is cut here is seen to be too large.
        fileSize: fileBytesMax + 1,
        fields: limits.fieldsMax,
        fieldSize: limits.fieldBytesMax,
        parts: limits.fieldsMax + 1,
        headerPairs: 20,
        headerSize: 8_192,
      },
    });
  } catch {
    throw malformed("The form names no boundary.");
  }
}

function malformed(message: string): MultipartRefused {
  return new MultipartRefused("MALFORMED_REQUEST", message);
}
