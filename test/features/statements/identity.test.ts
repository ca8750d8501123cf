import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import {
  createIdentities,
  type IdentifiedLine,
} from "../../../server/src/features/statements/identity.ts";
import { law } from "../../core/law.ts";

const line = (values: Partial<IdentifiedLine> = {}): IdentifiedLine => ({
  bookedOn: localDate("2026-11-05"),
  amountMinor: -350n,
  description: "CARD Copper Kettle 12",
  counterpartyName: null,
  reference: null,
  fileId: null,
  ...values,
});
const one = (values: Partial<IdentifiedLine> = {}) =>
  createIdentities("c").identify(0, line(values));

describe("the identity of a line of a file", () => {
  test("begins with its format and day, and tells equal lines of a day by their number", () => {
    const identities = createIdentities("m");
    const [first, second] = [1, 2].map(() => identities.identify("a", line()));
    expect(first).toMatch(/^m20261105[\w-]{22}\.0$/);
    expect(second).toBe(first?.replace(/0$/, "1"));
    expect(identities.identify("another account", line())).toBe(first);
  });

  test("does not depend on case, accents, spaces and punctuation, but on every digit", () => {
    expect(one({ description: "  Çard, copper-KETTLÉ.12" })).toBe(one());
    expect(one({ description: "CARD Copper Kettle 13" })).not.toBe(one());
    expect(one({ amountMinor: 350n })).not.toBe(one());
    expect(one({ reference: "A1" })).not.toBe(one());
    expect(one({ counterpartyName: "Acorn Ltd" })).not.toBe(one());
  });

  test("is the file's own id where there is one, whatever the words", () => {
    const id = { fileId: "F1" };
    expect(one({ ...id, description: "Other words" })).toBe(one(id));
    expect(one({ fileId: "f1" })).not.toBe(one(id));
  });

  test("is unique in a file, and the same whatever the order of its lines", () => {
    const lines = fc.array(
      fc.record({
        amountMinor: fc.constantFrom(-350n, 900n),
        description: fc.constantFrom("Kettle", "kettle ", "Parking", "Örtlich"),
      }),
      { maxLength: 30 },
    );
    law(
      fc.property(lines, (given) => {
        const told = (rows: typeof given) => {
          const identities = createIdentities("c");
          return rows.map((values) => identities.identify(0, line(values))).sort();
        };
        expect(new Set(told(given)).size).toBe(given.length);
        expect(told([...given].reverse())).toEqual(told(given));
      }),
    );
  });
});
