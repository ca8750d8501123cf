import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ConnectionEvent,
  type ConnectionStatus,
  connectionStatuses,
  isSyncable,
  nextStatus,
} from "../../server/src/core/connection-status.ts";
import { law } from "./law.ts";

const events: readonly ConnectionEvent[] = [
  { type: "consent_started" },
  { type: "consent_completed" },
  { type: "consent_abandoned" },
  { type: "consent_expiring" },
  { type: "consent_expired" },
  { type: "new_accounts_available" },
  { type: "sync_succeeded" },
  { type: "sync_partly_succeeded" },
  { type: "sync_failed", outcome: "user_action_needed" },
  { type: "sync_failed", outcome: "temporary" },
  { type: "sync_failed", outcome: "final" },
  { type: "repaired" },
  { type: "revoked" },
  { type: "never_completed" },
  { type: "deleted" },
];

function walk(...taken: readonly ConnectionEvent[]): ConnectionStatus {
  return taken.reduce<ConnectionStatus>(
    (status, event) => nextStatus(status, event).status,
    "pending",
  );
}

describe("a connection's status", () => {
  it("becomes active when the first consent is completed", () => {
    expect(walk({ type: "consent_started" })).toBe("in_progress");
    expect(walk({ type: "consent_started" }, { type: "consent_completed" })).toBe("active");
  });

  it("becomes active even when nobody told that the consent page was opened", () => {
    expect(walk({ type: "consent_completed" })).toBe("active");
  });

  it("goes back to pending when the first consent is abandoned", () => {
    expect(walk({ type: "consent_started" }, { type: "consent_abandoned" })).toBe("pending");
  });

  it("keeps the warning when a reconnection is abandoned, and clears it when it is completed", () => {
    const { status } = nextStatus("reconnect_required", { type: "consent_started" });
    expect(nextStatus(status, { type: "consent_abandoned" }).status).toBe("reconnect_required");
    expect(nextStatus(status, { type: "consent_completed" }).status).toBe("active");
  });

  it("tells the three kinds of failure apart", () => {
    const statusAfter = (outcome: "user_action_needed" | "temporary" | "final") =>
      nextStatus("active", { type: "sync_failed", outcome }).status;
    expect([
      statusAfter("user_action_needed"),
      statusAfter("temporary"),
      statusAfter("final"),
    ]).toEqual(["reconnect_required", "degraded", "expired"]);
  });

  it("does not hide that a person is needed behind a temporary failure", () => {
    const event = { type: "sync_failed", outcome: "temporary" } as const;
    expect(nextStatus("reconnect_required", event).status).toBe("reconnect_required");
    expect(nextStatus("reconnect_available", event).status).toBe("reconnect_available");
  });

  it("is active again once data arrives", () => {
    for (const status of ["degraded", "reconnect_required", "partially_active"] as const) {
      expect(nextStatus(status, { type: "sync_succeeded" }).status).toBe("active");
    }
  });

  it("keeps the offer to reconnect through a successful sync", () => {
    const offered = nextStatus("active", { type: "new_accounts_available" }).status;
    expect(nextStatus(offered, { type: "sync_succeeded" }).status).toBe("reconnect_available");
  });

  it("refuses a sync before consent, and says why", () => {
    expect(nextStatus("pending", { type: "sync_succeeded" })).toEqual({
      status: "pending",
      changed: false,
      refused: "not_connected_yet",
    });
  });

  it("leaves expired only for deleted", () => {
    for (const event of events) {
      const { status, refused } = nextStatus("expired", event);
      expect(status).toBe(event.type === "deleted" ? "deleted" : "expired");
      expect(refused).toBe(event.type === "deleted" ? null : "connection_expired");
    }
  });

  it("says with each refusal that nothing changed, for every status and event", () => {
    for (const before of connectionStatuses) {
      for (const event of events) {
        const { status, changed, refused } = nextStatus(before, event);
        expect(connectionStatuses).toContain(status);
        expect(changed).toBe(status !== before);
        if (refused !== null) expect(changed).toBe(false);
      }
    }
  });

  it("never leaves deleted, whatever comes", () => {
    law(
      fc.property(
        fc.array(fc.constantFrom(...events)),
        fc.array(fc.constantFrom(...events)),
        (earlier, later) => {
          expect(walk(...earlier, { type: "deleted" }, ...later)).toBe("deleted");
        },
      ),
    );
  });

  it("is not changed by an event that comes twice", () => {
    law(
      fc.property(fc.array(fc.constantFrom(...events)), fc.constantFrom(...events), (all, last) => {
        expect(walk(...all, last, last)).toBe(walk(...all, last));
      }),
    );
  });

  it("that was never completed goes, and one that was completed after all stays", () => {
    const event = { type: "never_completed" } as const;
    expect(nextStatus("pending", event).status).toBe("deleted");
    expect(nextStatus("in_progress", event).status).toBe("deleted");
    expect(nextStatus("active", event)).toEqual({
      status: "active",
      changed: false,
      refused: null,
    });
  });

  it("can be synced only while consent stands", () => {
    expect(connectionStatuses.filter(isSyncable)).toEqual([
      "active",
      "partially_active",
      "reconnect_available",
      "degraded",
    ]);
  });
});
