import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  filterConnections,
  groupConnections,
  totalsOf,
  urgencyOf,
  views,
} from "../../../../client/src/features/connections/connection-list.ts";
import type { Connection } from "../../../../client/src/features/connections/documents.ts";

const noFilter = { search: "", statuses: [], providers: [], view: "" };

describe("what a connection asks of people", () => {
  it("comes first where nothing arrives until somebody acts", () => {
    for (const status of ["RECONNECT_REQUIRED", "EXPIRED", "PENDING", "IN_PROGRESS"] as const) {
      expect(urgencyOf(connection({ status, stale: true })), status).toBe("person");
    }
  });

  it("is more where a healthy consent ends soon than where the bank has trouble", () => {
    expect(urgencyOf(connection({ consentDaysLeft: 14 }))).toBe("soon");
    expect(urgencyOf(connection({ consentDaysLeft: 15 }))).toBe("fine");
    expect(urgencyOf(connection({ status: "DEGRADED" }))).toBe("trouble");
    expect(urgencyOf(connection({ status: "DEGRADED", consentDaysLeft: 3 }))).toBe("soon");
    expect(urgencyOf(connection({ stale: true }))).toBe("trouble");
  });

  it("is nothing once it is disconnected", () => {
    const gone = connection({ status: "DELETED", stale: true, consentDaysLeft: 0 });
    expect(urgencyOf(gone)).toBe("gone");
    expect(views.filter(({ fits }) => fits(gone))).toEqual([]);
  });
});

describe("the list", () => {
  const all = [
    connection({ id: "b", institutionName: "Beta" }),
    connection({ id: "z", institutionName: "Zeta", status: "RECONNECT_REQUIRED" }),
    connection({ id: "a", institutionName: "Alpha" }),
  ];

  it("shows the urgent ones first, and each group by bank", () => {
    const groups = groupConnections(all, "urgency");
    expect(groups.map(({ name }) => name)).toEqual(["person", "fine"]);
    expect(groups[1]?.connections.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("keeps each connection once, whatever the order", () => {
    for (const sort of ["urgency", "name", "data", "consent"]) {
      const shown = groupConnections(all, sort).flatMap(({ connections }) => connections);
      expect(shown.map(({ id }) => id).toSorted(), sort).toEqual(["a", "b", "z"]);
    }
  });

  it("is searched by bank, provider and the account's last digits, all words at once", () => {
    const found = (search: string) =>
      filterConnections(all, { ...noFilter, search }).map(({ id }) => id);
    expect(found("zeta")).toEqual(["z"]);
    expect(found("PLAID beta")).toEqual(["b"]);
    expect(found("4417")).toHaveLength(3);
    expect(found("zeta nothing")).toEqual([]);
  });
});

describe("what accounts hold together", () => {
  it("is summed exactly and by currency, whatever the order", () => {
    const cents = fc.array(fc.tuple(fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.boolean()));
    fc.assert(
      fc.property(cents, (values) => {
        const accounts = values.map(([units, inEuro]) => holding(units, inEuro ? "EUR" : "GBP"));
        const euros = values.reduce((sum, [units, inEuro]) => sum + (inEuro ? units : 0n), 0n);
        const forth = totalsOf(accounts).find(({ currency }) => currency === "EUR");
        const back = totalsOf(accounts.toReversed()).find(({ currency }) => currency === "EUR");
        expect(back).toEqual(forth);
        expect(forth ? BigInt(forth.amount.replace(".", "")) : 0n).toBe(euros);
      }),
      { seed: 20261121 },
    );
  });

  it("leaves out what is closed, out of scope or unknown", () => {
    const [open] = [holding(100n, "EUR")];
    const others = [
      { ...open, closedAt: "2026-01-01T00:00:00Z" },
      { ...open, inScope: false },
      { ...open, balance: null },
    ];
    expect(totalsOf(others)).toEqual([]);
  });
});

function holding(units: bigint, currency: string) {
  const digits = (units < 0n ? -units : units).toString().padStart(3, "0");
  const amount = `${units < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  return { balance: { amount, currency }, closedAt: null, inScope: true };
}

function connection(changes: Partial<Connection>): Connection {
  const base: Partial<Connection> = {
    id: "one",
    provider: {
      name: "plaid",
      label: "Plaid",
      kind: "AGGREGATOR",
      supportsWebhooks: true,
      supportsRefresh: true,
      isSandbox: true,
    },
    institutionName: "Aldermoor Bank",
    status: "ACTIVE",
    actions: [],
    accounts: [{ ...holding(1n, "GBP"), name: "Current", mask: "4417" }] as Connection["accounts"],
    successfullyAggregatedAt: null,
    consentDaysLeft: null,
    stale: false,
    createdAt: "2026-01-01T00:00:00Z",
  };
  return { ...base, ...changes } as Connection;
}
