import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type LocalDate, localDate } from "../../../server/src/core/dates.ts";
import { describeCheck } from "../../../server/src/core/statements/describe-check.ts";
import {
  carriedLine,
  type Mt940Line,
  type Mt940Statement,
  type Mt940Style,
  printMt940,
} from "../../../server/src/core/statements/mt940/print.ts";
import { createMt940Reader } from "../../../server/src/core/statements/mt940/reader.ts";
import { checkPasses } from "../../../server/src/core/statements/proof.ts";
import type { BalanceCheck } from "../../../server/src/core/statements/statement.ts";
import { law } from "../law.ts";
import { collect, cutAt } from "./collect.ts";
import { mt940Samples } from "./mt940-samples.ts";

const read = (text: string | readonly string[], currency: "EUR" | "JPY" | null = null) =>
  collect((tell) => createMt940Reader({ currency }, tell), text);

/** A statement around some fields, in EUR from 100.00. */
const around = (fields: readonly string[], closing = "100,") =>
  [
    ":20:X",
    ":25:DE1",
    ":28C:1",
    ":60F:C260101EUR100,",
    ...fields,
    `:62F:C260131EUR${closing}`,
  ].join("\n");

const lineOf = (...fields: string[]) => read(around(fields)).lines[0];
const problemsOf = (...fields: string[]) =>
  read(around(fields)).problems.map(({ code, loss }) => `${code} ${loss}`);

describe("MT940 as banks print it", () => {
  for (const [name, text] of Object.entries(mt940Samples)) {
    it(`reads the ${name} shape, whose balances prove`, () => {
      const { heads, lines, feet, problems, checks } = read(text);
      expect({ heads, lines, feet, problems }).toMatchSnapshot();
      expect(checks.filter((check) => !checkPasses(check))).toEqual([]);
      expect(checks.filter(({ what }) => what === "balance")).toHaveLength(heads.length);
    });
  }

  it("reads the same wherever the text is cut, and whatever ends its rows", () => {
    const texts = fc.constantFrom(...Object.values(mt940Samples));
    law(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 40 }), (text, places) => {
        expect(read(cutAt(text, places)).events).toEqual(read(text).events);
      }),
    );
    for (const text of Object.values(mt940Samples)) {
      const whole = read(text).events;
      expect(read([...text]).events).toEqual(whole);
      const rows = text.split(/\r\n|\r|\n/);
      for (const end of ["\r\n", "\n", "\r"]) expect(read(rows.join(end)).events).toEqual(whole);
    }
  });

  it("tells by how much a balance is wrong, and on which row it stands", () => {
    const { checks } = read(mt940Samples.german.replace("EUR2138,60", "EUR2128,60"));
    expect(checks.map((check) => [check.row, describeCheck(check)])).toEqual([
      [
        19,
        "Statement 00123/001 of the account ending 5678: opening plus lines comes to 2,138.60 EUR, but the file states 2,128.60 EUR: 10.00 EUR less.",
      ],
    ]);
  });

  it("proves that a page goes on from the one before", () => {
    const continuity = (text: string) =>
      read(text).checks.find(({ what }) => what === "continuity") as BalanceCheck;
    expect(checkPasses(continuity(mt940Samples.swedishPages))).toBe(true);
    const torn = mt940Samples.swedishPages.replace(
      ":60M:C260228SEK1500,25",
      ":60M:C260228SEK1500,",
    );
    expect(describeCheck(continuity(torn))).toContain(
      "closed with 1,500.25 SEK, but it opens with 1,500.00 SEK: 0.25 SEK less",
    );
    expect(read(mt940Samples.swedishPages).feet.map(({ continued }) => continued)).toEqual([
      true,
      false,
    ]);
  });

  it("refuses a file that is cut before a closing balance, at its end and within", () => {
    const rows = mt940Samples.swedishPages.split("\n");
    const cut = [rows.slice(0, 14), rows.slice(0, 5), [...rows.slice(0, 6), ...rows.slice(7)]];
    for (const part of cut) {
      const { events, problems } = read(part.join("\n"));
      expect(problems).toMatchObject([{ code: "truncated", loss: "file" }]);
      expect(events.at(-1)?.kind).toBe("problem");
    }
  });
});

