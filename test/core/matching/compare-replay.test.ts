/** A profile tried over history: what is right, wrong and missed, and whose word it is held against. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareReplay,
  type DecidedLine,
} from "../../../server/src/core/matching/compare-replay.ts";
import type { ProposedPayment } from "../../../server/src/core/matching/types.ts";

type Amounts = Record<string, bigint>;

function line(
  transactionId: string,
  items: Amounts | null,
  more: Partial<DecidedLine> = {},
): DecidedLine {
  return {
    transactionId,
    currency: "GBP",
    items: items === null ? null : new Map(Object.entries(items)),
    letGo: new Map(),
    declinedItemIds: new Set(),
    byPeople: true,
    ...more,
  };
}

function proposal(transactionId: string, items: Amounts, score = 80) {
  const payments = Object.entries(items).map(
    ([itemId, minor]): ProposedPayment => ({
      transactionId,
      itemId,
      kind: "payment",
      amountMinor: minor,
      transactionMinor: minor,
      rate: null,
    }),
  );
  return { payments, score };
}

describe("a replay", () => {
  test("is right only where exactly the items that were settled would be", () => {
    const history = [
      line("t1", { a: 100n }),
      line("t2", { b: 60n, c: 40n }),
      line("t3", { d: 50n }),
      line("t4", {}),
      line("t5", { e: 70n }),
    ];
    const { figures, decided } = compareReplay(
      history,
      [
        proposal("t1", { a: 100n }),
        proposal("t2", { b: 100n }),
        proposal("t3", { x: 50n }),
        proposal("t4", { y: 30n }),
      ],
      [],
    );
    expect(decided).toBe(5);
    expect(figures).toEqual({
      automatic: 4,
      right: 1,
      wrong: 3,
      missed: 1,
      precision: 1 / 4,
      recall: 1 / 4,
      // 40 more on b than was put there, 50 on x, 30 on y.
      wronglyCleared: [{ amountMinor: 120n, currency: "GBP" }],
    });
  });

  test("takes for wrong what it would let go and a person left open, and not what was let go before", () => {
    const letting = (id: string, minor: bigint) => {
      const { payments, score } = proposal(id, { [`item of ${id}`]: 95n });
      const rest = {
        ...{ transactionId: id, itemId: `item of ${id}`, kind: "short_payment" as const },
        ...{ amountMinor: minor, transactionMinor: 0n, rate: null },
      };
      return { payments: [...payments, rest], score };
    };
    const open = line("t1", { "item of t1": 95n });
    const letGo = line("t2", { "item of t2": 95n }, { letGo: new Map([["item of t2", 5n]]) });
    const undecided = line("t3", null);
    const { figures, differences } = compareReplay(
      [open, letGo, undecided],
      [letting("t1", 5n), letting("t2", 5n), letting("t3", 5n)],
      ["t1", "t2", "t3"].map((id) => proposal(id, { [`item of ${id}`]: 95n })),
    );
    expect(figures).toMatchObject({
      ...{ right: 1, wrong: 1 },
      wronglyCleared: [{ amountMinor: 5n, currency: "GBP" }],
    });
    expect(differences).toMatchObject([
      { transactionId: "t1", kind: "wrong", letsGo: true, amountMinor: 5n },
      { transactionId: "t3", kind: "changed", letsGo: true },
    ]);
  });

  test("takes a declined pair for wrong, and judges nothing else that nobody has decided", () => {
    const history = [
      line("t1", null, { declinedItemIds: new Set(["a"]), byPeople: true }),
      line("t2", null, { declinedItemIds: new Set(["a"]) }),
    ];
    const found = compareReplay(
      history,
      [proposal("t1", { a: 10n }), proposal("t2", { b: 20n })],
      [],
    );
    expect(found.figures).toMatchObject({
      automatic: 1,
      right: 0,
      wrong: 1,
      precision: 0,
      recall: null,
    });
    expect(found.figures.wronglyCleared).toEqual([{ amountMinor: 10n, currency: "GBP" }]);
    expect(found).toMatchObject({ decided: 0, unjudged: 1 });
    expect(found.differences.map(({ transactionId, kind }) => [transactionId, kind])).toEqual([
      ["t1", "wrong"],
      ["t2", "changed"],
    ]);
  });

  test("tells apart what people decided", () => {
    const history = [line("t1", { a: 10n }, { byPeople: false }), line("t2", { b: 10n })];
    const found = compareReplay(
      history,
      [proposal("t1", { a: 10n }), proposal("t2", { x: 10n })],
      [],
    );
    expect(found.figures).toMatchObject({ right: 1, wrong: 1 });
    expect(found.byPeople).toMatchObject({ right: 0, wrong: 1, precision: 0 });
    expect(found.decidedByPeople).toBe(1);
  });

  test("lists what is wrong first, then what is lost, gained and missed by both", () => {
    const history = ["t1", "t2", "t3", "t4"].map((id) => line(id, { [`i-${id}`]: 10n }));
    const found = compareReplay(
      history,
      [proposal("t2", { "i-t2": 10n }), proposal("t4", { x: 10n })],
      [proposal("t3", { "i-t3": 10n })],
    );
    expect(
      found.differences.map(({ transactionId, kind, today }) => [transactionId, kind, today]),
    ).toEqual([
      ["t4", "wrong", "missed"],
      ["t3", "missed", "right"],
      ["t2", "gained", "missed"],
      ["t1", "missed", "missed"],
    ]);
  });

  test("counts it as a gain where the profile in use would be wrong and this one leaves it", () => {
    const found = compareReplay([line("t1", {})], [], [proposal("t1", { a: 5n })]);
    expect(found.differences).toMatchObject([{ kind: "gained", would: [], today: "wrong" }]);
  });
});

const ids = ["a", "b", "c"];
const amounts = fc.dictionary(fc.constantFrom(...ids), fc.bigInt({ min: 1n, max: 99n }), {
  maxKeys: 3,
});
const world = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 40 }),
    items: fc.option(amounts),
    declined: fc.subarray(ids),
    byPeople: fc.boolean(),
    would: fc.option(amounts.filter((items) => Object.keys(items).length > 0)),
    does: fc.option(amounts.filter((items) => Object.keys(items).length > 0)),
  }),
  { selector: ({ id }) => id, maxLength: 25 },
);
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

function compare(rows: World) {
  const history = rows.map(({ id, items, declined, byPeople }) =>
    line(`t${id}`, items, {
      byPeople,
      declinedItemIds: new Set(declined.filter((item) => items === null || !(item in items))),
    }),
  );
  const proposals = (side: "would" | "does") =>
    rows.flatMap((row) => (row[side] === null ? [] : [proposal(`t${row.id}`, row[side])]));
  return { history, would: proposals("would"), does: proposals("does") };
}

describe("for any history", () => {
  const check = (law: (rows: World) => void) =>
    fc.assert(fc.property(world, law), { seed: 11, numRuns: 300 });

  test("each line that history matched is right, wrong or missed", () => {
    check((rows) => {
      const { history, would, does } = compare(rows);
      const matched = history.filter(({ items }) => (items?.size ?? 0) > 0);
      const { figures } = compareReplay(matched, would, does);
      expect(figures.right + figures.wrong + figures.missed).toBe(matched.length);
    });
  });

  test("the order of lines and proposals changes nothing", () => {
    check((rows) => {
      const { history, would, does } = compare(rows);
      expect(compareReplay(history.toReversed(), would.toReversed(), does.toReversed())).toEqual(
        compareReplay(history, would, does),
      );
    });
  });

  test("what history did is right throughout, and clears nothing wrongly", () => {
    check((rows) => {
      const { history } = compare(rows);
      const same = history.flatMap(({ transactionId, items }) =>
        items !== null && items.size > 0
          ? [proposal(transactionId, Object.fromEntries(items))]
          : [],
      );
      const { figures, differences } = compareReplay(history, same, same);
      expect(figures).toMatchObject({ wrong: 0, missed: 0, wronglyCleared: [] });
      expect([null, 1]).toContain(figures.precision);
      expect([null, 1]).toContain(figures.recall);
      expect(differences).toEqual([]);
    });
  });

  test("a profile beside itself gains and changes nothing", () => {
    check((rows) => {
      const { history, would } = compare(rows);
      const found = compareReplay(history, would, would);
      expect(found.figures).toEqual(found.today);
      expect(found.differences.every(({ kind }) => kind === "wrong" || kind === "missed")).toBe(
        true,
      );
    });
  });

  test("wrongly cleared money is that of the wrong lines in the list", () => {
    check((rows) => {
      const { history, would, does } = compare(rows);
      const { figures, differences } = compareReplay(history, would, does);
      const wrong = differences.filter(({ kind }) => kind === "wrong");
      expect(wrong).toHaveLength(figures.wrong);
      expect(wrong.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(
        figures.wronglyCleared[0]?.amountMinor ?? 0n,
      );
    });
  });
});
