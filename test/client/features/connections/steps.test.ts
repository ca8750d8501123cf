import { describe, expect, it } from "vitest";
import type { ConnectionAction } from "../../../../client/src/features/connections/labels.ts";
import { isPressed, stepsOf } from "../../../../client/src/features/connections/steps.ts";

const active: ConnectionAction[] = ["SYNC", "REFRESH", "REPAIR", "DISCONNECT"];

describe("the next step", () => {
  it("is fresher data where all is well", () => {
    expect(stepsOf({ status: "ACTIVE", actions: active, consentDaysLeft: 80 })[0]).toBe("REFRESH");
  });

  it("is signing in again where the consent ends soon", () => {
    expect(stepsOf({ status: "ACTIVE", actions: active, consentDaysLeft: 14 })[0]).toBe("REPAIR");
  });

  it("is to finish what was begun, before anything else", () => {
    const actions: ConnectionAction[] = ["CONTINUE", ...active];
    expect(stepsOf({ status: "ACTIVE", actions, consentDaysLeft: 2 })[0]).toBe("CONTINUE");
  });

  it("is what the server puts first in every other status", () => {
    const actions: ConnectionAction[] = ["SYNC", "REFRESH", "DISCONNECT"];
    expect(stepsOf({ status: "DEGRADED", actions, consentDaysLeft: null })).toEqual(actions);
  });

  it("is never one that the server doesn't allow, and none is lost", () => {
    expect(stepsOf({ status: "ACTIVE", actions: [], consentDaysLeft: 1 })).toEqual([]);
    const steps = stepsOf({ status: "ACTIVE", actions: active, consentDaysLeft: 1 });
    expect(steps.toSorted()).toEqual(active.toSorted());
    expect(steps.filter(isPressed)).not.toContain("DISCONNECT");
  });
});
