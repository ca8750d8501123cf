import { describe, expect, test } from "vitest";
import { verdictOf } from "../../../../client/src/features/matching/replays/verdict.ts";

const base = {
  decided: 100,
  right: 80,
  wrong: 1,
  wronglyCleared: [{ amount: "120.00", currency: "GBP" }],
  differenceCount: 4,
  unjudged: 0,
  today: { right: 80, wrong: 1 },
  byPeople: { right: 12, wrong: 0 },
};
const inUse = "the profile in use";

describe("the verdict on a replay", () => {
  test("money wrongly cleared weighs more than anything gained", () => {
    const verdict = verdictOf({ ...base, right: 95, wrong: 2 }, inUse);
    expect(verdict.tone).toBe("negative");
    expect(verdict.text).toContain("1 transaction more wrongly than the profile in use");
    expect(verdict.text).toContain("£120.00");
    expect(verdict.text).toContain("15 transactions more right, which is not worth it");
  });

  test("fewer wrong ones are safer, and what that costs is said", () => {
    expect(verdictOf({ ...base, wrong: 0, wronglyCleared: [] }, inUse).tone).toBe("positive");
    const careful = verdictOf({ ...base, right: 70, wrong: 0, wronglyCleared: [] }, inUse);
    expect(careful.tone).toBe("warning");
    expect(careful.text).toContain("10 transactions that the profile in use gets right would wait");
  });

  test("as many wrong ones are told by how many more or fewer are right", () => {
    expect(verdictOf({ ...base, right: 81 }, inUse).text).toContain("1 transaction more right");
    expect(verdictOf({ ...base, right: 81 }, inUse).tone).toBe("positive");
    expect(verdictOf({ ...base, right: 79 }, inUse).tone).toBe("warning");
    expect(verdictOf(base, inUse).tone).toBe("neutral");
  });

  test("what nobody decided is said to be held against what was decided by itself", () => {
    const alone = verdictOf({ ...base, byPeople: { right: 0, wrong: 0 } }, inUse);
    expect(alone.text).toContain("A person decided none of them");
    expect(verdictOf(base, inUse).text).not.toContain("A person");
  });

  test("without a decision there is nothing to say", () => {
    const verdict = verdictOf({ ...base, decided: 0, right: 0, wrong: 0 }, inUse);
    expect(verdict.title).toBe("There is nothing to hold it against yet");
  });
});
