import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CurrencyCode, currencyExponents } from "../../../../server/src/core/currencies.ts";
import { localDate } from "../../../../server/src/core/dates.ts";
import {
  ofxExportEnd,
  ofxExportLine,
  ofxExportStart,
} from "../../../../server/src/core/statements/ofx/print.ts";
import { createOfxReader } from "../../../../server/src/core/statements/ofx/reader.ts";
import {
  nameCharactersMax,
  referenceCharactersMax,
} from "../../../../server/src/core/statements/statement.ts";
import { law } from "../../law.ts";
import {
  amounts,
  days,
  feetOf,
  headsOf,
  linesOf,
  plain,
  problemsOf,
  readAll,
} from "../markup-support.ts";

const currencies = Object.keys(currencyExponents) as CurrencyCode[];
const lines = fc.record({
  id: fc.uuid(),
  bookedOn: days,
  amountMinor: amounts,
  description: plain(),
  counterpartyName: fc.option(plain(nameCharactersMax)),
  reference: fc.option(plain(referenceCharactersMax)),
});
const statements = fc.record({
  account: fc.constantFrom("GB29NWBK60161331926819", "000123456789", "DE02120300000000202051"),
  currency: fc.constantFrom(...currencies),
  lines: fc.array(lines, { maxLength: 6 }),
  closingMinor: fc.option(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })),
  firstOn: days,
  lastOn: days,
  closingOn: days,
});
type Exported = typeof statements extends fc.Arbitrary<infer T> ? T : never;

function print({ account, currency, lines, closingMinor, firstOn, lastOn, closingOn }: Exported) {
  const now = new Date("2026-11-21T10:00:00Z");
  return [
    ofxExportStart({ account, currency, firstOn, lastOn, now }),
    ...lines.map((line) => ofxExportLine({ ...line, currency })),
    ofxExportEnd({ currency, closingMinor, closingOn }),
  ].join("");
}

describe("the OFX export", () => {
  it("reads as it was printed, whatever the texts say", () => {
    law(
      fc.property(statements, (statement) => {
        const events = readAll((tell) => createOfxReader({}, tell), print(statement));
        expect(problemsOf(events)).toEqual([]);
        expect(headsOf(events)).toMatchObject([
          { account: statement.account, currency: statement.currency },
        ]);
        expect(linesOf(events).map(({ row, ...line }) => line)).toEqual(
          statement.lines.map(({ id, ...line }) => ({ ...line, fileId: id })),
        );
        const { closingMinor, closingOn, firstOn, lastOn } = statement;
        expect(feetOf(events)).toMatchObject([
          { closingMinor, closingOn: closingMinor === null ? null : closingOn, firstOn, lastOn },
        ]);
      }),
      1_000,
    );
  }, 30_000);

  it("keeps a hostile text a text", () => {
    const line = ofxExportLine({
      id: "1",
      bookedOn: localDate("2026-01-05"),
      amountMinor: -150n,
      currency: "EUR",
      description: "</MEMO></STMTTRN>\r\n<STMTTRN><TRNAMT>9 & so on \ud800",
      counterpartyName: null,
      reference: null,
    });
    expect(line).toBe(
      "<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260105</DTPOSTED><TRNAMT>-1.50</TRNAMT><FITID>1</FITID>" +
        "<NAME>&lt;/MEMO&gt;&lt;/STMTTRN&gt; &lt;STMTTRN&gt;&lt;TRNA</NAME>" +
        "<MEMO>&lt;/MEMO&gt;&lt;/STMTTRN&gt; &lt;STMTTRN&gt;&lt;TRNAMT&gt;9 &amp; so on \ufffd</MEMO></STMTTRN>\r\n",
    );
  });
});