describe("field 61 of MT940", () => {
  it("takes money in and out by the mark, reversals the other way, and the funds code for what it is", () => {
    const amounts = ["C", "D", "RC", "RD", "CR", "DR", "RCR", "RDR", "CK", "DD"].map(
      (mark) => lineOf(`:61:2601050105${mark}12,5NTRFNONREF`)?.amountMinor,
    );
    expect(amounts).toEqual([
      1_250n,
      -1_250n,
      -1_250n,
      1_250n,
      1_250n,
      -1_250n,
      -1_250n,
      1_250n,
      1_250n,
      -1_250n,
    ]);
  });

  it("passes over what is only expected, with a problem", () => {
    expect(problemsOf(":61:260105EC12,NTRFNONREF")).toEqual(["not_for_the_books line"]);
    expect(problemsOf(":61:260105ED12,NTRFNONREF")).toEqual(["not_for_the_books line"]);
  });

  it("reads amounts exactly, with as many decimals as the currency has", () => {
    const amount = (text: string) => lineOf(`:61:260105C${text}NTRFNONREF`)?.amountMinor;
    expect(
      ["12,", "12,5", "12,50", "12,500", ",5", "000012,00", "1.234,56", "12.50", "12"].map(amount),
    ).toEqual([1_200n, 1_250n, 1_250n, 1_250n, 50n, 1_200n, 123_456n, 1_250n, 1_200n]);
    const yen = around([":61:260105C12,NTRF"]).replaceAll("EUR", "JPY");
    expect(read(yen).lines[0]?.amountMinor).toBe(12n);
  });

  it("loses a line whose amount or day cannot be read, and says why", () => {
    expect(problemsOf(":61:260105C12,505NTRF")).toEqual(["too_many_digits line"]);
    expect(problemsOf(":61:260105C99999999999999999999,NTRF")).toEqual(["out_of_range line"]);
    expect(problemsOf(`:61:260105C${"9".repeat(80)},NTRF`)).toEqual(["bad_record line"]);
    expect(problemsOf(":61:260105C1,2,3NTRF")).toEqual(["bad_amount line"]);
    expect(problemsOf(":61:260105C0,00NTRF")).toEqual(["zero_amount line"]);
    expect(problemsOf(":61:261305C1,NTRF")).toEqual(["bad_date line"]);
    expect(problemsOf(":61:nonsense", ":86:of nobody")).toEqual(["bad_record line"]);
  });

  it("books on the entry date, in the year that brings it nearest to the value date", () => {
    const day = (dates: string) => lineOf(`:61:${dates}C1,NTRF`)?.bookedOn;
    expect(["2512310102", "2601021231", "2601050106", "260105", "2402280229"].map(day)).toEqual([
      "2026-01-02",
      "2025-12-31",
      "2026-01-06",
      "2026-01-05",
      "2024-02-29",
    ]);
  });

  it("takes years up to 79 as of this century, later ones as of the last", () => {
    const day = (dates: string) => lineOf(`:61:${dates}C1,NTRF`)?.bookedOn;
    expect(["790105", "800105", "000101"].map(day)).toEqual([
      "2079-01-05",
      "1980-01-05",
      "2000-01-01",
    ]);
  });

  it("takes the month's last day for 30 February, and the value date for an entry date that is none", () => {
    expect(lineOf(":61:260230C1,NTRF")?.bookedOn).toBe("2026-02-28");
    expect(lineOf(":61:2602281341C1,NTRF")?.bookedOn).toBe("2026-02-28");
    expect(problemsOf(":61:260230C1,NTRF", ":61:2602281341C1,NTRF")).toEqual([
      "bad_date none",
      "bad_date none",
    ]);
  });

  it("keeps the customer's reference, not the bank's, and gives no line an id", () => {
    expect(lineOf(":61:260105C1,NTRFINV-1//BANK-9")).toMatchObject({
      reference: "INV-1",
      fileId: null,
    });
    expect(lineOf(":61:260105C1,NTRFNONREF//BANK-9")?.reference).toBeNull();
  });
});

