/** Why a file is no statement that can be read, with a sentence that says what to do. */
export interface Refusal {
  readonly kind: "refused";
  readonly code: RefusalCode;
  readonly message: string;
}

export type RefusalCode =
  | "empty"
  | "too_large"
  | "zipped"
  | "encrypted"
  | "pdf"
  | "image"
  | "binary"
  | "wrongly_encoded"
  | "unknown_format";

export function refused(code: RefusalCode, message: string): Refusal {
  return { kind: "refused", code, message };
}

/** So many bytes tell what a file is, where its first bytes tell it at all. */
export const magicBytes = 1_024;

/** What the first bytes say a file is that is no text: an archive, a workbook, a PDF, a picture, a secret. Null for none of them. */
export function refuseByMagic(bytes: Uint8Array): Refusal | null {
  const latin = latinText(bytes.subarray(0, magicBytes));
  if (beginsAs(zips, latin)) return refuseZip(latin);
  for (const [name, begins] of archives) {
    if (!latin.startsWith(begins)) continue;
    const message = `The file is packed (${name}). Unpack it and bring the statement that is in it.`;
    return refused("zipped", message);
  }
  if (latin.slice(257, 262) === "ustar") {
    return refused("zipped", "The file is packed (tar). Unpack it and bring the statement in it.");
  }
  if (latin.startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
    return refused(
      "encrypted",
      "The file is an Office document with a password or of the old kind (.xls). Open it and save the sheet as CSV.",
    );
  }
  if (encrypted.test(latin) || isBinaryPgp(bytes)) {
    return refused("encrypted", "The file is encrypted. Decrypt it and bring what comes out.");
  }
  if (/^\s*%PDF-/.test(latin)) return refusePdf(latin);
  if (beginsAs(images, latin) || isOtherImage(latin)) {
    return refused(
      "image",
      "The file is a picture. Download the statement from the bank as CSV, CAMT.053, MT940, BAI2 or OFX.",
    );
  }
  return null;
}

export function refusePdf(latin: string): Refusal {
  return /\/Encrypt\b/.test(latin)
    ? refused(
        "encrypted",
        "The file is a PDF with a password. Download the statement from the bank as CSV, CAMT.053, MT940, BAI2 or OFX.",
      )
    : refused(
        "pdf",
        "The file is a PDF, which is for reading and not for importing. Download the statement as CSV, CAMT.053, MT940, BAI2 or OFX.",
      );
}

function refuseZip(latin: string): Refusal {
  const spreadsheet =
    /\[Content_Types\]\.xml|xl\/|_rels\/\.rels|docProps\//.test(latin) ||
    latin.includes("opendocument.spreadsheet");
  return spreadsheet
    ? refused("zipped", "The file is a spreadsheet. Open it and save the sheet as CSV.")
    : refused(
        "zipped",
        "The file is packed (zip). Unpack it and bring the statement that is in it.",
      );
}

/** One character for each byte. */
export function latinText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function beginsAs(beginnings: readonly string[], latin: string): boolean {
  return beginnings.some((begins) => latin.startsWith(begins));
}

const zips: readonly string[] = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08"];
const archives: readonly (readonly [name: string, begins: string])[] = [
  ["gzip", "\x1f\x8b\x08"],
  ["7-Zip", "7z\xbc\xaf\x27\x1c"],
  ["RAR", "Rar!\x1a\x07"],
  ["xz", "\xfd7zXZ\x00"],
  ["bzip2", "BZh91AY&SY"],
  ["bzip2", "BZh61AY&SY"],
  ["bzip2", "BZh11AY&SY"],
  ["Zstandard", "\x28\xb5\x2f\xfd"],
  ["LZ4", "\x04\x22\x4d\x18"],
  ["compress", "\x1f\x9d"],
];

const encrypted =
  /^\s*(?:-----BEGIN (?:PGP|AGE|PKCS7|CMS|ENCRYPTED)|age-encryption\.org\/|Salted__)|^\s*MIME-Version:[\s\S]*?application\/(?:x-)?pkcs7-mime/;

const images: readonly string[] = [
  "\x89PNG\r\n",
  "\xff\xd8\xff",
  "GIF87a",
  "GIF89a",
  "II\x2a\x00",
  "MM\x00\x2a",
];

/** WebP, BMP (four reserved zeros) and the pictures of telephones. */
function isOtherImage(latin: string): boolean {
  if (latin.startsWith("RIFF") && latin.slice(8, 12) === "WEBP") return true;
  if (latin.startsWith("BM") && latin.slice(6, 10) === "\0\0\0\0") return true;
  return latin.slice(4, 8) === "ftyp" && /^(?:hei|mif|avi|msf)/.test(latin.slice(8, 12));
}

/**
 * A packet of RFC 9580 that begins an encrypted message: a session key (tag 1 or 3, version 3 to 6) or one-pass encrypted
 * data (9, 18, 20), by its tag, a length that fits and its version.
 */
function isBinaryPgp(bytes: Uint8Array): boolean {
  const [first = 0, length = 0, third = 0, fourth = 0, fifth = 0] = bytes;
  const old = (first & 0xc0) === 0x80;
  const tag = old ? (first >> 2) & 0xf : (first & 0xc0) === 0xc0 ? first & 0x3f : 0;
  if (tag !== 1 && tag !== 3 && tag !== 18 && tag !== 20) return false;
  const octets = old ? 2 ** (first & 3) : length < 192 ? 1 : length < 224 ? 2 : 5;
  const version = octets === 1 ? third : octets === 2 ? fourth : (bytes[1 + octets] ?? 0);
  if (tag === 1) return version >= 2 && version <= 6 && (octets > 1 || length > 30);
  // A password's key: version 4 or 5 and a cipher known to the standard.
  if (tag === 3) return (version === 4 || version === 5) && (octets === 1 ? fourth : fifth) <= 13;
  return !old && version === 1;
}
