import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ConnectionState,
  connectionActionNames,
  connectionActions,
  nextStep,
  refusalOf,
} from "../../server/src/core/connection-actions.ts";
import {
  type ConnectionStatus,
  connectionStatuses,
  isSyncable,
} from "../../server/src/core/connection-status.ts";
import { law } from "./law.ts";

function state(status: ConnectionStatus, more: Partial<ConnectionState> = {}): ConnectionState {
  const usual = { hasCredential: true, flowOpen: false, supportsRefresh: true, pulls: true };
  return { status, ...usual, ...more };
}

const states = fc.record({
  status: fc.constantFrom(...connectionStatuses),
  hasCredential: fc.boolean(),
  flowOpen: fc.boolean(),
  supportsRefresh: fc.boolean(),
  pulls: fc.boolean(),
});

describe("what can be done about a connection", () => {
  it.each([
    [state("pending"), ["connect_anew", "disconnect"]],
    [state("in_progress", { flowOpen: true }), ["continue", "disconnect"]],
    [state("active"), ["sync", "refresh", "repair", "disconnect"]],
    [state("active", { supportsRefresh: false }), ["sync", "repair", "disconnect"]],
    [state("active", { pulls: false }), ["disconnect"]],
    [state("partially_active"), ["sync", "refresh", "repair", "disconnect"]],
    [state("degraded"), ["sync", "refresh", "repair", "disconnect"]],
    [state("reconnect_available"), ["repair", "sync", "refresh", "disconnect"]],
    [state("reconnect_required"), ["repair", "disconnect"]],
    [state("reconnect_required", { flowOpen: true }), ["continue", "repair", "disconnect"]],
    [state("expired"), ["connect_anew", "disconnect"]],
    [state("deleted"), ["connect_anew"]],
  ])("%o", (given, actions) => {
    expect(connectionActions(given)).toEqual(actions);
  });

  it("offers syncing only where a sync would run, and disconnecting until it is done", () => {
    law(
      fc.property(states, (given) => {
        const actions = connectionActions(given);
        if (actions.includes("sync")) expect(isSyncable(given.status)).toBe(true);
        if (actions.includes("refresh")) expect(given.supportsRefresh).toBe(true);
        expect(actions.includes("disconnect")).toBe(given.status !== "deleted");
        expect(new Set(actions).size).toBe(actions.length);
      }),
    );
  });

  it("says why for each action that it does not offer, as a sentence", () => {
    law(
      fc.property(states, fc.constantFrom(...connectionActionNames), (given, action) => {
        expect(refusalOf(action, given)).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });

  it("names a next step that its first action can do", () => {
    law(
      fc.property(states, (given) => {
        const [first] = connectionActions(given);
        const step = nextStep(given) ?? "";
        if (/anew/.test(step) && !/disconnect/i.test(step)) expect(first).toBe("connect_anew");
        if (/^Finish/.test(step)) expect(first).toBe("continue");
        if (/^Sign in at the bank again/.test(step)) expect(first).toBe("repair");
      }),
    );
  });
});
