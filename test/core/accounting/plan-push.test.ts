import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countHeld,
  type PushInput,
  planPush,
} from "../../../server/src/core/accounting/plan-push.ts";
import { holdReasons } from "../../../server/src/core/accounting/push-rules.ts";
import { holdSentence, ruleSentences } from "../../../server/src/core/accounting/push-sentences.ts";
import { addDays } from "../../../server/src/core/dates.ts";
import { law } from "../law.ts";
import { anyRules, days, lineOf, lines, rules, shuffled, today } from "./lines.ts";

function input(values: Partial<PushInput>): PushInput {
  return {
    lines: [],
    settled: new Set(),
    rules: anyRules,
    feedStartOn: addDays(today, -90),
    lastPushedOn: null,
    today,
    balanceMinor: 100_000n,
    reconciledOnly: false,
    ...values,
  };
}

const inputs = lines.chain((all) =>
  fc.record({
    lines: fc.constant(all),
    settled: fc.subarray(all.map(({ transactionId }) => transactionId)).map((ids) => new Set(ids)),
    rules,
    feedStartOn: days,
    lastPushedOn: fc.option(days),
    today: fc.constant(today),
    balanceMinor: fc.option(fc.bigInt({ min: -1_000_000n, max: 1_000_000n })),
    reconciledOnly: fc.boolean(),
  }),
);

describe("a push's plan", () => {
  it("sends or holds each line that is not settled, once, and no settled one", () => {
    law(
      fc.property(inputs, (given) => {
        const plan = planPush(given);
        const told = [...plan.batches.flat(), ...plan.held].map(
          ({ transactionId }) => transactionId,
        );
        const due = given.lines
          .map(({ transactionId }) => transactionId)
          .filter((id) => !given.settled.has(id));
        expect(told.sort()).toEqual(due.sort());
      }),
    );
  });

  it("sends in the order of days, in batches that the package takes", () => {
    law(
      fc.property(inputs, (given) => {
        const { batches } = planPush(given);
        const sent = batches.flat().map(({ bookedOn }) => bookedOn);
        expect(sent).toEqual([...sent].sort());
        for (const [at, batch] of batches.entries()) {
          const full = at < batches.length - 1;
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(given.rules.batchLinesMax);
          if (full) expect(batch.length).toBe(given.rules.batchLinesMax);
        }
      }),
    );
  });

  it("sends nothing from before the feed, from the future, pending, or against the package's rules", () => {
    law(
      fc.property(inputs, (given) => {
        const { rules: kept, lastPushedOn } = given;
        const byId = new Map(given.lines.map((line) => [line.transactionId, line]));
        for (const line of planPush(given).batches.flat()) {
          const { pending, reconciled } = byId.get(line.transactionId) ?? lineOf();
          expect(pending).toBe(false);
          expect(line.bookedOn >= given.feedStartOn && line.bookedOn <= today).toBe(true);
          if (given.reconciledOnly) expect(reconciled).toBe(true);
          if (kept.needsBalance) expect(line.balanceMinor).not.toBeNull();
          if (kept.daysBackMax !== null) {
            expect(line.bookedOn >= addDays(today, -kept.daysBackMax)).toBe(true);
          }
          if (kept.refusesOlderThanLast && lastPushedOn !== null) {
            expect(line.bookedOn >= lastPushedOn).toBe(true);
          }
        }
      }),
    );
  });

  it("counts balances that telescope: each less the one before is the line's own amount", () => {
    law(
      fc.property(lines, fc.bigInt({ min: -10_000n, max: 10_000n }), (all, balanceMinor) => {
        const posted = all.map((line) => ({
          ...line,
          pending: false,
          bookedOn: addDays(line.bookedOn, -3),
        }));
        const sent = planPush(input({ lines: posted, balanceMinor })).batches.flat();
        let before = balanceMinor - posted.reduce((sum, line) => sum + line.amountMinor, 0n);
        for (const line of sent) {
          expect((line.balanceMinor ?? 0n) - before).toBe(line.amountMinor);
          before = line.balanceMinor ?? 0n;
        }
        expect(before).toBe(balanceMinor);
      }),
    );
  });

  it("gives a line the same balance whatever else was pushed already", () => {
    law(
      fc.property(inputs, (given) => {
        const all = new Map(
          planPush({ ...given, settled: new Set() })
            .batches.flat()
            .map((line) => [line.transactionId, line]),
        );
        for (const line of planPush(given).batches.flat()) {
          const before = all.get(line.transactionId);
          if (before) expect(line).toEqual(before);
        }
      }),
    );
  });

  it("does not depend on the order of the lines", () => {
    law(
      fc.property(
        inputs.chain((given) => fc.tuple(fc.constant(given), shuffled(given.lines))),
        ([given, other]) => {
          expect(planPush({ ...given, lines: other })).toEqual(planPush(given));
        },
      ),
    );
  });

  it("sends everything sooner or later that is held for a while only", () => {
    law(
      fc.property(lines, (all) => {
        const first = planPush(input({ lines: all, reconciledOnly: true }));
        const sent = new Set(first.batches.flat().map(({ transactionId }) => transactionId));
        const later = all.map((line) => ({ ...line, pending: false, reconciled: true }));
        const second = planPush(
          input({ lines: later, settled: sent, reconciledOnly: true, today: addDays(today, 3) }),
        );
        const now = second.batches.flat().map(({ transactionId }) => transactionId);
        expect([...sent, ...now].sort()).toEqual(
          all.map(({ transactionId }) => transactionId).sort(),
        );
      }),
    );
  });

  it("holds what is reconciled behind an open line where the package takes nothing late", () => {
    const all = [
      lineOf({ transactionId: "open", bookedOn: addDays(today, -2), reconciled: false }),
      lineOf({ transactionId: "behind", bookedOn: addDays(today, -1) }),
    ];
    const strict = { ...anyRules, refusesOlderThanLast: true };
    const held = planPush(input({ lines: all, rules: strict, reconciledOnly: true })).held;
    expect(held.map(({ reason }) => reason)).toEqual(["not_reconciled", "behind_unreconciled"]);
    const free = planPush(input({ lines: all, reconciledOnly: true }));
    expect(free.batches.flat().map(({ transactionId }) => transactionId)).toEqual(["behind"]);
  });

  it("holds all where the package wants balances and the bank has told none", () => {
    const wanting = { ...anyRules, needsBalance: true };
    const plan = planPush(input({ lines: [lineOf()], rules: wanting, balanceMinor: null }));
    expect(plan).toEqual({
      batches: [],
      held: [{ transactionId: "t1", bookedOn: today, reason: "no_balance" }],
    });
  });
});

