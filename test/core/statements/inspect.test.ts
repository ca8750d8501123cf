import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDecoder, type FileEncoding } from "../../../server/src/core/statements/decode.ts";
import { createInspection } from "../../../server/src/core/statements/inspect.ts";
import { fileBytesMax } from "../../../server/src/core/statements/statement.ts";
import { law } from "../law.ts";

const csv = "Date;Text;Amount\n01.02.2026;Foo;1,00\n";
const utf8 = (text: string) => new TextEncoder().encode(text);
/** One byte for each character. */
const bytes = (text: string) => Uint8Array.from([...text].map((each) => each.charCodeAt(0)));
const utf16 = (text: string, bigEndian = false) =>
  Uint8Array.from(
    [...text].flatMap((each) => {
      const code = each.charCodeAt(0);
      return bigEndian ? [code >> 8, code & 255] : [code & 255, code >> 8];
    }),
  );

function inspected(file: Uint8Array, pieceBytes = file.length + 1) {
  const inspection = createInspection();
  for (let at = 0; at < file.length; at += pieceBytes) {
    inspection.write(file.subarray(at, at + pieceBytes));
  }
  return inspection.end();
}

/** "csv utf-8", or the code of the refusal. */
function told(file: Uint8Array, pieceBytes?: number): string {
  const found = inspected(file, pieceBytes);
  return found.kind === "statement" ? `${found.format} ${found.encoding}` : found.code;
}

