import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roleOfHeader } from "../../../../server/src/core/statements/csv/column-words.ts";
import {
  type CsvLayout,
  checkLayout,
  parseLayout,
} from "../../../../server/src/core/statements/csv/layout.ts";
import { createCsvSurvey } from "../../../../server/src/core/statements/csv/survey.ts";
import { law } from "../../law.ts";
import { bankFiles } from "./banks.ts";
import { plainLayout, surveyed } from "./read.ts";

describe("the survey of a bank's CSV export", () => {
  const expected: Record<keyof typeof bankFiles, Partial<CsvLayout> & { questions: string[] }> = {
    german: {
      ...{ delimiter: ";", headerRow: 5, dateColumn: 0, descriptionColumns: [4], amountColumn: 5 },
      ...{ counterpartyColumn: 3, dateOrder: "day_first", decimalSign: "comma", questions: [] },
    },
    british: {
      ...{ delimiter: ",", headerRow: 1, amountColumn: null, debitColumn: 2, creditColumn: 3 },
      ...{ balanceColumn: 4, dateOrder: null, decimalSign: "point", questions: ["date_order"] },
    },
    american: {
      ...{ dateColumn: 1, descriptionColumns: [2], amountColumn: 3, balanceColumn: 5 },
      ...{ referenceColumn: 6, indicatorColumn: null, dateOrder: "month_first", questions: [] },
    },
    american_summary: {
      ...{ headerRow: 5, descriptionColumns: [1], amountColumn: 2, balanceColumn: 3 },
      ...{ dateOrder: "month_first", questions: [] },
    },
    dutch: {
      ...{ dateColumn: 0, indicatorColumn: 5, amountColumn: 6, descriptionColumns: [8] },
      ...{ counterpartyColumn: 1, dateOrder: "year_first", decimalSign: "comma", questions: [] },
    },
    french: {
      ...{ headerRow: 2, debitColumn: 2, creditColumn: 3, dateOrder: "day_first", questions: [] },
    },
    spanish: {
      ...{ amountColumn: 2, balanceColumn: 3, dateOrder: null, decimalSign: null },
      questions: ["date_order", "decimal_sign"],
    },
    italian: { dateColumn: 0, debitColumn: 3, creditColumn: 4, questions: [] },
    neobank: { dateColumn: 3, currencyColumn: 7, balanceColumn: 9, questions: [] },
    headless: {
      ...{ delimiter: "\t", headerRow: 0, dateColumn: 0, descriptionColumns: [2], amountColumn: 3 },
      questions: ["columns"],
    },
  };

  it.each(Object.keys(expected) as (keyof typeof bankFiles)[])("finds its way in: %s", (bank) => {
    const { questions, ...layout } = expected[bank];
    const survey = surveyed(bankFiles[bank]);
    expect(survey.layout).toMatchObject(layout);
    expect(survey.questions).toEqual(questions);
    expect(survey.rows.length).toBeGreaterThan(0);
  });

  it("answers the same however the text is cut, and for every kind of line end", () => {
    for (const text of Object.values(bankFiles)) {
      for (const size of [1, 7]) expect(surveyed(text, size)).toEqual(surveyed(text));
      expect(surveyed(text.replaceAll("\n", "\r\n"), 3)).toEqual(surveyed(text));
      expect(surveyed(text.replaceAll("\n", "\r"))).toEqual(surveyed(text));
    }
  });

  it("knows the same columns again whatever stands before them", () => {
    const key = surveyed(bankFiles.german).headerKey;
    expect(surveyed(`Export;von;heute\n${bankFiles.german}`).headerKey).toBe(key);
    expect(surveyed(bankFiles.french).headerKey).not.toBe(key);
  });

  it("asks for names that it does not know, with what the cells show as its guess", () => {
    const survey = surveyed("Aaa,Bbb,Ccc\n2026-01-05,Some text,12.00\n");
    expect(survey.layout).toMatchObject({ headerRow: 1, dateColumn: 0, descriptionColumns: [1] });
    expect(survey.layout.amountColumn).toBe(2);
    expect(survey.questions).toEqual(["columns"]);
  });
});

