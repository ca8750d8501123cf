import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nameTokens, normaliseText, tokens } from "../../server/src/core/text.ts";
import { law } from "./law.ts";

const anyText = fc.string({ unit: "binary", maxLength: 60 });
const shortText = fc.string({ unit: fc.constantFrom("a", "b", "c", "1"), maxLength: 7 });

describe("text", () => {
  it("folds case, accents, punctuation and compatibility forms", () => {
    expect(normaliseText("  Café  D’Or, S.A.R.L. ")).toBe("cafe dor sarl");
    expect(normaliseText("Straße Łódź ＩＮＶ１２")).toBe("strasse lodz inv12");
  });

  it("leaves legal forms out of names, unless nothing else is there", () => {
    expect(nameTokens("Northwind Traders Ltd.")).toEqual(["northwind", "traders"]);
    expect(nameTokens("Bakker B.V.")).toEqual(["bakker"]);
    expect(nameTokens("Møller A/S")).toEqual(["moller"]);
    expect(nameTokens("AG")).toEqual(["ag"]);
  });

  it("counts a swap of neighbours as one edit", () => {
    expect(editDistance("1042", "1024", 2)).toBe(1);
    expect(editDistance("kitten", "sitting", 3)).toBe(3);
    expect(editDistance("abc", "abc", 0)).toBe(0);
  });

  it("stops at its bound", () => {
    expect(editDistance("northwind", "bluebird", 2)).toBe(3);
    expect(editDistance("a", "abcdef", 1)).toBe(2);
  });

  it("measures the same distance both ways, and a bound only cuts it off", () => {
    law(
      fc.property(shortText, shortText, fc.integer({ min: 0, max: 7 }), (a, b, max) => {
        const exact = editDistance(a, b, 99);
        expect(editDistance(b, a, 99)).toBe(exact);
        expect(editDistance(a, b, max)).toBe(Math.min(exact, max + 1));
      }),
      2_000,
    );
  });

  it("normalises once and for all, whatever the text", () => {
    law(
      fc.property(anyText, (text) => {
        const once = normaliseText(text);
        expect(normaliseText(once)).toBe(once);
        expect(tokens(text).join(" ")).toBe(once);
      }),
    );
  });
});
