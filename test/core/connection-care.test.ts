import { describe, expect, it } from "vitest";
import { announcementSentence } from "../../server/src/core/announcement-sentence.ts";
import {
  type CaredConnection,
  careOf,
  consentDaysLeft,
  isStale,
} from "../../server/src/core/connection-care.ts";
import { causeSentence, connectionCauses } from "../../server/src/core/connection-cause.ts";
import { connectionStatuses } from "../../server/src/core/connection-status.ts";

const now = new Date("2026-11-20T09:30:00Z");
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const days = (count: number) => minutes(count * 24 * 60);

const well: CaredConnection = {
  status: "active",
  createdAt: days(-30),
  lastSyncAt: minutes(-60),
  successfullyAggregatedAt: minutes(-60),
  nextSyncAt: minutes(120),
  consentExpiresAt: days(60),
  flow: null,
};
const care = (changes: Partial<CaredConnection>) => careOf({ ...well, ...changes }, 6, now);
const nothing = { sync: false, flow: null, consentEnded: false, tidy: false, announcements: [] };

describe("a connection", () => {
  it("that is well needs nothing", () => {
    expect(care({})).toEqual(nothing);
  });

  it("is synced when its schedule is five minutes overdue, and not before", () => {
    expect(care({ nextSyncAt: minutes(-5) }).sync).toBe(false);
    expect(care({ nextSyncAt: minutes(-6) }).sync).toBe(true);
    expect(care({ nextSyncAt: null }).sync).toBe(true);
    expect(care({ nextSyncAt: null, lastSyncAt: minutes(-10) }).sync).toBe(false);
    expect(care({ nextSyncAt: minutes(-6), status: "reconnect_required" }).sync).toBe(false);
  });

  it("whose sign-in has lapsed is asked about for two hours, then given up", () => {
    const flow = (at: Date) => care({ status: "in_progress", flow: { expiresAt: at } }).flow;
    expect([minutes(1), minutes(0), minutes(-119), minutes(-120)].map(flow)).toEqual([
      null,
      "ask",
      "ask",
      "end",
    ]);
  });

  it("that was never completed goes after a week, once nobody is at its sign-in", () => {
    expect(care({ status: "pending", createdAt: days(-7) }).tidy).toBe(true);
    expect(care({ status: "pending", createdAt: days(-6) }).tidy).toBe(false);
    const flow = { expiresAt: minutes(5) };
    expect(care({ status: "in_progress", createdAt: days(-8), flow }).tidy).toBe(false);
    expect(care({ createdAt: days(-300) }).tidy).toBe(false);
  });

  it("tells of its consent's end from fourteen days before, and has it ended at the end", () => {
    const told = (at: Date) => care({ consentExpiresAt: at }).announcements;
    expect(told(new Date(days(14).getTime() + 1))).toEqual([]);
    expect(told(days(14))).toEqual([{ kind: "consent_ending", occasion: "2026-12-04" }]);
    expect(told(now)).toEqual([]);
    expect(care({ consentExpiresAt: now }).consentEnded).toBe(true);
    expect(care({ consentExpiresAt: minutes(1) }).consentEnded).toBe(false);
  });

  it("is stale when nothing was fetched for three times the rhythm", () => {
    const at = (hours: number) => minutes(hours * -60);
    expect(care({ successfullyAggregatedAt: at(18) }).announcements).toEqual([]);
    const since = new Date(at(18).getTime() - 1);
    expect(care({ successfullyAggregatedAt: since }).announcements).toEqual([
      { kind: "connection_stale", occasion: since.toISOString() },
    ]);
    expect(isStale({ ...well, successfullyAggregatedAt: null }, 6, now)).toBe(false);
    expect(isStale({ ...well, status: "expired", successfullyAggregatedAt: at(99) }, 6, now)).toBe(
      false,
    );
  });

  it("counts whole days to the end of its consent", () => {
    expect(consentDaysLeft(null, now)).toBeNull();
    expect([days(3), minutes(60), days(-2)].map((at) => consentDaysLeft(at, now))).toEqual([
      3, 0, 0,
    ]);
  });
});

it("has a sentence for each cause, whatever status it led to", () => {
  for (const cause of connectionCauses) {
    for (const status of connectionStatuses) {
      expect(causeSentence(cause, status)).toMatch(/^[A-Z].*\.$/);
    }
  }
  expect(causeSentence("sync_failed", "reconnect_required")).toBe(
    "The bank asked for a new sign-in.",
  );
});

it("announces in sentences", () => {
  expect(announcementSentence("consent_ending", "Harbour Bank", "2026-12-04")).toBe(
    "The consent at Harbour Bank ends on 4 December 2026: sign in again before.",
  );
  expect(announcementSentence("statement_late", "Savings", "2026-10-01")).toBe(
    "The statement of Savings for October 2026 is late.",
  );
  expect(announcementSentence("statement_due", "Savings", "nonsense")).toBe(
    "The statement of Savings is due.",
  );
});
