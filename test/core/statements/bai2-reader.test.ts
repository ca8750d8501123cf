import { describe, expect, it } from "vitest";
import { eventsOf, failedChecks, gist, readBai2 } from "./bai2-files.ts";

/** Two days of a company with three accounts: dollars, Canadian dollars, yen. */
const threeAccounts = `01,121000248,ACME01,261119,0415,7,,,2/
02,ACME01,121000248,1,261118,2400,USD,2/
03,4000123456789,,010,+1000000,,,015,1237650,,,045,1200000,,/
88,100,312650,3,V,261119,1000,400,75000,2,/
16,195,250000,S,100000,150000,0,W20261118001,INV-2041,WIRE FROM BRIGHT & SONS, LTD
88,REF 2041/2042
16,165,50000,1,,,ACH COLLECTION 18/11, BATCH 3
16,399,12650,D,2,0,6325,1,6325,DEP0001,,CASH/COIN
16,475,60000,,000000,0000004711,
16,698,15000,Z,,/
49,4212950,9/
03,5550001112,CAD,015,-2500,,/
16,566,2500,0,RI77,,/
49,0,3/
98,4212950,2,14/
02,ACME01,121000248,1,261119,14:59:35,JPY,3/
03,777,,010,0,,,040,500,,/
16,206,500,V,261120,,,,BOOK TRANSFER/
16,890,,,,,MAINTENANCE ON SUNDAY/
49,1000,4/
98,1000,1,6/
99,4213950,2,22/
`;

describe("a BAI2 file with three accounts in two groups", () => {
  const told = readBai2(threeAccounts);

  it("proves its totals and counts at all three levels", () => {
    expect(told.problems).toEqual([]);
    expect(failedChecks(told)).toEqual([]);
    expect(told.checks.map(({ what, place }) => `${place}: ${what}`)).toEqual([
      "account ending 6789: control_total",
      "account ending 6789: record_count",
      "account ending 1112: control_total",
      "account ending 1112: record_count",
      "group 1: control_total",
      "group 1: account_count",
      "group 1: record_count",
      "account 1 in group 2: control_total",
      "account 1 in group 2: record_count",
      "group 2: control_total",
      "group 2: account_count",
      "group 2: record_count",
      "file: control_total",
      "file: group_count",
      "file: record_count",
    ]);
  });

  it("adds totals of several currencies as numbers, and those of one as money", () => {
    const totals = told.checks.filter(({ what }) => what === "control_total");
    expect(totals.map(({ unit, currency }) => currency ?? unit)).toEqual([
      "USD",
      "CAD",
      "count",
      "JPY",
      "JPY",
      "count",
    ]);
  });

  it("reads each account as a statement, with its currency from the account, the group, or dollars", () => {
    expect(told.statements.map(({ head }) => [head.row, head.account, head.currency])).toEqual([
      [3, "4000123456789", "USD"],
      [12, "5550001112", "CAD"],
      [17, "777", "JPY"],
    ]);
    expect(told.statements.map(({ foot }) => foot)).toMatchObject([
      { openingMinor: 1_000_000n, closingMinor: 1_237_650n, availableMinor: 1_200_000n },
      { openingMinor: null, closingMinor: -2_500n, availableMinor: null, closingOn: "2026-11-18" },
      { openingMinor: 0n, closingMinor: null, availableMinor: 500n, closingOn: "2026-11-19" },
    ]);
  });

  it("says which days it covers only for whole days", () => {
    expect(told.statements.map(({ foot }) => foot?.lastOn)).toEqual([
      "2026-11-18",
      "2026-11-18",
      null,
    ]);
  });

  it("skips what funds types bring, keeps commas and slashes in texts, and goes on in continuations", () => {
    const [first] = gist(told);
    expect(first?.lines).toEqual([
      line(250_000n, "WIRE FROM BRIGHT & SONS, LTD REF 2041/2042", "INV-2041"),
      line(50_000n, "ACH COLLECTION 18/11, BATCH 3", null),
      line(12_650n, "CASH/COIN", "DEP0001"),
      line(-60_000n, "Cheque", "0000004711"),
      line(-15_000n, "Fees", null),
    ]);
    expect(told.statements.flatMap(({ lines }) => lines.map(({ row }) => row))).toEqual([
      5, 7, 8, 9, 10, 13, 18,
    ]);
  });

  it("is read the same with its lines broken otherwise, or not at all", () => {
    const variants = [
      threeAccounts.replaceAll("\n", "\r\n"),
      threeAccounts.replaceAll("\n", "\r"),
      threeAccounts.replaceAll("\n", " "),
      threeAccounts.replaceAll("\n", ""),
      threeAccounts
        .replace(",7,,,2/", ",7,120,,2/")
        .replace(/^.*$/gm, (row) => row.padEnd(120))
        .replaceAll("\n", ""),
    ];
    for (const variant of variants) {
      const other = readBai2(variant);
      expect(other.problems).toEqual([]);
      expect(failedChecks(other)).toEqual([]);
      expect(gist(other)).toEqual(gist(told));
    }
  });
});