describe("what the whole column decides", () => {
  const row = (day: string, amount: string) => `${day};Text;${amount}\n`;
  const header = "Datum;Verwendungszweck;Betrag\n";

  it("finds the one date that settles the order at the far end, and is settled only then", () => {
    const survey = createCsvSurvey();
    survey.write(header + row("03/04/2026", "1,50").repeat(20_000));
    expect(survey.settled).toBe(false);
    survey.write(row("13/04/2026", "1,50"));
    survey.write(row("03/04/2026", "1,50"));
    expect(survey.settled).toBe(true);
    expect(survey.end()).toMatchObject({ questions: [], layout: { dateOrder: "day_first" } });
  });

  it("is settled after the first rows where they show it all", () => {
    const survey = createCsvSurvey();
    survey.write(header + row("23/04/2026", "1,50").repeat(5_000));
    expect(survey.settled).toBe(true);
  });

  it("takes a comma before three digits for what the rest of the column shows", () => {
    const open = header + row("23/04/2026", "1,234").repeat(3);
    expect(surveyed(open).questions).toEqual(["decimal_sign"]);
    expect(surveyed(open + row("23/04/2026", "1,50")).layout.decimalSign).toBe("comma");
    expect(surveyed(open + row("23/04/2026", "1,234.50")).layout.decimalSign).toBe("point");
  });

  it("asks where rows contradict each other, and overrules a single slip", () => {
    const dayFirst = row("23/04/2026", "1,50");
    const monthFirst = row("04/23/2026", "1,50");
    expect(surveyed(header + dayFirst + monthFirst).questions).toEqual(["date_order"]);
    expect(surveyed(header + dayFirst.repeat(9) + monthFirst).layout.dateOrder).toBe("day_first");
  });

  it("decides the same in whatever order the rows stand", () => {
    const days = fc.record({
      a: fc.integer({ min: 1, max: 28 }),
      b: fc.integer({ min: 1, max: 12 }),
    });
    law(
      fc.property(
        fc.array(days, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (given, dayFirst) => {
          const rows = given.map(({ a, b }) =>
            row(dayFirst ? `${a}/${b}/2026` : `${b}/${a}/2026`, "1,50"),
          );
          const survey = surveyed(header + rows.join(""));
          expect(surveyed(header + rows.reverse().join("")).layout).toEqual(survey.layout);
          const shown = given.some(({ a }) => a > 12);
          expect(survey.layout.dateOrder).toBe(
            shown ? (dayFirst ? "day_first" : "month_first") : null,
          );
          expect(survey.questions).toEqual(shown ? [] : ["date_order"]);
        },
      ),
      100,
    );
  });
});

describe("a layout", () => {
  it("needs a date, a description and an amount", () => {
    const fields = (layout: CsvLayout, columns = 3) =>
      checkLayout(layout, columns).map(({ field }) => field);
    expect(fields(plainLayout)).toEqual([]);
    expect(fields({ ...plainLayout, dateColumn: null })).toEqual(["dateColumn"]);
    expect(fields({ ...plainLayout, descriptionColumns: [] })).toEqual(["descriptionColumns"]);
    expect(fields({ ...plainLayout, amountColumn: null })).toEqual(["amountColumn"]);
    expect(fields({ ...plainLayout, amountColumn: null, debitColumn: 2 })).toEqual([]);
    expect(fields({ ...plainLayout, creditColumn: 1 })).toContain("amountColumn");
    expect(fields({ ...plainLayout, amountColumn: 0 })).toEqual(["amountColumn"]);
    expect(fields({ ...plainLayout, descriptionColumns: [0] })).toEqual(["descriptionColumns"]);
    expect(fields({ ...plainLayout, referenceColumn: 1 })).toEqual([]);
    expect(fields({ ...plainLayout, balanceColumn: 3 })).toEqual(["balanceColumn"]);
  });

  it("comes back from JSON as it was, and nothing else does", () => {
    const layouts = Object.values(bankFiles).map((text) => surveyed(text).layout);
    for (const layout of layouts) {
      expect(parseLayout(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
      for (const [field, wrong] of [
        ["delimiter", "x"],
        ["headerRow", -1],
        ["dateColumn", 1.5],
        ["amountColumn", "2"],
        ["descriptionColumns", [999]],
        ["dateOrder", "sideways"],
        ["decimalSign", 7],
        ["reversed", "no"],
      ] as const) {
        expect(parseLayout({ ...layout, [field]: wrong }), field).toBeNull();
      }
    }
    for (const value of [null, undefined, 7, "csv", [], {}]) expect(parseLayout(value)).toBeNull();
  });
});

describe("the heading of a column", () => {
  it("names the counterparty in German whichever party comes first", () => {
    for (const heading of ["Empfänger/Auftraggeber", "Auftraggeber / Empfänger", "Empfaenger"]) {
      expect(roleOfHeader(heading)?.role).toBe("counterparty");
    }
  });
});
