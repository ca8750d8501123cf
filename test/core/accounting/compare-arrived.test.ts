import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareArrived,
  type FoundLine,
  type SentLine,
} from "../../../server/src/core/accounting/compare-arrived.ts";
import { addDays } from "../../../server/src/core/dates.ts";
import { law } from "../law.ts";
import { shuffled, today } from "./lines.ts";

function sentLine(values: Partial<SentLine> = {}): SentLine {
  return {
    transactionId: "t1",
    bookedOn: today,
    amountMinor: 1_000n,
    balanceMinor: 5_000n,
    description: "Rent",
    ...values,
  };
}

function foundLine(values: Partial<FoundLine> = {}): FoundLine {
  const { transactionId: _, ...content } = sentLine();
  return { externalId: "x1", lineId: null, ...content, ...values };
}

/** Few days, amounts and words, so that equals abound. */
const content = {
  bookedOn: fc.integer({ min: -9, max: 0 }).map((offset) => addDays(today, offset)),
  amountMinor: fc.constantFrom(-500n, 1_000n, 1_001n),
  balanceMinor: fc.option(fc.constantFrom(0n, 5_000n)),
  description: fc.constantFrom("Rent", "RENT.", "Fee", ""),
};
const sentLines = fc
  .array(fc.record(content), { maxLength: 25 })
  .map((rows) => rows.map((row, at): SentLine => ({ transactionId: `t${at}`, ...row })));
const foundLines = fc
  .array(fc.record({ ...content, lineId: fc.option(fc.nat(30).map((at) => `t${at}`)) }), {
    maxLength: 25,
  })
  .map((rows) => rows.map((row, at): FoundLine => ({ externalId: `x${at}`, ...row })));