describe("what does not add up in a BAI2 file", () => {
  it("names the account whose amount was changed, with what it states and what it comes to", () => {
    const told = readBai2(threeAccounts.replace("16,475,60000", "16,475,90000"));
    expect(failedChecks(told)).toEqual([
      {
        what: "control_total",
        row: 11,
        place: "account ending 6789",
        unit: "money",
        currency: "USD",
        stated: 4_212_950n,
        computed: 4_242_950n,
      },
    ]);
  });

  it("names the group and the file whose total is wrong", () => {
    const group = failedChecks(readBai2(threeAccounts.replace("98,4212950", "98,4212951")));
    expect(group).toMatchObject([
      { place: "group 1", row: 15, stated: 4_212_951n, computed: 4_212_950n },
      { place: "file", row: 22, stated: 4_213_950n, computed: 4_213_951n },
    ]);
    const file = failedChecks(readBai2(threeAccounts.replace("99,4213950", "99,1")));
    expect(file).toMatchObject([{ place: "file", stated: 1n, computed: 4_213_950n }]);
  });

  it("counts records, accounts and groups", () => {
    const lost = threeAccounts.replace("88,REF 2041/2042\n", "");
    expect(failedChecks(readBai2(lost))).toMatchObject([
      { what: "record_count", place: "account ending 6789", stated: 9n, computed: 8n },
      { what: "record_count", place: "group 1", stated: 14n, computed: 13n },
      { what: "record_count", place: "file", stated: 22n, computed: 21n },
    ]);
    const counts = threeAccounts.replace(",2,14/", ",3,14/").replace(",2,22/", ",1,22/");
    expect(failedChecks(readBai2(counts))).toMatchObject([
      { what: "account_count", stated: 3n, computed: 2n },
      { what: "group_count", stated: 1n, computed: 2n },
    ]);
  });

  it("refuses a total that is no number, and says where none is stated", () => {
    const garbled = readBai2(threeAccounts.replace("49,4212950", "49,42B2950"));
    expect(garbled.problems).toMatchObject([{ row: 11, code: "bad_field", loss: "file" }]);
    const none = readBai2(threeAccounts.replace("49,4212950", "49,"));
    expect(none.problems).toMatchObject([{ row: 11, code: "missing_field", loss: "none" }]);
    expect(failedChecks(none)).toEqual([]);
  });
});

