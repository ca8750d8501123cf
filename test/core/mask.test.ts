import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lastFour, maskIdentifiers } from "../../server/src/core/mask.ts";
import { law } from "./law.ts";

describe("masking", () => {
  it.each([
    ["Current GB29 NWBK 6016 1331 9268 19", "Current ••6819"],
    ["NL91ABNA0417164300", "••4300"],
    ["Konto DE89370400440532013000 Euro", "Konto ••3000 Euro"],
    ["4111 1111 1111 1234 Visa", "••1234 Visa"],
    ["Sort 12-34-56 12345678", "Sort ••5678"],
    ["Business Current", "Business Current"],
    ["95 Day Notice", "95 Day Notice"],
    ["Savings 2026", "Savings 2026"],
    ["Geschäftskonto …7730", "Geschäftskonto …7730"],
    ["", ""],
  ])("shows %j as %j", (name, shown) => {
    expect(maskIdentifiers(name)).toBe(shown);
  });

  it("leaves of a number in a name the last four digits, however it is grouped", () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 20 });
    law(
      fc.property(digits, fc.constantFrom("", " ", "-", "."), (given, separator) => {
        const number = given.join("");
        const grouped = number.match(/.{1,4}/g)?.join(separator) ?? "";
        const shown = maskIdentifiers(`Account ${grouped} of ours`);
        expect(shown).toBe(`Account ••${number.slice(-4)} of ours`);
      }),
    );
  });

  it("changes nothing that is masked already", () => {
    law(
      fc.property(fc.string(), (text) => {
        const once = maskIdentifiers(text);
        expect(maskIdentifiers(once)).toBe(once);
      }),
    );
  });

  it("gives four characters of an account's digits at most", () => {
    expect(lastFour("DE89370400440532013000")).toBe("3000");
    expect(lastFour("••4417")).toBe("4417");
    expect(lastFour("19")).toBe("19");
    expect(lastFour(" ")).toBeNull();
    expect(lastFour(null)).toBeNull();
    law(
      fc.property(fc.string(), (text) => {
        expect((lastFour(text) ?? "").length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
