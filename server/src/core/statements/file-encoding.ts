import type { FileEncoding } from "./decode.ts";
import { fileEncodings } from "./decode.ts";

/** The encoding that a byte order mark names: "utf-32" is known and not read. */
export function byteOrderMark(bytes: Uint8Array): FileEncoding | "utf-32" | null {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe)
    return c === 0 && d === 0 && bytes.length >= 4 ? "utf-32" : "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? "utf-32" : null;
}

/**
 * UTF-16 without a mark, by where its zeros stand: the upper half of what Latin letters, digits and delimiters are. Null
 * where more than a few stand elsewhere, or where there are none.
 */
export function zerosAsUtf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (bytes[at] === 0) even++;
    if (bytes[at + 1] === 0) odd++;
  }
  const pairs = Math.floor(bytes.length / 2);
  if (odd > pairs / 2 && even < odd / 50) return "utf-16le";
  return even > pairs / 2 && odd < even / 50 ? "utf-16be" : null;
}

/** Codes that Windows-1252 leaves empty: a file with one of them is in another code page, such as DOS 850. */
export const unusedInWindows1252: readonly number[] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/**
 * What an XML declaration or an OFX header says about the bytes, as a name that decoders know; "unknown" where it names
 * one that is not read, null where it says nothing.
 */
export function declaredEncoding(
  latin: string,
): FileEncoding | { readonly unknown: string } | null {
  const xml = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(latin)?.[1];
  if (xml !== undefined) return named(xml);
  if (!/^\s*OFXHEADER\s*:/i.test(latin)) return null;
  const encoding = /\bENCODING\s*:\s*([\w-]+)/i.exec(latin)?.[1]?.toUpperCase();
  const charset = /\bCHARSET\s*:\s*([\w-]+)/i.exec(latin)?.[1]?.toUpperCase();
  if (encoding === "UTF-8" || encoding === "UTF8" || encoding === "UNICODE") return "utf-8";
  if (charset === undefined || charset === "NONE") return null;
  return named(/^\d{4}$/.test(charset) ? `windows-${charset}` : charset);
}

function named(label: string): FileEncoding | { readonly unknown: string } | null {
  const name = label
    .toLowerCase()
    .replace(/^cp-?(?=125)|^win-?(?=125)/, "windows-")
    .replace(/^iso8859/, "iso-8859");
  // A subset of Windows-1252, and what its users mean.
  if (/^(?:us-ascii|ascii|iso-8859-1|latin-?1|iso_8859-1)$/.test(name)) return "windows-1252";
  if (/^utf-?16(?:le|be)?$/.test(name) || /^(?:ucs-2|iso-10646-ucs-2)$/.test(name)) return null;
  if (name === "utf8") return "utf-8";
  return fileEncodings.find((known) => known === name) ?? { unknown: label };
}
