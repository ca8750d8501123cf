import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainStyle, printBai2 } from "../../../server/src/core/statements/bai2/print.ts";
import { law } from "../law.ts";
import {
  bai2File,
  bai2Style,
  eventsOf,
  expectedOf,
  failedChecks,
  gist,
  readBai2,
  runOnStyle,
  totalOf,
  withoutLookalikes,
} from "./bai2-files.ts";

const printedRuns = 400;
const mutatedRuns = 20_000;
/** Other test files share the cores. */
const patience = 60_000;

describe("printing a BAI2 file and reading it", () => {
  it(
    "gives the same statements and lines, and every total and count passes, in every style",
    () => {
      law(
        fc.property(bai2File, bai2Style, (file, style) => {
          const told = readBai2(printBai2(file, style));
          expect(told.problems).toEqual([]);
          expect(failedChecks(told)).toEqual([]);
          expect(gist(told)).toEqual(expectedOf(file));
          const accounts = file.groups.flatMap((group) => group.accounts).length;
          expect(told.checks).toHaveLength(2 * accounts + 3 * file.groups.length + 3);
        }),
        printedRuns,
      );
    },
    patience,
  );

  it(
    "does so without line breaks and without lengths",
    () => {
      law(
        fc.property(bai2File.map(withoutLookalikes), runOnStyle, (file, style) => {
          const told = readBai2(printBai2(file, style));
          expect(told.problems).toEqual([]);
          expect(failedChecks(told)).toEqual([]);
          expect(gist(told)).toEqual(expectedOf(file));
        }),
        printedRuns,
      );
    },
    patience,
  );
});

describe("a BAI2 text cut into parts", () => {
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

  it(
    "tells the same wherever it is cut",
    () => {
      law(
        fc.property(bai2File, fc.oneof(bai2Style, runOnStyle), cuts, (file, style, places) => {
          const printed = printBai2(withoutLookalikes(file), style);
          expect(eventsOf(partsOf(printed, places))).toEqual(eventsOf([printed]));
          expect(eventsOf([...printed])).toEqual(eventsOf([printed]));
        }),
        50,
      );
    },
    patience,
  );

  it(
    "is refused as truncated wherever it ends too early",
    () => {
      law(
        fc.property(
          bai2File,
          bai2Style,
          fc.double({ min: 0, max: 1, noNaN: true }),
          (file, style, at) => {
            const printed = printBai2(file, style);
            const trailer = printed.lastIndexOf(`99,${totalOf(file)},`);
            const told = readBai2(printed.slice(0, Math.floor(trailer * at)));
            expect(told.problems.at(-1)).toMatchObject({ loss: "file" });
          },
        ),
        300,
      );
    },
    patience,
  );
});

describe("a damaged BAI2 file", () => {
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 0, max: 30 }),
    text: fc.oneof(
      fc.constantFrom(
        "",
        "/",
        ",",
        "\n",
        "\r",
        "88,",
        "16,475,",
        "03,",
        "49,",
        "98,",
        "99,",
        "D,999,",
        "-",
        "\0",
        ",/",
      ),
      fc.string({ maxLength: 8 }),
    ),
  });

  it(
    "never makes the reader throw, or tell anything after what loses the file",
    () => {
      const shapes = fc.sample(fc.tuple(bai2File, fc.oneof(bai2Style, runOnStyle)), {
        numRuns: 60,
        seed: 7,
      });
      const printed = shapes.map(([file, style]) => printBai2(withoutLookalikes(file), style));
      law(
        fc.property(
          fc.constantFrom(...printed),
          fc.array(damage, { minLength: 1, maxLength: 4 }),
          (text, damages) => {
            const damaged = damages.reduce((now, { at, length, text: put }) => {
              const start = Math.floor(now.length * at);
              return now.slice(0, start) + put + now.slice(start + length);
            }, text);
            const events = eventsOf(partsOf(damaged, [0.5]));
            let open = false;
            for (const [index, event] of events.entries()) {
              if (event.kind === "statement") open = true;
              else if (event.kind === "end") open = false;
              else if (event.kind === "line" && !open)
                throw new Error("a line outside of a statement");
              else if (
                event.kind === "problem" &&
                event.problem.loss === "file" &&
                index !== events.length - 1
              ) {
                throw new Error("something was told after the file was lost");
              }
            }
          },
        ),
        mutatedRuns,
      );
    },
    patience,
  );

  it(
    "never passes its totals with one digit of an amount or a total changed",
    () => {
      const figures = /^(?:16,\d{3},|49,|98,|99,)(\d+)/gm;
      law(
        fc.property(
          bai2File,
          fc.nat(),
          fc.nat(),
          fc.integer({ min: 1, max: 9 }),
          (file, which, place, by) => {
            const printed = printBai2(file, plainStyle);
            const found = [...printed.matchAll(figures)];
            const one = found[which % found.length];
            fc.pre(one !== undefined);
            const digits = one[1] ?? "";
            const at = one.index + one[0].length - digits.length + (place % digits.length);
            const digit = (Number(printed[at]) + by) % 10;
            const told = readBai2(printed.slice(0, at) + digit + printed.slice(at + 1));
            const failed = failedChecks(told).filter(({ what }) => what === "control_total");
            expect(failed.length).toBeGreaterThan(0);
          },
        ),
        400,
      );
    },
    patience,
  );
});

function partsOf(text: string, places: readonly number[]): string[] {
  const cuts = [0, ...places.map((place) => Math.floor(place * text.length)), text.length];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => text.slice(cuts[index], end));
}
