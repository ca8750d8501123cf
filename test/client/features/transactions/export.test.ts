import { expect, test } from "vitest";
import { exportAddress, leftOut } from "../../../../client/src/features/transactions/export.ts";

test("an export asks for what the list shows", () => {
  expect(exportAddress("csv", {})).toBe("/api/statements/v1/transactions.csv");
  expect(
    exportAddress("ofx", {
      accountIds: ["a"],
      from: "2026-01-01",
      to: "2026-01-31",
      statuses: ["UNMATCHED", "PART_MATCHED", "REMOVED"],
      search: "rent & rates",
    }),
  ).toBe(
    "/api/statements/v1/transactions.ofx?account_id=a&from=2026-01-01&to=2026-01-31&status=unmatched%2Cpart_matched&search=rent+%26+rates",
  );
});

test("what it can't narrow by is told", () => {
  expect(leftOut({ accountIds: ["a"], search: "x" })).toEqual([]);
  expect(leftOut({ accountIds: ["a", "b"], direction: "IN", amountMin: "5" })).toEqual([
    "several accounts",
    "direction",
    "amount",
  ]);
});
