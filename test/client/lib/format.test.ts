import { describe, expect, it } from "vitest";
import { formatCountdown } from "../../../client/src/lib/format.ts";

describe("a countdown", () => {
  it("is told in minutes and seconds, with hours where there are any", () => {
    expect(formatCountdown((43 * 60 + 12) * 1_000)).toBe("43:12");
    expect(formatCountdown(3_725_000)).toBe("1:02:05");
    expect(formatCountdown(5_001)).toBe("0:06");
  });

  it("ends at zero", () => {
    expect(formatCountdown(0)).toBe("0:00");
    expect(formatCountdown(-9_000)).toBe("0:00");
  });
});