describe("what BAI2 files of single banks do otherwise", () => {
  it("takes no field from a comma before the slash where a continuation begins with a type", () => {
    const told = readBai2(
      file("03,12345678,USD,010,100,,,/\n88,015,250,,,/\n16,195,150,0,,,IN", "49,500,4/"),
    );
    expect(told.problems).toEqual([]);
    expect(told.statements[0]?.foot).toMatchObject({ openingMinor: 100n, closingMinor: 250n });
    expect(failedChecks(told).filter(({ what }) => what === "control_total")).toEqual([]);
  });

  it("goes on with an amount or a count in the continuation", () => {
    const told = readBai2(
      file(
        "03,12345678,,010/\n88,100,,,015/\n88,250,00008,,045,90,/\n16,195,150,0/\n88,B,C/\n88,IN/",
        "49,590,7/",
      ),
    );
    expect(told.problems).toEqual([]);
    expect(told.statements[0]?.foot).toMatchObject({
      openingMinor: 100n,
      closingMinor: 250n,
      availableMinor: 90n,
    });
    expect(told.statements[0]?.lines).toMatchObject([{ description: "IN", reference: "C" }]);
  });

  it("reads a funds type that was left out with its comma", () => {
    const told = readBai2(file("03,12345678,,015,250,/\n88,045,90,,/", "49,340,3/"));
    expect(told.problems).toEqual([]);
    expect(told.statements[0]?.foot).toMatchObject({ closingMinor: 250n, availableMinor: 90n });
  });

  it("prints amounts with other decimals than ISO 4217, as is told of the bank", () => {
    const text = file("03,12345678,EUR,010,100,,/\n16,195,7,0,,,IN", "49,107,3/");
    const told = readBai2(text, { decimals: { "121000248": { EUR: 0 } } });
    expect(told.statements[0]?.head.openingMinor).toBe(10_000n);
    expect(told.statements[0]?.lines[0]?.amountMinor).toBe(700n);
    expect(told.checks[0]).toMatchObject({ currency: "EUR", stated: 10_700n, computed: 10_700n });
    expect(readBai2(text).statements[0]?.lines[0]?.amountMinor).toBe(7n);
  });

  it("takes a line that begins no record for more of the text before it, and says so", () => {
    const told = readBai2(file("03,12345678,,/\n16,195,7,0,,,PAYMENT FOR\nINVOICE 12", "49,7,3/"));
    expect(told.statements[0]?.lines[0]?.description).toBe("PAYMENT FOR INVOICE 12");
    expect(told.problems).toMatchObject([{ row: 5, code: "bad_record", loss: "none" }]);
    expect(failedChecks(told)).toEqual([]);
  });

  it("runs on for thousands of records without a line break", () => {
    const count = 10_000;
    const details = Array.from(
      { length: count },
      (_, index) => `16,195,${index + 1},0,B${index},R${index},TEXT NO ${index}`,
    );
    const total = (count * (count + 1)) / 2;
    const text = [
      "01,SENDER,ACME01,261119,0415,7,,,2/02,ACME01,121000248,1,261118,9999,,/03,12345678,,/",
      ...details,
      `49,${total},${count + 2}/98,${total},1,${count + 4}/99,${total},1,${count + 6}/`,
    ].join("");
    const parts = text.match(/.{1,10000}/g) ?? [];
    const events = eventsOf(parts);
    expect(events).toEqual(eventsOf([text]));
    const lines = events.flatMap((event) => (event.kind === "line" ? [event.line] : []));
    expect(lines).toHaveLength(count);
    expect(lines.at(-1)).toMatchObject({ amountMinor: 10_000n, description: "TEXT NO 9999" });
    const failed = events.filter(
      (event) =>
        event.kind === "problem" ||
        (event.kind === "check" && event.check.stated !== event.check.computed),
    );
    expect(failed).toEqual([]);
  });

  it("fills a file up with blank lines and end marks", () => {
    const told = readBai2(`\n\n${threeAccounts}\n\0\0\0\n\u001a`);
    expect(told.problems).toEqual([]);
    expect(told.statements[0]?.head.row).toBe(5);
  });
});

describe("a BAI2 record that cannot be taken", () => {
  it.each([
    ["16,19X,700,0,,,IN", "unknown_code", "line"],
    ["16,010,700,0,,,A BALANCE", "unknown_code", "line"],
    ["16,100,700,0,,,ALL CREDITS", "unknown_code", "line"],
    ["16,850,700,0,,,IN", "unknown_code", "line"],
    ["16,195,,0,,,IN", "missing_amount", "line"],
    ["16,195,7.00,0,,,IN", "bad_amount", "line"],
    ["16,195,-700,0,,,IN", "bad_amount", "line"],
    ["16,195,99999999999999999999,0,,,IN", "out_of_range", "line"],
    ["16,165,000,0,,,PRENOTE", "zero_amount", "none"],
    ["17,195,700,0,,,IN", "bad_record", "line"],
    ["X", "bad_record", "line"],
  ])("%s is a problem, and reading goes on", (record, code, loss) => {
    const told = readBai2(file(`03,12345678,,/\n${record}\n16,698,1,,,,FEE`, "49,1,4/"));
    expect(told.problems).toMatchObject([{ row: 4, code, loss }]);
    expect(told.statements[0]?.lines).toMatchObject([{ amountMinor: -1n }]);
  });

  it("loses its references and text where the funds type is unknown, but not its amount", () => {
    const told = readBai2(file("03,12345678,,/\n16,195,700,Q,1,2,3", "49,700,3/"));
    expect(told.problems).toMatchObject([{ row: 4, code: "bad_field", loss: "none" }]);
    expect(told.statements[0]?.lines).toMatchObject([
      { amountMinor: 700n, description: "Wire in", reference: null },
    ]);
  });

  it("has no currency that ISO 4217 knows", () => {
    const told = readBai2(file("03,12345678,XYZ,010,5,,/\n16,195,700,,,,IN", "49,705,3/"));
    expect(told.problems.map(({ code, loss }) => `${code} ${loss}`)).toEqual([
      "unknown_currency none",
      "unknown_currency line",
    ]);
    expect(told.statements[0]?.foot).toMatchObject({ openingMinor: null });
  });

  it("stands outside of what it belongs to", () => {
    const told = readBai2(
      "01,A,B,261119,0415,7,,,2/\n16,195,7,,,,IN\n03,1,,/\n88,x\n99,0,0,5/\n88,x",
    );
    expect(told.problems.map(({ row, code }) => `${row} ${code}`)).toEqual([
      "2 misplaced_record",
      "3 misplaced_record",
      "6 misplaced_record",
    ]);
  });
});