const iso = "urn:iso:std:iso:20022:tech:xsd:";
const files: Readonly<Record<string, readonly [Uint8Array, string]>> = {
  "plain CSV": [utf8(csv), "csv utf-8"],
  "a byte order mark": [utf8(`\ufeff${csv}`), "csv utf-8"],
  "one é of Windows-1252 at the end": [bytes(`${csv}\xe9`), "csv windows-1252"],
  "UTF-8 cut within its last character": [bytes(`${csv}\xc3`), "csv windows-1252"],
  "UTF-16 little-endian": [utf16(csv), "csv utf-16le"],
  "UTF-16 big-endian": [utf16(csv, true), "csv utf-16be"],
  "UTF-16 with its mark": [utf16(`\ufeff${csv}`), "csv utf-16le"],
  "UTF-16 with half a character": [utf16(csv).subarray(0, -1), "wrongly_encoded"],
  "a mark of UTF-8 before other bytes": [bytes(`\xef\xbb\xbf${csv}\xe9`), "wrongly_encoded"],
  "DOS code page 850": [bytes(`${csv}\x81`), "wrongly_encoded"],
  "UTF-32": [bytes("\xff\xfe\0\0D\0\0\0"), "wrongly_encoded"],
  EBCDIC: [bytes("\xf0\xf1\x6b\xc1"), "wrongly_encoded"],
  "BAI2 after blank lines": [utf8("\n\n01,A,B,260101,0800,1,,,2/\n02,"), "bai2 utf-8"],
  "BAI2 without line breaks": [utf8("01,A,B,260101,0800,1,,,2/02,A,B,1,260101,,,/"), "bai2 utf-8"],
  "OFX 1": [
    bytes("OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\n\n<OFX>caf\xe9"),
    "ofx windows-1252",
  ],
  "OFX 1 that says 1252 and is UTF-8": [
    utf8("OFXHEADER:100\nCHARSET:1252\n\n<OFX>café"),
    "ofx utf-8",
  ],
  "OFX 2": [utf8('<?xml version="1.0"?><?OFX OFXHEADER="200"?><OFX></OFX>'), "ofx utf-8"],
  "CAMT.053": [utf8(`<Document xmlns="${iso}camt.053.001.08"><BkToCstmrStmt>`), "camt053 utf-8"],
  "CAMT.053 with prefixes": [
    bytes(
      `<?xml version="1.0" encoding="ISO-8859-15"?><n:Document xmlns:n="${iso}camt.053.001.02"><n:BkToCstmrStmt>\xa4`,
    ),
    "camt053 iso-8859-15",
  ],
  "XML that says UTF-8 and is not": [
    bytes(
      `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="${iso}camt.053.001.02"><BkToCstmrStmt>\xe9`,
    ),
    "camt053 windows-1252",
  ],
  "XML in an encoding that is not read": [
    bytes(
      `<?xml version="1.0" encoding="Shift_JIS"?><Document xmlns="${iso}camt.053.001.02">\x83\x65`,
    ),
    "wrongly_encoded",
  ],
  MT940: [utf8(":20:S\r\n:25:DE1\r\n:28C:1/1\r\n:60F:C260101EUR1,\r\n"), "mt940 utf-8"],
  "MT940 in SWIFT's blocks": [
    utf8("{1:F01AAAABBCCXXX}{2:O940}{4:\r\n:20:S\r\n:25:DE1\r\n:28C:1\r\n:60M:C260101EUR1,\r\n"),
    "mt940 utf-8",
  ],
  nothing: [utf8(""), "empty"],
  "only blanks": [utf8("\ufeff \r\n\r\n"), "empty"],
  "a header without lines": [utf8("Date,Description,Amount\n"), "empty"],
  "an old workbook": [bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "encrypted"],
  "PGP armour": [utf8("-----BEGIN PGP MESSAGE-----\n"), "encrypted"],
  "PGP, binary, to a key": [bytes(`\x85\x02\x0c\x03${"\x91".repeat(40)}`), "encrypted"],
  "PGP, binary, with a password": [bytes("\x8c\x0d\x04\x09\x03\x08aaaaaaaa"), "encrypted"],
  "an encrypted PDF": [utf8("%PDF-1.7\ntrailer << /Encrypt 5 0 R >>"), "encrypted"],
  "a PDF": [utf8("%PDF-1.7\n"), "pdf"],
  "a picture": [bytes("\x89PNG\r\n\x1a\n"), "image"],
  zip: [bytes("PK\x03\x04\x14\0\0\0statement.csv"), "zipped"],
  gzip: [bytes("\x1f\x8b\x08\0"), "zipped"],
  "7-Zip": [bytes("7z\xbc\xaf\x27\x1c"), "zipped"],
  zstd: [bytes("\x28\xb5\x2f\xfd"), "zipped"],
  "a zero in text": [utf8("a;b;c\n1;2;\0\n"), "binary"],
  "a program": [bytes("\x7fELF\x02\x01\x01\0\0\0"), "binary"],
  "a letter": [utf8("Hello, this is\na text, of sorts, and no table.\n"), "unknown_format"],
};