describe("field 86 of MT940", () => {
  const information = (...rows: string[]) => {
    const line = lineOf(":61:260105C1,NTRFNONREF", `:86:${rows[0]}`, ...rows.slice(1));
    return [line?.description, line?.counterpartyName, line?.reference];
  };

  it("joins rows of 65 characters within words, and shorter ones by a space", () => {
    const row = `${"word ".repeat(12)}facto`;
    expect(row).toHaveLength(65);
    expect(information(row, "ry, and", "more")[0]).toBe(`${row}ry, and more`);
  });

  it("leaves a payer's own slashes, question marks and words in the text", () => {
    expect(information("/EREF/E1//REMI/Paid /NAME/ and 2026/02/EREF/x")).toEqual([
      "Paid /NAME/ and 2026/02/EREF/x",
      null,
      "E1",
    ]);
    expect(information("166?00SEPA?20EREF+E1?21SVWZ+why? EREF+x")).toEqual([
      "why? EREF+x",
      null,
      "E1",
    ]);
  });

  it("takes free text that only looks structured as it is", () => {
    expect(information("100.00 EUR for 12-20")[0]).toBe("100.00 EUR for 12-20");
    expect(information("AB/REMI/CD")[0]).toBe("AB/REMI/CD");
  });

  it("falls back to the posting text, the details, the name, the type code", () => {
    expect(information("166?00ENTGELT?32Bank AG")[0]).toBe("ENTGELT");
    expect(information("166?32Bank AG")[0]).toBe("Bank AG");
    expect(lineOf(":61:260105C1,NTRFX", "details")?.description).toBe("details");
    expect(lineOf(":61:260105C1,NTRFX")?.description).toBe("NTRF");
    expect(lineOf(":61:260105C1,")?.description).toBe("Credit");
  });

  it("belongs to the statement after its closing balance", () => {
    const text = `${around([":61:260105C1,NTRFX"], "101,")}\n:86:of the statement`;
    expect(read(text).lines.map(({ description }) => description)).toEqual(["NTRF"]);
  });
});

describe("the frame of MT940", () => {
  it("names the account without BIC, currency and leading slash", () => {
    const account = (field: string) =>
      read(around([]).replace(":25:DE1", `:25:${field}`)).heads[0]?.account;
    expect(account("10050000/12345678")).toBe("10050000/12345678");
    expect(account("COBADEFFXXX/DE89370400440532013000")).toBe("DE89370400440532013000");
    expect(account("NL34RABO0142623393 EUR")).toBe("NL34RABO0142623393");
    expect(account("12345678/EUR")).toBe("12345678");
    // An IBAN of Mauritius ends with its currency.
    expect(account("MU17BOMM0101101030300200000MUR")).toBe("MU17BOMM0101101030300200000MUR");
  });

  it("passes over tags that banks invent, each told once", () => {
    expect(problemsOf(":NS:22Kunde", "more", ":61:260105C1,NTRF", ":NS:23x", ":99:y")).toEqual([
      "unknown_code none",
      "unknown_code none",
    ]);
  });

  it("reads a statement without opening balance in the account's currency, and loses lines of an unknown one", () => {
    const rows = around([":61:260105C1,NTRF"]).split("\n");
    const bare = read(rows.filter((row) => !row.startsWith(":60F")).join("\n"), "EUR");
    expect(bare.lines).toHaveLength(1);
    expect(bare.problems).toMatchObject([{ code: "missing_field", loss: "none" }]);
    expect(bare.checks).toEqual([]);
    const gold = read(around([":61:260105C1,NTRF"]).replaceAll("EUR", "XAU"), "EUR");
    expect(gold.lines).toEqual([]);
    expect(gold.problems.map(({ code }) => code)).toContain("unknown_currency");
  });

  it("refuses an interim report, an empty file and what is something else", () => {
    const codes = (text: string) => read(text).problems.map(({ code, loss }) => [code, loss]);
    const interim = ":20:X\n:25:1\n:28C:1\n:34F:EUR0,\n:13D:2601010000+0100\n:61:260105C1,NTRF\n";
    expect(codes(interim)).toEqual([["not_for_the_books", "file"]]);
    expect(codes("{1:F01X}{2:O9421200X}{4:\n:20:X\n-}")).toEqual([["not_for_the_books", "file"]]);
    expect(codes("")).toEqual([["empty", "file"]]);
    expect(codes(" \r\n\n")).toEqual([["empty", "file"]]);
    expect(codes("Date,Amount\n2026-01-01,5\n")).toEqual([["not_this_format", "file"]]);
    expect(codes("nothing\n".repeat(10_000))).toEqual([["not_this_format", "file"]]);
  });

  it("drops what is beyond a field's bound, and reads on", () => {
    const { lines, problems } = read(
      around([":61:260105C1,NTRF", `:86:${"x ".repeat(1_000_000)}`, ":61:260105D1,NTRF"]),
    );
    expect(lines.map(({ description }) => description.length)).toEqual([999, 4]);
    expect(problems).toMatchObject([{ code: "too_long", loss: "none" }]);
  });
});

