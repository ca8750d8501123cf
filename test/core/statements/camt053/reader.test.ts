import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCamt053Reader } from "../../../../server/src/core/statements/camt053/reader.ts";
import { checkPasses, createProof } from "../../../../server/src/core/statements/proof.ts";
import type { BalanceCheck, Tell } from "../../../../server/src/core/statements/statement.ts";
import { heapInUse } from "../../../support/measure.ts";
import { law } from "../../law.ts";
import {
  checksOf,
  feetOf,
  headsOf,
  linesOf,
  mutated,
  problemsOf,
  readAll,
} from "../markup-support.ts";
import { germanV2, pagesV13, swissV8 } from "./samples.ts";

const open = (tell: Tell) => createCamt053Reader({}, tell);
const read = (text: string) => readAll(open, text);
const samples = [germanV2, swissV8, pagesV13];

/** What the balances prove. */
function proofs(text: string): BalanceCheck[] {
  const checks: BalanceCheck[] = [];
  const proof = createProof((check) => checks.push(check));
  for (const event of read(text)) proof.observe(event);
  return checks;
}

describe("the CAMT.053 reader", () => {
  it("reads version 2 with a batch, a returned debit, an entry that is not booked, and charges", () => {
    const events = read(germanV2);
    expect(headsOf(events)).toEqual([
      {
        row: 5,
        account: "DE02120300000000202051",
        accountName: "Hafenblick Verwaltung GmbH",
        currency: "EUR",
        number: "31",
        openingMinor: 500_000n,
      },
    ]);
    expect(linesOf(events)).toEqual([
      {
        row: 18,
        bookedOn: "2026-01-31",
        amountMinor: -210_050n,
        description: "Gehalt Januar 2026",
        counterpartyName: "Ada Lindqvist",
        reference: "SAL-1",
        fileId: "2026013110000001/1",
      },
      {
        row: 20,
        bookedOn: "2026-01-31",
        amountMinor: -209_950n,
        description: "Gehalt Januar 2026",
        counterpartyName: "Bo Winter",
        reference: "SALARY-01",
        fileId: "2026013110000001/2",
      },
      {
        row: 25,
        bookedOn: "2026-01-31",
        amountMinor: 25_000n,
        description: "Direct debit returned",
        counterpartyName: "Stadtwerke & Söhne",
        reference: "STROM-7",
        fileId: "2026013110000002",
      },
      {
        row: 36,
        bookedOn: "2026-01-31",
        amountMinor: -690n,
        description: "Bank charges",
        counterpartyName: null,
        reference: null,
        fileId: null,
      },
    ]);
    expect(problemsOf(events)).toEqual(["not_for_the_books none"]);
    expect(feetOf(events)).toEqual([
      {
        row: 10,
        openingMinor: 500_000n,
        closingMinor: 104_310n,
        availableMinor: -4_310n,
        closingOn: "2026-01-31",
        firstOn: "2026-01-31",
        lastOn: "2026-01-31",
        continued: false,
      },
    ]);
    // Four entries with the one that is not booked; the sum leaves it out.
    expect(checksOf(events)).toMatchObject([
      { what: "entry_count", row: 12, stated: 4n, computed: 4n },
      { what: "entry_sum", stated: 445_690n, computed: 445_690n },
    ]);
    expect(proofs(germanV2).map((check) => [check.what, checkPasses(check)])).toEqual([
      ["balance", true],
    ]);
  });

  it("reads version 8 under a prefix: structured references, ultimate parties, foreign amounts", () => {
    const events = read(swissV8);
    expect(headsOf(events)).toMatchObject([{ number: "S-77", openingMinor: -1_000n }]);
    expect(linesOf(events)).toMatchObject([
      {
        amountMinor: 10_000n,
        description: "Credit transfer",
        counterpartyName: "Zoë Meier",
        reference: "210000000003139471430009017",
        fileId: "T1",
      },
      {
        amountMinor: 20_000n,
        description: "Rechnung 9",
        counterpartyName: "Larkspur AG",
        reference: "INV-9",
        fileId: "E1/2",
      },
      { amountMinor: 10_000n, description: "Gutschriften <EUR>", fileId: "E2" },
    ]);
    expect(problemsOf(events)).toEqual(["bad_field none"]);
    expect(proofs(swissV8).every(checkPasses)).toBe(true);
  });

  it("reads pages and several accounts of version 13 in an envelope", () => {
    const events = read(pagesV13);
    expect(headsOf(events).map(({ number, currency }) => [number, currency])).toEqual([
      ["12/1", "JPY"],
      ["12/2", "JPY"],
      ["B", "GBP"],
    ]);
    expect(feetOf(events)).toMatchObject([
      { openingMinor: 1_000n, closingMinor: 1_500n, continued: true },
      { openingMinor: 1_500n, closingMinor: 1_400n, continued: false },
      { openingMinor: null, closingMinor: 0n, closingOn: "2026-01-03", continued: false },
    ]);
    expect(problemsOf(events)).toEqual([]);
    expect(proofs(pagesV13).map((check) => [check.what, checkPasses(check)])).toEqual([
      ["balance", true],
      ["balance", true],
      ["continuity", true],
    ]);
  });

  it("takes a batch that does not add up as one line, and an entry that cannot be read as none", () => {
    const apart = read(germanV2.replace("2099.50", "2099.49"));
    expect(problemsOf(apart)[0]).toBe("bad_field none");
    expect(linesOf(apart)[0]).toMatchObject({
      amountMinor: -420_000n,
      description: "SAMMEL-UEBERWEISUNG",
      reference: "SALARY-01",
      fileId: "2026013110000001",
    });
    const wrong: [string, string, string][] = [
      ["6.90000", "6.901", "too_many_digits line"],
      ["6.90000", "six", "bad_amount line"],
      ["6.90000", "99999999999999999999", "out_of_range line"],
      ["6.90000", "0.00", "zero_amount line"],
      ['<Amt Ccy="EUR">6.90000', '<Amt Ccy="USD">6.90000', "other_currency line"],
      ["6.90000</Amt><CdtDbtInd>DBIT", "6.90000</Amt><CdtDbtInd>X", "missing_field line"],
      ["<DtTm>2026-01-31T", "<DtTm>2026-01-32T", "bad_date line"],
    ];
    for (const [from, to, problem] of wrong) {
      expect(problemsOf(read(germanV2.replace(from, to)))).toContain(problem);
    }
    expect(checksOf(read(germanV2.replace(">4<", ">5<"))).filter(checkPasses)).toHaveLength(1);
  });

  it("refuses what is cut, malformed, another report, or no XML", () => {
    const refusals: [string, string][] = [
      [germanV2.slice(0, 2_000), "truncated file"],
      [germanV2.trimEnd().slice(0, -1), "truncated file"],
      [germanV2.replace("</Ccy>", "</Cyc>"), "malformed file"],
      [germanV2.replace("&amp;", "&"), "malformed file"],
      [`${germanV2}${germanV2}`, "malformed file"],
      [germanV2.replace("<Stmt>", "<Stmt hasOwnProperty='1' b='2'>"), "malformed file"],
      [germanV2.replaceAll("BkToCstmrStmt", "BkToCstmrAcctRpt"), "not_for_the_books file"],
      ["<html></html>", "not_this_format file"],
      [":20:STARTUMS", "malformed file"],
      ["", "not_this_format file"],
    ];
    for (const [text, problem] of refusals) {
      expect([text.slice(-200), problemsOf(read(text)).at(-1)]).toEqual([
        text.slice(-200),
        problem,
      ]);
    }
  });

  it("refuses document types and entities, and follows none", () => {
    const body = germanV2.slice(germanV2.indexOf("<Document"));
    const laughs = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>`;
    const refusals = [
      laughs + body.replace("Gehalt", "&c;"),
      `<!DOCTYPE x SYSTEM "file:///etc/passwd">${body}`,
      `<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>${body.replace("Gehalt", "&e;")}`,
      `<!DOCTYPE x [<?forget?>${body}`,
      body.replace("Gehalt", "&c;"),
      body.replace("Gehalt", "&nbsp;"),
      body.replace("Gehalt", "<!ELEMENT a>"),
      "<!DOCTYPE x [",
    ];
    for (const text of refusals) expect(problemsOf(read(text))).toContain("forbidden_markup file");
    expect(linesOf(read(body.replace("Gehalt", "&#71;&#x65;halt &quot;&apos;")))[0]).toMatchObject({
      description: `Gehalt "' Januar 2026`,
    });
  });

  it("refuses elements 10,000 deep, and texts and tags without end, in constant memory", () => {
    expect(problemsOf(read("<a>".repeat(10_000)))).toEqual(["too_deep file"]);
    const starts = ["<Document><Id>", "<", "<Document a='", "<!--", "<Document><![CDATA[", "<?"];
    for (const start of starts) {
      const events: unknown[] = [];
      const reader = open((event) => events.push(event));
      const part = "x".repeat(1024 * 1024);
      const before = heapInUse();
      reader.write(start);
      for (let sent = 0; sent < 100; sent += 1) reader.write(part);
      const grown = heapInUse() - before;
      reader.end();
      expect(grown).toBeLessThan(32 * 1024 * 1024);
      expect(events).toMatchObject([{ kind: "problem", problem: { code: "too_long", row: 1 } }]);
    }
    const attributes = Array.from({ length: 100 }, (_, at) => `a${at}='1'`).join(" ");
    expect(problemsOf(read(`<Document ${attributes}/>`))).toEqual(["malformed file"]);
  });

  it("takes a batch of more than can wait in memory as one line", () => {
    const one = `<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">1.00</Amt></TxAmt></AmtDtls></TxDtls>`;
    const details = (count: number) =>
      read(
        `<Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy="EUR">${count}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>` +
          `<BookgDt><Dt>2026-01-31</Dt></BookgDt><NtryDtls>${one.repeat(count)}</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`,
      );
    expect(linesOf(details(10_000))).toHaveLength(10_000);
    const more = details(10_001);
    expect(linesOf(more)).toMatchObject([{ amountMinor: 1_000_100n }]);
    expect(problemsOf(more)).toEqual(["bad_field none"]);
  });

  it("tells the same, wherever the text is cut", () => {
    for (const sample of samples) {
      expect(
        readAll(
          open,
          sample,
          Array.from(sample, (_, at) => at),
        ),
      ).toEqual(read(sample));
    }
    const cut = fc.record({ text: mutated(samples), cuts: fc.array(fc.nat({ max: 8_000 })) });
    law(
      fc.property(cut, ({ text, cuts }) => {
        expect(readAll(open, text, cuts)).toEqual(read(text));
      }),
      300,
    );
  }, 30_000);

  it("never throws, and tells lines within statements only", () => {
    law(
      fc.property(mutated(samples), (text) => {
        let within = false;
        let orderly = true;
        for (const event of read(text)) {
          if (event.kind === "statement") within = true;
          if (event.kind === "line" && (!within || event.line.description === "")) orderly = false;
          if (event.kind === "end") within = false;
        }
        expect(orderly).toBe(true);
      }),
      10_000,
    );
  }, 60_000);
});