describe("what a file is", () => {
  it.each(Object.keys(files))("knows %s by its content", (name) => {
    const [file, expected] = files[name] ?? [utf8(""), ""];
    expect(told(file)).toBe(expected);
    expect(told(file, 1)).toBe(expected);
  });

  it.each([
    [`<Document xmlns="${iso}camt.052.001.08"><BkToCstmrAcctRpt>`, "camt.052.001.08"],
    [`<Document xmlns="${iso}camt.054.001.08"><BkToCstmrDbtCdtNtfctn>`, "camt.054.001.08"],
    [`<Document xmlns="${iso}pain.001.001.03"><CstmrCdtTrfInitn>`, "pain.001.001.03"],
    ["<!DOCTYPE html><html><table>", "web page"],
    ["<svg></svg>", "<svg>"],
    ["!Type:Bank\nD01/02/2026", "QIF"],
    ['{"transactions": []}', "JSON"],
    [":20:S\n:25:1\n:28C:1\n:34F:EUR0,\n", "MT942"],
  ])("refuses %s by name", (text, name) => {
    expect(inspected(utf8(text))).toMatchObject({ kind: "refused", code: "unknown_format" });
    expect(JSON.stringify(inspected(utf8(text)))).toContain(name);
  });

  it("tells a spreadsheet from an archive", () => {
    const message = JSON.stringify(inspected(bytes("PK\x03\x04\x14\0\0\0[Content_Types].xml")));
    expect(message).toContain("spreadsheet");
  });

  it("sees the one byte that makes a long file Windows-1252", () => {
    const file = bytes(`${csv}${"01.02.2026;Foo;1,00\n".repeat(50_000)}\xe9`);
    expect(told(file, 64 * 1024)).toBe("csv windows-1252");
    expect(told(file.subarray(0, -1), 64 * 1024)).toBe("csv utf-8");
  });

  it("stops an upload as soon as it is certain", () => {
    const refusals = (piece: Uint8Array, pieces: number) => {
      const inspection = createInspection();
      for (let at = 1; at <= pieces; at++) {
        const refusal = inspection.write(piece);
        if (refusal !== null) return `${at} ${refusal.code}`;
      }
      return "none";
    };
    const mebi = 1024 * 1024;
    expect(refusals(bytes("x".repeat(mebi)), 2)).toBe("1 unknown_format");
    expect(refusals(bytes("a,".repeat(mebi)), 2)).toBe("1 unknown_format");
    expect(refusals(bytes(`PK\x03\x04${"x".repeat(2_000)}`), 2)).toBe("1 zipped");
    const rows = utf8("01.02.2026;Foo;1,00\n".repeat(Math.floor(mebi / 20)));
    const fits = Math.floor(fileBytesMax / rows.length);
    expect(refusals(rows, fits + 1)).toBe(`${fits + 1} too_large`);
  });

  it("answers the same however the bytes are cut, and decodes them so", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "é", "€", "😀", ";", "\n", "1"),
      maxLength: 200,
    });
    const encodings = fc.constantFrom("utf-8", "utf-16le", "utf-16be");
    law(
      fc.property(text, encodings, fc.integer({ min: 1, max: 40 }), (given, encoding, piece) => {
        const whole = `${csv}${given}`;
        const units = [...Array(whole.length).keys()].map((at) => whole.charAt(at)).join("");
        const wide = (big: boolean) => {
          const out = new Uint8Array(units.length * 2);
          const view = new DataView(out.buffer);
          for (let at = 0; at < units.length; at++)
            view.setUint16(at * 2, units.charCodeAt(at), !big);
          return out;
        };
        const file = encoding === "utf-8" ? utf8(whole) : wide(encoding === "utf-16be");
        const found = inspected(file, piece);
        expect(found).toEqual(inspected(file));
        if (found.kind !== "statement") return;
        expect(found.head).toBe(whole);
        const decoder = createDecoder(found.encoding);
        let decoded = "";
        for (let at = 0; at < file.length; at += piece) {
          decoded += decoder.write(file.subarray(at, at + piece));
        }
        expect(decoded + decoder.end()).toBe(whole);
      }),
      200,
    );
  });

  it("never throws, whatever the bytes", () => {
    const beginnings = Object.values(files).map(([file]) => file);
    law(
      fc.property(
        fc.constantFrom(...beginnings),
        fc.uint8Array({ maxLength: 12 }),
        fc.nat({ max: 60 }),
        (file, scrap, at) => {
          const changed = Uint8Array.from([
            ...file.subarray(0, at),
            ...scrap,
            ...file.subarray(at),
          ]);
          const found = inspected(changed);
          if (found.kind === "refused") expect(found.message).toMatch(/^[A-Z].+\.$/);
        },
      ),
      1_500,
    );
  });

  it("leaves a byte order mark out of the text", () => {
    const marks: [FileEncoding, Uint8Array][] = [
      ["utf-8", utf8("\ufeffa")],
      ["utf-16le", utf16("\ufeffa")],
      ["utf-16be", utf16("\ufeffa", true)],
    ];
    for (const [encoding, file] of marks) {
      const decoder = createDecoder(encoding);
      expect(decoder.write(file) + decoder.end()).toBe("a");
    }
  });
});
