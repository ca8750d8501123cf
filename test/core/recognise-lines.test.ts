import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, localDate } from "../../server/src/core/dates.ts";
import {
  type Coverage,
  type IncomingLine,
  type KnownLine,
  type Recognised,
  recogniseLines,
} from "../../server/src/core/recognise-lines.ts";
import { cpuMsSince } from "../support/measure.ts";
import { law } from "./law.ts";

const numRuns = 2_000;
const first = localDate("2026-11-01");
const day = (n: number) => addDays(first, n);
const month: Coverage = {
  incoming: { first, last: day(40) },
  known: { first, last: day(40) },
};

const coming = (position: number, values: Partial<IncomingLine> = {}): IncomingLine => ({
  position,
  pending: false,
  bookedOn: day(3),
  amountMinor: -350n,
  text: "COPPER KETTLE",
  reference: null,
  ...values,
});
const known = (id: string, values: Partial<KnownLine> = {}): KnownLine => ({
  id,
  bookedOn: day(3),
  amountMinor: -350n,
  pending: false,
  text: "COPPER KETTLE",
  reference: null,
  ...values,
});
const recognise = (
  incoming: readonly IncomingLine[],
  books: readonly KnownLine[],
  coverage: Coverage = month,
): Record<number, string> => told(recogniseLines(incoming, books, coverage));
const told = (found: ReadonlyMap<number, Recognised>) =>
  Object.fromEntries([...found].map(([position, { id, how }]) => [position, `${id} ${how}`]));

describe("a line that another source has told already", () => {
  test("is recognised on its day whatever the words, and the likest words first", () => {
    const books = [
      known("parking", { text: "City Parking 0042" }),
      known("coffee", { text: "Copper Kettle Ltd" }),
    ];
    const file = [
      coming(1, { text: "CARD COPPER KETTLE LTD 12NOV" }),
      coming(2, { text: "POS 9911" }),
    ];
    expect(recognise(file, books)).toEqual({ 1: "coffee same_day", 2: "parking same_day" });
  });

  test("counts as often as it is there: of three equal payments two of which are known, one is new", () => {
    const file = [coming(1), coming(2), coming(3)];
    expect(Object.keys(recognise(file, [known("a"), known("b")]))).toHaveLength(2);
  });

  test("is not one of another amount", () => {
    expect(recognise([coming(1, { amountMinor: -351n })], [known("a")])).toEqual({});
  });

  test("is the posting of a pending line where nothing else could be meant", () => {
    const pending = known("a", { pending: true });
    expect(recognise([coming(1, { bookedOn: day(6), text: "X" })], [pending])).toEqual({
      1: "a posted",
    });
    const two = [pending, known("b", { pending: true, bookedOn: day(5) })];
    expect(recognise([coming(1, { bookedOn: day(6), text: "X" })], two)).toEqual({});
    const beyond = coming(1, { bookedOn: day(14) });
    expect(recognise([beyond], [pending])).toEqual({});
  });

  test("prefers a posted line to a pending one of the same day", () => {
    const books = [known("a", { pending: true }), known("b")];
    expect(recognise([coming(1)], books)).toEqual({ 1: "b same_day" });
  });

  test("is recognised on a day nearby by its reference or clear words, within five days", () => {
    const file = [coming(1, { bookedOn: day(5), text: "KETTLE, COPPER" })];
    expect(recognise(file, [known("a")])).toEqual({ 1: "a near_day" });
    expect(recognise(file, [known("a", { text: "CITY PARKING" })])).toEqual({});
    expect(recognise([coming(1, { bookedOn: day(9) })], [known("a")])).toEqual({});
    const named = [coming(1, { bookedOn: day(5), text: "SEPA", reference: "INV-100/7" })];
    expect(recognise(named, [known("a", { text: "Transfer inv 1007" })])).toEqual({
      1: "a near_day",
    });
  });

  test("is not the day before's where one side does not tell of both days", () => {
    const feedEndsBefore = { ...month, known: { first, last: day(3) } };
    const fileBeginsAfter = { ...month, incoming: { first: day(4), last: day(9) } };
    const file = [coming(1, { bookedOn: day(4) })];
    expect(recognise(file, [known("a")], feedEndsBefore)).toEqual({});
    expect(recognise(file, [known("a")], fileBeginsAfter)).toEqual({});
    const mandate = { text: "Direct debit", reference: "MANDATE-2026-000417" };
    const debit = [coming(1, { ...mandate, bookedOn: day(4) })];
    expect(recognise(debit, [known("a", mandate)], feedEndsBefore)).toEqual({});
    expect(recognise(debit, [known("a", mandate)])).toEqual({ 1: "a near_day" });
  });
});