describe("a line's words", () => {
  const short = { ...anyRules, descriptionCharactersMax: 40 };
  const sentWords = (values: Parameters<typeof lineOf>[0]) =>
    planPush(input({ lines: [lineOf(values)], rules: short })).batches[0]?.[0]?.description;

  it("are never none: packages refuse those", () => {
    const [counterpartyName, reference] = ["Acorn Ltd", "R7"];
    expect(sentWords({ description: " ", counterpartyName, reference })).toBe("Acorn Ltd");
    expect(sentWords({ description: "", counterpartyName: null, reference })).toBe("R7");
    expect(sentWords({ description: "", counterpartyName: null, reference: null })).toBe(
      "No description",
    );
  });

  it("name what the line was matched to", () => {
    expect(sentWords({ description: "ACORN LTD", documents: ["INV-1", "INV-2"] })).toBe(
      "ACORN LTD (INV-1, INV-2)",
    );
  });

  it("are cut before the documents are", () => {
    const words = sentWords({ description: "x".repeat(60), documents: ["INV-1"] });
    expect(words).toBe(`${"x".repeat(31)}… (INV-1)`);
  });

  it("never grow beyond what the package takes, whatever the documents", () => {
    law(
      fc.property(
        fc.string({ maxLength: 80 }),
        fc.array(fc.string({ maxLength: 30 })),
        (description, documents) => {
          expect([...(sentWords({ description, documents }) ?? "")].length).toBeLessThanOrEqual(40);
        },
      ),
    );
  });

  it("are a person's own where one wrote some", () => {
    const revised = { description: "Rent", counterpartyName: null, reference: "R7" };
    const [line] = planPush(
      input({ lines: [lineOf({ documents: ["INV-1"], revised })] }),
    ).batches.flat();
    expect(line).toMatchObject({
      description: "Rent",
      counterpartyName: "Copper Kettle",
      reference: "R7",
    });
  });
});

it("counts what is held by its reason, with its first and last day", () => {
  const held = [
    { transactionId: "a", bookedOn: addDays(today, -1), reason: "pending" as const },
    { transactionId: "b", bookedOn: addDays(today, 2), reason: "in_the_future" as const },
    { transactionId: "c", bookedOn: addDays(today, -4), reason: "pending" as const },
  ];
  expect(countHeld(held)).toEqual([
    { reason: "pending", lines: 2, firstOn: addDays(today, -4), lastOn: addDays(today, -1) },
    { reason: "in_the_future", lines: 1, firstOn: addDays(today, 2), lastOn: addDays(today, 2) },
  ]);
});

it("says each reason and each rule as a sentence", () => {
  const strict = { ...anyRules, needsBalance: true, refusesOlderThanLast: true, daysBackMax: 7 };
  const said = [
    ...holdReasons.map((reason) => holdSentence(reason, strict)),
    ...ruleSentences(strict),
  ];
  expect(new Set(said).size).toBe(said.length);
  for (const sentence of said) expect(sentence).toMatch(/^[A-Z][^_]+\.$/);
  expect(ruleSentences(strict)).toContain("Nothing that was booked more than 7 days ago.");
  expect(ruleSentences(anyRules)).toContain("At most 1,000 lines in one push.");
});
