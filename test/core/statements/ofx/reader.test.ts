import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createOfxReader } from "../../../../server/src/core/statements/ofx/reader.ts";
import type { Tell } from "../../../../server/src/core/statements/statement.ts";
import { heapInUse } from "../../../support/measure.ts";
import { law } from "../../law.ts";
import { feetOf, headsOf, linesOf, mutated, problemsOf, readAll } from "../markup-support.ts";
import { cardXml, frenchTwoAccounts, refusedSignOn, usChecking } from "./samples.ts";

const open = (tell: Tell) => createOfxReader({}, tell);
const read = (text: string) => readAll(open, text);
const samples = [usChecking, frenchTwoAccounts, cardXml, refusedSignOn];

describe("the OFX reader", () => {
  it("reads a US checking account in SGML without end tags", () => {
    const events = read(usChecking);
    expect(problemsOf(events)).toEqual([]);
    expect(headsOf(events)).toEqual([
      {
        row: 13,
        account: "000123456789",
        accountName: null,
        currency: "USD",
        number: null,
        openingMinor: null,
      },
    ]);
    expect(linesOf(events)).toEqual([
      {
        row: 16,
        bookedOn: "2026-01-05",
        amountMinor: -123_456n,
        description: "CHECK # 1001",
        counterpartyName: "CHECK # 1001",
        reference: "1001",
        fileId: "202601050001",
      },
      {
        row: 17,
        bookedOn: "2026-01-06",
        amountMinor: -1_820n,
        description: "COPPER KETTLE CAFE PORTLAND OR 0106 CARD 1111",
        counterpartyName: null,
        reference: null,
        fileId: "202601060001",
      },
      {
        row: 18,
        bookedOn: "2026-01-07",
        amountMinor: 250_000n,
        description: "Smith & Sons Invoice INV-77",
        counterpartyName: "Smith & Sons",
        reference: null,
        fileId: "202601070001",
      },
      {
        row: 20,
        bookedOn: "2026-01-31",
        amountMinor: 31n,
        description: "Interest",
        counterpartyName: null,
        reference: null,
        fileId: null,
      },
    ]);
    expect(feetOf(events)).toEqual([
      {
        row: 21,
        openingMinor: null,
        closingMinor: 900_025n,
        availableMinor: 890_000n,
        closingOn: "2026-01-31",
        firstOn: "2026-01-01",
        lastOn: "2026-01-31",
        continued: false,
      },
    ]);
  });

  it("reads two accounts with decimal commas, a payee, and end tags in SGML", () => {
    const events = read(frenchTwoAccounts);
    expect(problemsOf(events)).toEqual([]);
    // A short number is told with its bank.
    expect(headsOf(events).map(({ account }) => account)).toEqual(["00012345678", "30004/00099"]);
    expect(feetOf(events).map(({ closingMinor }) => closingMinor)).toEqual([321_099n, -500n]);
    expect(linesOf(events)).toMatchObject([
      {
        amountMinor: -1_234n,
        description: "PRLV SEPA Énergie du Port Facture 2026-01 Énergie du Port",
        counterpartyName: "PRLV SEPA Énergie du Port",
      },
      {
        amountMinor: 123_456n,
        description: "LARKSPUR SARL VIR 55",
        counterpartyName: "Larkspur SARL",
        reference: "VIR-55",
      },
    ]);
  });

  it("reads a card in XML and says what it leaves out", () => {
    const events = read(cardXml);
    expect(linesOf(events).map(({ fileId }) => fileId)).toEqual(["c1", "c3"]);
    expect(linesOf(events)[0]?.description).toBe("cloud hosting");
    expect(problemsOf(events)).toEqual([
      "other_currency line",
      "not_for_the_books none",
      "not_for_the_books none",
      "bad_date line",
      "zero_amount line",
      "too_many_digits line",
      "not_for_the_books none",
    ]);
  });

  it("tells a server's error, which is the end of a file without statements", () => {
    expect(problemsOf(read(refusedSignOn))).toEqual(["bad_record file"]);
    const beside = usChecking.replace("<CODE>0<SEVERITY>INFO", "<CODE>2000<SEVERITY>ERROR");
    expect(problemsOf(read(beside))).toEqual(["bad_record none"]);
    expect(problemsOf(read("<OFX></OFX>"))).toEqual(["no_lines file"]);
  });

  it("takes the given currency where the file names none, and no other in its place", () => {
    const none = usChecking.replace("<CURDEF>USD", "");
    const given = readAll((tell) => createOfxReader({ currency: "JPY" }, tell), none);
    expect(problemsOf(given)).toContain("too_many_digits line");
    expect(headsOf(given)[0]?.currency).toBeNull();
    const unknown = read(usChecking.replace("USD", "QQQ"));
    expect(problemsOf(unknown)[0]).toBe("unknown_currency none");
    expect(linesOf(unknown)).toEqual([]);
  });

  it("refuses what is cut, what is not OFX, and what declares a document type", () => {
    expect(problemsOf(read(usChecking.slice(0, -6))).at(-1)).toBe("truncated file");
    expect(problemsOf(read(usChecking.slice(0, -1))).at(-1)).toBe("truncated file");
    expect(problemsOf(read("Date,Description,Amount\n1,2,3"))).toEqual(["not_this_format file"]);
    expect(problemsOf(read("<html><OFX></OFX></html>"))).toEqual(["not_this_format file"]);
    const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>${cardXml}`;
    expect(problemsOf(read(laughs))).toEqual(["forbidden_markup file"]);
    const external = `<!DOCTYPE OFX SYSTEM "file:///etc/passwd">${usChecking}`;
    expect(problemsOf(read(external))).toEqual(["forbidden_markup file"]);
  });

  it("refuses elements 10,000 deep, and values and tags without end, in constant memory", () => {
    expect(problemsOf(read(`<OFX>${"<A>".repeat(10_000)}`))).toEqual(["too_deep file"]);
    for (const start of ["<OFX><NAME>", "<OFX><", "<OFX><A b='", "<OFX><!--", "<OFX><![CDATA["]) {
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
  });

  it("tells the same, wherever the text is cut", () => {
    for (const sample of samples) {
      const whole = read(sample);
      expect(
        readAll(
          open,
          sample,
          [...sample].map((_, at) => at),
        ),
      ).toEqual(whole);
    }
    const cut = fc.record({ text: mutated(samples), cuts: fc.array(fc.nat({ max: 5_000 })) });
    law(
      fc.property(cut, ({ text, cuts }) => {
        expect(readAll(open, text, cuts)).toEqual(read(text));
      }),
      500,
    );
  }, 30_000);

  it("never throws, and tells lines within statements only", () => {
    law(
      fc.property(mutated(samples), (text) => {
        let within = false;
        for (const event of read(text)) {
          if (event.kind === "statement") within = true;
          if (event.kind === "line") expect(within).toBe(true);
          if (event.kind === "line") expect(event.line.description).not.toBe("");
          if (event.kind === "end") within = false;
        }
      }),
      20_000,
    );
  }, 60_000);
});
