import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CamtPrintedStatement,
  type CamtPrinting,
  printCamt053,
} from "../../../../server/src/core/statements/camt053/print.ts";
import { createCamt053Reader } from "../../../../server/src/core/statements/camt053/reader.ts";
import { givenId } from "../../../../server/src/core/statements/camt053/transaction.ts";
import { checkPasses } from "../../../../server/src/core/statements/proof.ts";
import {
  nameCharactersMax,
  referenceCharactersMax,
} from "../../../../server/src/core/statements/statement.ts";
import { law } from "../../law.ts";
import {
  amounts,
  checksOf,
  days,
  feetOf,
  headsOf,
  linesOf,
  plain,
  problemsOf,
  readAll,
} from "../markup-support.ts";

const balance = fc.option(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }));
const line = fc.record({
  // Few days, so that batches come about.
  bookedOn: fc.constantFrom(..."123".split("")).map((day) => `2026-01-0${day}`) as typeof days,
  amountMinor: amounts,
  description: plain(),
  counterpartyName: fc.option(plain(nameCharactersMax)),
  reference: fc.option(plain(referenceCharactersMax)),
  fileId: fc.option(plain(60).filter((id) => givenId(id) === id)),
});
const statement: fc.Arbitrary<CamtPrintedStatement> = fc
  .record({
    account: fc.constantFrom("GB29NWBK60161331926819", "000123456789", "4711", null),
    accountName: fc.option(plain(nameCharactersMax)),
    currency: fc.constantFrom("EUR", "JPY", "KWD", "CLF" as const),
    number: fc.constantFrom("00123", "STM-2026/01", "31", "x y", null),
    page: fc.constantFrom(null, "2", "1"),
    continued: fc.boolean(),
    openingMinor: balance,
    closingMinor: balance,
    availableMinor: balance,
    closingOn: days,
    firstOn: fc.option(days),
    lastOn: fc.option(days),
    lines: fc.array(line, { maxLength: 8 }),
  })
  .map((all): CamtPrintedStatement => {
    const { account, accountName, currency, openingMinor, closingMinor, availableMinor } = all;
    const paged = all.number !== null && all.page !== null && (all.page !== "1" || all.continued);
    const number = paged ? `${all.number}/${all.page}` : all.number;
    const whole = closingMinor === null || openingMinor === null;
    const continued = all.continued && (paged || !whole);
    const { firstOn, lastOn, lines } = all;
    const closingOn = closingMinor === null ? null : all.closingOn;
    return {
      head: { account, accountName, currency, number, openingMinor },
      lines,
      foot: { openingMinor, closingMinor, availableMinor, closingOn, firstOn, lastOn, continued },
    } as CamtPrintedStatement;
  });
const printing: fc.Arbitrary<CamtPrinting> = fc.record({
  version: fc.constantFrom(2, 4, 8, 13),
  prefix: fc.constantFrom(undefined, "ns2", "camt"),
  style: fc.record({
    batch: fc.constantFrom(1, 2, 5),
    summary: fc.boolean(),
    reference: fc.constantFrom("structured", "endToEnd"),
    zeros: fc.constantFrom(0, 3),
  }),
});

const isPage = ({ head, foot }: CamtPrintedStatement) =>
  /\/[12]$/.test(head.number ?? "") || (/\/01$/.test(head.number ?? "") && foot.continued);

describe("the CAMT.053 printer", () => {
  it("prints what reads back the same, in each version, with batches and pages", () => {
    law(
      fc.property(fc.array(statement, { maxLength: 3 }), printing, (drawn, how) => {
        // Before version 8 a message is paged as a whole.
        const statements =
          how.version < 8 && drawn.some(isPage) ? drawn.filter(isPage).slice(0, 1) : drawn;
        const text = printCamt053(statements, how);
        const events = readAll((tell) => createCamt053Reader({}, tell), text);
        expect(problemsOf(events)).toEqual([]);
        expect(headsOf(events).map(({ row, ...head }) => head)).toEqual(
          statements.map(({ head }) => head),
        );
        expect(linesOf(events).map(({ row, ...line }) => line)).toEqual(
          statements.flatMap(({ lines }) => lines),
        );
        expect(feetOf(events).map(({ row, ...foot }) => foot)).toEqual(
          statements.map(({ foot }) => foot),
        );
        expect(checksOf(events).every(checkPasses)).toBe(true);
      }),
      1_000,
    );
  }, 30_000);
});