describe("a BAI2 file that is not for the books", () => {
  it.each([
    ["2", "takes back"],
    ["4", "a test by the bank"],
  ])("is refused with group status %s", (status, words) => {
    const told = readBai2(
      threeAccounts.replace("121000248,1,261119", `121000248,${status},261119`),
    );
    expect(told.problems).toMatchObject([{ row: 16, code: "not_for_the_books", loss: "file" }]);
    expect(told.problems[0]?.message).toContain(words);
    expect(told.statements).toHaveLength(2);
  });

  it("is read with a warning where it corrects another", () => {
    const told = readBai2(threeAccounts.replace("121000248,1,261119", "121000248,3,261119"));
    expect(told.problems).toMatchObject([{ row: 16, code: "not_for_the_books", loss: "none" }]);
    expect(told.statements).toHaveLength(3);
  });

  it("has lines that cannot be dated where its group's day is none", () => {
    const told = readBai2(threeAccounts.replace("1,261119,14", "1,261131,14"));
    expect(told.problems.map(({ row, code, loss }) => `${row} ${code} ${loss}`)).toEqual([
      "16 bad_date none",
      "18 missing_date line",
    ]);
  });
});

describe("a BAI2 file that was cut", () => {
  const rows = threeAccounts.trimEnd().split("\n");

  it("is refused after whichever record it ends", () => {
    for (let count = 1; count < rows.length; count++) {
      const told = readBai2(`${rows.slice(0, count).join("\n")}\n`);
      expect(told.problems).toMatchObject([{ row: count, code: "truncated", loss: "file" }]);
    }
  });

  it("is refused where a trailer is missing in its middle", () => {
    for (const trailer of [10, 14]) {
      const told = readBai2(rows.filter((_, index) => index !== trailer).join("\n"));
      expect(told.problems).toMatchObject([{ code: "truncated", loss: "file" }]);
    }
  });

  it("is refused when it is no BAI2 at all, or empty, or one endless record", () => {
    expect(readBai2("Date,Amount\n1,2\n").problems).toMatchObject([{ code: "not_this_format" }]);
    expect(readBai2("01,A,B,261119,0415,7,,,1/\n99,0,0,2/").problems).toMatchObject([
      { code: "not_this_format", loss: "file" },
    ]);
    expect(readBai2(" \n \n").problems).toMatchObject([{ code: "empty", loss: "file" }]);
    const endless = [
      `01,A,B,261119,0415,7,,,2/\n16,195,7,0,,,`,
      "02,".repeat(100_000),
      `01,A/${"x".repeat(200_000)}`,
    ];
    expect(readBai2(endless[0] + "x".repeat(200_000)).problems).toMatchObject([
      { row: 2, code: "too_long", loss: "file" },
    ]);
    expect(readBai2(endless[2] ?? "").problems).toMatchObject([{ code: "too_long", loss: "file" }]);
    const continued = readBai2(`01,A,B,261119,0415,7,,,2/\n${"88,,,,,,,,,,,\n".repeat(9_000)}`);
    expect(continued.problems).toMatchObject([{ code: "too_long", loss: "file" }]);
  });
});

function line(amountMinor: bigint, description: string, reference: string | null) {
  return { bookedOn: "2026-11-18", amountMinor, description, reference };
}

/** A file of one account. */
function file(account: string, trailer: string): string {
  const total = /^49,(\d*)/.exec(trailer)?.[1] ?? "";
  const count = account.split("\n").filter((row) => /^\d\d,/.test(row)).length + 1;
  return [
    "01,SENDER,ACME01,261119,0415,7,,,2/",
    "02,ACME01,121000248,1,261118,9999,,/",
    account,
    trailer,
    `98,${total},1,${count + 2}/`,
    `99,${total},1,${count + 4}/`,
  ].join("\n");
}