describe("laws of recognition", () => {
  const text = fc.constantFrom("COPPER KETTLE", "Copper kettle ltd", "CITY PARKING", "Rent");
  const line = fc.record({
    bookedOn: fc.integer({ min: 0, max: 8 }).map(day),
    amountMinor: fc.constantFrom(-350n, -350n, 100n),
    text,
    reference: fc.constantFrom(null, null, "INV-1007", "INV-1008"),
  });
  const incomingLines = fc
    .array(line, { maxLength: 12 })
    .map((lines) => lines.map((values, at) => ({ ...values, pending: false, position: at + 1 })));
  const knownLines = fc
    .array(fc.tuple(line, fc.boolean()), { maxLength: 12 })
    .map((lines) =>
      lines.map(([values, pending], at) => ({ ...values, pending, id: `known ${at}` })),
    );

  test("the order in which lines are given changes nothing", () => {
    law(
      fc.property(
        incomingLines.chain((lines) =>
          fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
        ),
        knownLines.chain((lines) =>
          fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
        ),
        ([file, shuffledFile], [books, shuffledBooks]) => {
          expect(recognise(shuffledFile, shuffledBooks)).toEqual(recognise(file, books));
        },
      ),
      numRuns,
    );
  });

  test("each known line is recognised once at most, and only one of the same amount", () => {
    law(
      fc.property(incomingLines, knownLines, (file, books) => {
        const found = recogniseLines(file, books, month);
        const ids = [...found.values()].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const [position, { id }] of found) {
          const one = file.find((each) => each.position === position);
          expect(books.find((each) => each.id === id)?.amountMinor).toBe(one?.amountMinor);
        }
      }),
      numRuns,
    );
  });

  test("what is known wholly is recognised wholly", () => {
    law(
      fc.property(incomingLines, (file) => {
        const books = file.map((each) => known(`known ${each.position}`, each));
        expect(recogniseLines(file, books, month).size).toBe(file.length);
      }),
      numRuns,
    );
  });

  test("of k equal lines and j known ones of a day, the smaller number is recognised", () => {
    const count = fc.integer({ min: 0, max: 70 });
    law(
      fc.property(count, count, (k, j) => {
        const file = Array.from({ length: k }, (_, at) => coming(at));
        const books = Array.from({ length: j }, (_, at) => known(`${at}`, { text: `Line ${at}` }));
        expect(recogniseLines(file, books, month).size).toBe(Math.min(k, j));
      }),
      200,
    );
  });

  test("a hundred thousand lines of one amount are told apart in bounded time", () => {
    const lines = 100_000;
    const file = Array.from({ length: lines }, (_, at) =>
      coming(at, { bookedOn: day(at % 40), text: `Line ${at}` }),
    );
    const books = Array.from({ length: lines }, (_, at) =>
      known(`${at}`, { bookedOn: day((at % 20) * 2), text: `Row ${at * 7}` }),
    );
    const before = process.cpuUsage();
    expect(recogniseLines(file, books, month).size).toBe(lines / 2);
    expect(cpuMsSince(before)).toBeLessThan(20_000);
  }, 30_000);
});