describe("printed MT940", () => {
  const styles = fc.record<Mt940Style>({
    blocks: fc.boolean(),
    rowEnd: fc.constantFrom("\r\n", "\n", "\r"),
    information: fc.constantFrom("subfields", "words", "free"),
  });
  const day = fc
    .integer({ min: 0, max: 36_000 })
    .map((days) => addDays(localDate("1981-01-01"), days));
  const piece = fc.oneof(
    fc.constantFrom(
      "/EREF/",
      "/REMI/",
      "?20",
      "SVWZ+",
      "EREF: ",
      "//",
      ":61:",
      "-",
      "-}",
      "{1:",
      "USTD//",
    ),
    fc.constantFrom(
      "Rechnung",
      "2026/0044",
      "Müller & Söhne",
      "1.234,56",
      "NONREF",
      "166",
      "ünïcode ✓ 漢字 😀",
    ),
    fc.string({ unit: "grapheme", maxLength: 30 }),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const text = (max: number) =>
    fc
      .array(fc.tuple(piece, fc.constantFrom(" ", "", "  ")), { maxLength: max })
      .map((pieces) => pieces.flat().join(""));
  const line: fc.Arbitrary<Mt940Line> = fc
    .record({
      valueOn: day,
      entryDays: fc.integer({ min: -180, max: 180 }),
      amountMinor: fc.bigInt(-(10n ** 14n), 10n ** 14n).filter((amount) => amount !== 0n),
      reversal: fc.boolean(),
      typeCode: fc.constantFrom("NTRF", "N062", "FMSC", "S103"),
      description: text(12),
      counterpartyName: fc.option(text(4)),
      reference: fc.option(text(3)),
    })
    .map(({ entryDays, ...rest }) => ({ ...rest, bookedOn: addDays(rest.valueOn, entryDays) }));
  const amount = fc.bigInt(-(10n ** 14n), 10n ** 14n);
  const statement: fc.Arbitrary<Mt940Statement> = fc.record({
    reference: fc.constantFrom("STARTUMS", "P1"),
    account: fc.constantFrom("DE02120300000000202051", "10050000/12345678"),
    currency: fc.constantFrom("EUR", "JPY", "KWD", "CLF"),
    number: fc.constantFrom("1", "00123/002"),
    openingOn: day,
    openingMinor: amount,
    lines: fc.array(line, { maxLength: 5 }),
    closingOn: day,
    closingMinor: amount,
    availableMinor: fc.option(amount),
    continues: fc.boolean(),
    continued: fc.boolean(),
  });

  it("reads back as the same statements, in every style", () => {
    law(
      fc.property(
        fc.array(statement, { minLength: 1, maxLength: 3 }),
        styles,
        (statements, style) => {
          const carried = statements.map((each) => ({
            ...each,
            lines: each.lines.map((told) => carriedLine(told, style)),
          }));
          const { heads, lines, feet, problems } = read(printMt940(carried, style));
          expect(problems).toEqual([]);
          expect(heads.map(({ row, ...head }) => head)).toEqual(
            carried.map(({ account, currency, number, openingMinor }) => ({
              ...{ account, accountName: null, currency, number, openingMinor },
            })),
          );
          expect(feet.map(({ row, ...foot }) => foot)).toEqual(
            carried.map(({ openingMinor, closingMinor, availableMinor, closingOn, continued }) => ({
              ...{ openingMinor, closingMinor, availableMinor, closingOn, continued },
              ...{ firstOn: null, lastOn: null },
            })),
          );
          expect(lines.map(({ row, ...told }) => told)).toEqual(
            carried.flatMap((each) =>
              each.lines.map(
                ({ bookedOn, amountMinor, description, counterpartyName, reference }) => ({
                  ...{ bookedOn, amountMinor, description, counterpartyName, reference },
                  fileId: null,
                }),
              ),
            ),
          );
        },
      ),
      1_000,
    );
  }, 30_000);

  it("carries a plain line whole", () => {
    const plain: Mt940Line = {
      valueOn: localDate("2026-01-31"),
      bookedOn: localDate("2026-02-02") as LocalDate,
      amountMinor: -121_000n,
      reversal: false,
      typeCode: "NTRF",
      description: "Rechnung 2025/0815, Anzahlung Dachsanierung: 50 %",
      counterpartyName: "Grünewald & Partner mbH",
      reference: "RE-2025-0815",
    };
    for (const information of ["subfields", "words"] as const) {
      expect(carriedLine(plain, { blocks: true, rowEnd: "\n", information })).toEqual(plain);
    }
  });
});
