/**
 * How a file's bytes stand for characters, by the WHATWG's names. The one-byte ones beside Windows-1252 are taken only
 * where the file itself declares them: nothing in the bytes tells them apart.
 */
export type FileEncoding = (typeof fileEncodings)[number];

export const fileEncodings = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "windows-1250",
  "windows-1251",
  "windows-1253",
  "windows-1254",
  "windows-1257",
  "iso-8859-2",
  "iso-8859-5",
  "iso-8859-7",
  "iso-8859-15",
] as const;

/**
 * Turns a file's bytes into text, part by part, cut anywhere; a byte order mark is left out. What the bytes do not spell
 * becomes U+FFFD: whether that can be is settled before, by `createInspection`.
 */
export function createDecoder(encoding: FileEncoding): {
  write(bytes: Uint8Array): string;
  end(): string;
} {
  const decoder = new TextDecoder(encoding);
  return {
    write: (bytes) => decoder.decode(bytes, { stream: true }),
    end: () => decoder.decode(),
  };
}
