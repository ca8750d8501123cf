import { createDecoder, type FileEncoding } from "./decode.ts";
import {
  byteOrderMark,
  declaredEncoding,
  unusedInWindows1252,
  zerosAsUtf16,
} from "./file-encoding.ts";
import { latinText, magicBytes, type Refusal, refuseByMagic, refused } from "./file-magic.ts";
import { recogniseFormat } from "./recognise-format.ts";
import { fileBytesMax, type StatementFormat } from "./statement.ts";

/** What a file is, by its content: its name and its sender's word say nothing. */
export type Inspection =
  | {
      readonly kind: "statement";
      readonly format: StatementFormat;
      readonly encoding: FileEncoding;
      /** The first `headCharactersMax` characters, or all of a shorter file. */
      readonly head: string;
    }
  | Refusal;

export const headCharactersMax = 64 * 1024;
/** As many characters even of UTF-16. */
const headBytesMax = headCharactersMax * 2;

/**
 * Looks at a file while it streams through, in constant memory. `write` answers a refusal as soon as it is certain, so
 * that an upload can stop; what it still takes as UTF-8 may turn out to be Windows-1252 at the last byte, so encoding and
 * text are known at the end.
 */
export function createInspection(): {
  write(bytes: Uint8Array): Refusal | null;
  end(): Inspection;
} {
  const head = new Uint8Array(headBytesMax);
  let headLength = 0;
  let total = 0;
  let refusal: Refusal | null = null;
  let looked = false;
  const check = createEncodingCheck();

  function look(whole: boolean): void {
    const bytes = head.subarray(0, headLength);
    refusal ??= check.begin(bytes, whole);
    looked = true;
  }

  /** What the head says once it is full, without waiting for the rest. */
  function lookAtText(): void {
    const format = recogniseFormat(headText(check.encodingSoFar()), total === headLength);
    if (typeof format !== "string") refusal ??= format;
  }

  function headText(encoding: FileEncoding): string {
    const text = createDecoder(encoding).write(head.subarray(0, headLength));
    return text.slice(0, headCharactersMax);
  }

  return {
    write(bytes) {
      if (refusal !== null) return refusal;
      total += bytes.length;
      if (total > fileBytesMax) {
        const size = fileBytesMax / 1024 / 1024;
        refusal = refused(
          "too_large",
          `The file is larger than ${size} MiB. Part it by dates and bring the parts.`,
        );
        return refusal;
      }
      const taken = bytes.subarray(0, headBytesMax - headLength);
      head.set(taken, headLength);
      headLength += taken.length;
      if (!looked) {
        if (headLength < magicBytes) return null;
        refusal = refuseByMagic(head.subarray(0, headLength));
        if (refusal !== null || headLength < headBytesMax) return refusal;
        look(false);
        refusal ??= check.write(head);
        if (refusal === null) lookAtText();
      }
      refusal ??= check.write(bytes.subarray(taken.length));
      return refusal;
    },
    end() {
      if (refusal !== null) return refusal;
      if (!looked) {
        refusal = total === 0 ? null : refuseByMagic(head.subarray(0, headLength));
        look(true);
        refusal ??= check.write(head.subarray(0, headLength));
      }
      const encoding = refusal ?? check.end();
      if (typeof encoding !== "string") return encoding;
      const text = headText(encoding);
      const format = recogniseFormat(text, total === headLength);
      return typeof format === "string"
        ? { kind: "statement", format, encoding, head: text }
        : format;
    },
  };
}

/** Follows all of a file's bytes to tell what encoding they are in. */
function createEncodingCheck() {
  let mark: FileEncoding | null = null;
  let declared: FileEncoding | { readonly unknown: string } | null = null;
  let wide: "utf-16le" | "utf-16be" | null = null;
  /** Null once the bytes were no such text. */
  let strict: TextDecoder | null = null;
  let unused = false;

  function strictly(bytes: Uint8Array | null): boolean {
    if (strict === null) return false;
    try {
      if (bytes === null) strict.decode();
      else strict.decode(bytes, { stream: true });
      return true;
    } catch {
      strict = null;
      return false;
    }
  }

  return {
    begin(head: Uint8Array, whole: boolean): Refusal | null {
      const found = byteOrderMark(head);
      if (found === "utf-32") return wrongly("UTF-32");
      mark = found;
      wide = found === "utf-16le" || found === "utf-16be" ? found : zerosAsUtf16(head);
      if (wide === null && (head.includes(0) || isMostlyControls(head))) return binary();
      if (head[0] === 0xf0 && head[1] === 0xf1 && head[2] === 0x6b) return wrongly("EBCDIC");
      declared = wide === null ? declaredEncoding(latinText(head.subarray(0, magicBytes))) : null;
      if (wide !== null && whole && head.length % 2 === 1) return wrongly("broken UTF-16");
      strict = new TextDecoder(wide ?? "utf-8", { fatal: true });
      return null;
    },
    encodingSoFar(): FileEncoding {
      if (wide !== null) return wide;
      return strict === null ? singleByte(declared) : "utf-8";
    },
    write(bytes: Uint8Array): Refusal | null {
      if (wide === null && bytes.includes(0)) return binary();
      if (strict !== null && !strictly(bytes) && (wide !== null || mark === "utf-8")) {
        return wrongly(wide === null ? "broken UTF-8" : "broken UTF-16");
      }
      unused ||= wide === null && unusedInWindows1252.some((code) => bytes.includes(code));
      return null;
    },
    end(): FileEncoding | Refusal {
      if (strict !== null && !strictly(null) && (wide !== null || mark === "utf-8")) {
        return wrongly(wide === null ? "broken UTF-8" : "broken UTF-16");
      }
      if (wide !== null) return wide;
      if (strict !== null) return "utf-8";
      if (declared !== null && typeof declared === "object") return wrongly(declared.unknown);
      const encoding = singleByte(declared);
      return encoding === "windows-1252" && unused
        ? wrongly("neither UTF-8 nor Windows-1252")
        : encoding;
    },
  };
}

/** A file that says UTF-8 and is none is what most such files are. */
function singleByte(declared: FileEncoding | { readonly unknown: string } | null): FileEncoding {
  if (declared === null || typeof declared === "object" || declared === "utf-8")
    return "windows-1252";
  return declared;
}

function isMostlyControls(head: Uint8Array): boolean {
  let controls = 0;
  for (const byte of head) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 26)
      controls++;
  }
  // MT940 by SWIFT has a few around its blocks.
  return controls > 8 && controls > head.length / 50;
}

function binary(): Refusal {
  return refused(
    "binary",
    "The file is not text. Download the statement from the bank as CSV, CAMT.053, MT940, BAI2 or OFX.",
  );
}

function wrongly(what: string): Refusal {
  return refused(
    "wrongly_encoded",
    `The file's characters cannot be told (${what}). Save it as UTF-8 and bring it again.`,
  );
}
