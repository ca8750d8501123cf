import fc from "fast-check";
import { expect, it } from "vitest";
import { surnameOf } from "../../server/src/core/surname.ts";

it.each([
  ["Jyoti Patel", "Patel"],
  ["Mr J. Patel", "Patel"],
  ["Mr & Mrs O'Neill", "O'Neill"],
  ["Dr. Anna van der Berg MBE", "Berg"],
  ["Patel, Jyoti", "Patel"],
  ["Sir Alan Whitcombe, OBE", "Whitcombe"],
  ["Smith-Jones Jr.", "Smith-Jones"],
  ["Müller", "Müller"],
  ["Executors of Maud Fell Esq", "Fell"],
  ["Harbour Lettings Ltd", "Lettings"],
  ["Dr", "Dr"],
  ["", ""],
])("finds the surname in %s", (name, surname) => {
  expect(surnameOf(name)).toBe(surname);
});

it("answers a word of the name, or nothing, whatever the name is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (name) => {
      expect(name).toContain(surnameOf(name));
    }),
    { seed: 5 },
  );
});