describe("what arrived", () => {
  it("is confirmed, missing or changed: each sent line is one of them, in its place", () => {
    law(
      fc.property(sentLines, foundLines, (sent, found) => {
        const result = compareArrived(sent, found);
        expect(result.lines.map(({ transactionId }) => transactionId)).toEqual(
          sent.map(({ transactionId }) => transactionId),
        );
        expect(result.confirmed + result.missing + result.changed).toBe(sent.length);
      }),
    );
  });

  it("takes each line of the books for one thing, and loses none", () => {
    law(
      fc.property(sentLines, foundLines, (sent, found) => {
        const { lines, unexpected, others } = compareArrived(sent, found);
        const told = [...lines.flatMap((line) => line.found ?? []), ...unexpected, ...others];
        expect(told.map(({ externalId }) => externalId).sort()).toEqual(
          found.map(({ externalId }) => externalId).sort(),
        );
      }),
    );
  });

  it("is the same whatever the order of either side", () => {
    law(
      fc.property(
        fc
          .tuple(sentLines, foundLines)
          .chain(([sent, found]) =>
            fc.tuple(fc.constant(sent), fc.constant(found), shuffled(sent), shuffled(found)),
          ),
        ([sent, found, otherSent, otherFound]) => {
          const byId = (result: ReturnType<typeof compareArrived>) => ({
            ...result,
            lines: [...result.lines].sort((a, b) => (a.transactionId < b.transactionId ? -1 : 1)),
          });
          expect(byId(compareArrived(otherSent, otherFound))).toEqual(
            byId(compareArrived(sent, found)),
          );
        },
      ),
    );
  });

  it("agrees when all is there once, and then the totals do, whether ids are kept or not", () => {
    law(
      fc.property(
        sentLines.chain((sent) => fc.tuple(fc.constant(sent), shuffled(sent))),
        fc.boolean(),
        ([sent, there], keepsIds) => {
          const found = there.map(({ transactionId, ...line }, at) => ({
            ...{ externalId: `x${at}`, lineId: keepsIds ? transactionId : null },
            ...line,
          }));
          const result = compareArrived(sent, found);
          expect(result.agrees).toBe(true);
          expect(result.arrivedMinor).toBe(result.sentMinor);
        },
      ),
    );
  });

  it("counts equal lines: sent n times and there m times", () => {
    law(
      fc.property(fc.nat(6), fc.nat(6), (n, m) => {
        const sent = Array.from({ length: n }, (_, at) => sentLine({ transactionId: `t${at}` }));
        const found = Array.from({ length: m }, (_, at) => foundLine({ externalId: `x${at}` }));
        const result = compareArrived(sent, found);
        expect(result.confirmed).toBe(Math.min(n, m));
        expect(result.missing).toBe(Math.max(0, n - m));
        const tooMany = Math.max(0, m - n);
        expect(result.unexpected.length + result.others.length).toBe(tooMany);
        if (n > 0) expect(result.unexpected.length).toBe(tooMany);
        expect(result.agrees).toBe(n === m || n === 0);
      }),
    );
  });

  it("is recognised by words among equals of a day, and whatever the words by its day and amount", () => {
    const sent = [
      sentLine({ transactionId: "rent", balanceMinor: null }),
      sentLine({ transactionId: "fee", balanceMinor: null, description: "Fee" }),
    ];
    const found = [
      foundLine({ externalId: "a", description: "FEE", balanceMinor: null }),
      foundLine({ externalId: "b", description: "rent | ACORN LTD | R7", balanceMinor: null }),
    ];
    expect(
      compareArrived(sent, found).lines.map((line) => [
        line.transactionId,
        line.state,
        line.found?.externalId,
      ]),
    ).toEqual([
      ["rent", "confirmed", "b"],
      ["fee", "confirmed", "a"],
    ]);
  });

  it("is changed where the id or the words are there with another amount or day", () => {
    const byId = compareArrived(
      [sentLine()],
      [foundLine({ lineId: "t1", amountMinor: 900n, description: "?" })],
    );
    expect(byId).toMatchObject({
      changed: 1,
      agrees: false,
      sentMinor: 1_000n,
      arrivedMinor: 900n,
    });
    const byWords = compareArrived(
      [sentLine()],
      [foundLine({ amountMinor: 900n, balanceMinor: 4_900n })],
    );
    expect(byWords).toMatchObject({ changed: 1, missing: 0, others: [] });
    const moved = compareArrived([sentLine()], [foundLine({ bookedOn: addDays(today, -1) })]);
    expect(moved).toMatchObject({ changed: 1, missing: 0 });
  });

  it("is changed where the words were joined with others, or cut, and the amount or the day is another", () => {
    const sent = [
      sentLine({ transactionId: "rent", description: "Rent September Acorn" }),
      sentLine({ transactionId: "card", description: "Card payment 4411 Northern Rail" }),
    ];
    const found = [
      foundLine({ externalId: "a", amountMinor: 900n, description: "R7 - RENT SEPTEMBER ACORN" }),
      foundLine({ externalId: "b", bookedOn: addDays(today, 2), description: "Card payment 4411" }),
    ];
    const { lines, missing, others } = compareArrived(sent, found);
    expect(lines.map((line) => [line.state, line.found?.externalId])).toEqual([
      ["changed", "a"],
      ["changed", "b"],
    ]);
    expect({ missing, others }).toEqual({ missing: 0, others: [] });
    const partOfAWord = foundLine({ amountMinor: 900n, description: "Parent September Acorn" });
    expect(
      compareArrived([sentLine({ description: "rent September" })], [partOfAWord]),
    ).toMatchObject({ missing: 1, others: [partOfAWord] });
  });

  it("is missing where the books have the same words a month earlier only", () => {
    const result = compareArrived([sentLine()], [foundLine({ bookedOn: addDays(today, -30) })]);
    expect(result).toMatchObject({ missing: 1, changed: 0, unexpected: [], arrivedMinor: 0n });
    expect(result.others).toHaveLength(1);
  });

  it("leaves lines that somebody wrote into the same account out of it", () => {
    const own = foundLine({ externalId: "x2", amountMinor: 77n, description: "Petty cash" });
    const result = compareArrived([sentLine()], [own, foundLine()]);
    expect(result).toMatchObject({ agrees: true, others: [own], arrivedMinor: 1_000n });
  });

  it("does not agree where a line is there twice, or one that bears an id was never sent", () => {
    const twice = compareArrived(
      [sentLine()],
      [foundLine({ lineId: "t1" }), foundLine({ externalId: "x2", lineId: "t1", amountMinor: 1n })],
    );
    expect(twice).toMatchObject({ confirmed: 1, agrees: false, arrivedMinor: 1_001n });
    expect(compareArrived([], [foundLine({ lineId: "t9" })])).toMatchObject({ agrees: false });
  });

  it("tells a hundred thousand equal lines apart in good time", () => {
    const sent = Array.from({ length: 100_000 }, (_, at) => sentLine({ transactionId: `t${at}` }));
    const found = sent.map((_, at) => foundLine({ externalId: `x${at}` }));
    expect(compareArrived(sent, found).agrees).toBe(true);
  });
});
