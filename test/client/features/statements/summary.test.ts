import { describe, expect, test } from "vitest";
import type { ImportQuestion } from "../../../../client/src/features/statements/documents.ts";
import { questionLabels } from "../../../../client/src/features/statements/labels.ts";
import { paidItems } from "../../../../client/src/features/statements/paid-items.ts";
import {
  alreadyHere,
  importLabel,
  whyNotYet,
} from "../../../../client/src/features/statements/summary.ts";

describe("whether an import can begin", () => {
  const batch = (questions: ImportQuestion[], lines = 3) => ({ questions, lines, toAdd: lines });

  test("the first open question is the reason why not", () => {
    expect(whyNotYet(batch([]), false)).toBeUndefined();
    expect(whyNotYet(batch(["ACCOUNT", "DATE_ORDER"]), false)).toBe(questionLabels.ACCOUNT);
  });

  test("figures that do not agree stop it until they are taken with a reason", () => {
    expect(whyNotYet(batch(["BALANCE"]), false)).toBe(questionLabels.BALANCE);
    expect(whyNotYet(batch(["BALANCE"]), true)).toBeUndefined();
    expect(whyNotYet(batch(["BALANCE", "ACCOUNT"]), true)).toBe(questionLabels.ACCOUNT);
  });

  test("a file without a line has nothing to import", () => {
    expect(whyNotYet(batch([], 0), false)).toBe("There is no line to import.");
  });
});

test("the button says how many are added, and when none are", () => {
  expect(importLabel({ toAdd: 1, lines: 1 })).toBe("Import 1 transaction");
  expect(importLabel({ toAdd: 15, lines: 52 })).toBe("Import 15 transactions");
  expect(importLabel({ toAdd: 0, lines: 52 })).toBe("Nothing to add: finish");
});

test("the button does not say that nothing is to be added before a line is read", () => {
  expect(importLabel({ toAdd: 0, lines: 0 })).toBe("Import");
});

test("what is here already is said of all, of some and of one", () => {
  expect(alreadyHere({ recognised: 37, lines: 52 })).toBe(
    "37 of 52 lines are already in the books.",
  );
  expect(alreadyHere({ recognised: 1, lines: 52 })).toBe("1 of 52 lines is already in the books.");
  expect(alreadyHere({ recognised: 52, lines: 52 })).toBe("All 52 lines are already in the books.");
});

test("an invoice that several matches paid is shown once, with their sum", () => {
  const payment = (id: string, amount: string) => ({
    amount: { amount, currency: "GBP" },
    openItem: { id, number: `INV-${id}`, counterpartyName: "Larkspur" },
  });
  const items = paidItems([
    { payments: [payment("1", "10.00"), payment("2", "5.00")] },
    { payments: [payment("1", "0.50")] },
  ]);
  expect(items.map(({ number, amount }) => [number, amount.amount])).toEqual([
    ["INV-1", "10.50"],
    ["INV-2", "5.00"],
  ]);
});
