import { expect, test } from "vitest";
import { parseRate } from "../../../../client/src/features/matching/rates/rate.ts";

test("a rate is read with a point or a comma, and kept digit by digit", () => {
  expect(parseRate("1.0845")).toBe("1.0845");
  expect(parseRate(" 0,836200000001 ")).toBe("0.836200000001");
  expect(parseRate("1,234.5")).toBe("1234.5");
  expect(parseRate("1.234,5")).toBe("1234.5");
  expect(parseRate("007")).toBe("7");
  expect(parseRate(".5")).toBe("0.5");
});

test("what is no rate is not taken for one", () => {
  for (const typed of ["", "0", "0.000", "-1", "abc", "1.0845x", "0.1234567890123"]) {
    expect(parseRate(typed), typed).toBeUndefined();
  }
});
