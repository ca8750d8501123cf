import fc from "fast-check";
import { fromDayNumber } from "../../../server/src/core/dates.ts";
import type {
  Bai2Account,
  Bai2Detail,
  Bai2Figure,
  Bai2File,
  Bai2Funds,
  Bai2Style,
} from "../../../server/src/core/statements/bai2/file.ts";
import {
  type Bai2Options,
  createBai2Reader,
} from "../../../server/src/core/statements/bai2/reader.ts";
import { meaningOfType, nameOfType } from "../../../server/src/core/statements/bai2/type-codes.ts";
import type {
  BalanceCheck,
  StatementEvent,
  StatementFoot,
  StatementHead,
  StatementLine,
  StatementProblem,
} from "../../../server/src/core/statements/statement.ts";

/** What a reader told, statement by statement. */
export interface Told {
  statements: { head: StatementHead; lines: StatementLine[]; foot: StatementFoot | null }[];
  checks: BalanceCheck[];
  problems: StatementProblem[];
}

export function eventsOf(parts: readonly string[], options: Bai2Options = {}): StatementEvent[] {
  const events: StatementEvent[] = [];
  const reader = createBai2Reader(options, (event) => events.push(event));
  for (const part of parts) reader.write(part);
  reader.end();
  return events;
}

export function readBai2(text: string, options: Bai2Options = {}): Told {
  const told: Told = { statements: [], checks: [], problems: [] };
  for (const event of eventsOf([text], options)) {
    if (event.kind === "statement") {
      told.statements.push({ head: event.head, lines: [], foot: null });
    } else if (event.kind === "line") told.statements.at(-1)?.lines.push(event.line);
    else if (event.kind === "check") told.checks.push(event.check);
    else if (event.kind === "problem") told.problems.push(event.problem);
    else {
      const last = told.statements.at(-1);
      if (last) last.foot = event.foot;
    }
  }
  return told;
}

export function failedChecks(told: Told): BalanceCheck[] {
  return told.checks.filter(({ stated, computed }) => stated !== computed);
}

/** What reading a file must tell, but for rows. */
export function expectedOf(file: Bai2File) {
  return file.groups.flatMap((group) =>
    group.accounts.map((account) => {
      const figure = (...types: string[]) =>
        types
          .map((type) => account.figures.find((one) => one.type === type)?.amount)
          .find((amount) => amount !== undefined) ?? null;
      const whole = group.modifier === 1 || group.modifier === 3 ? null : group.asOf;
      return {
        account: account.account,
        currency: account.currency ?? group.currency ?? "USD",
        lines: account.details.map((detail) => ({
          bookedOn: group.asOf,
          amountMinor: meaningOfType(detail.type) === "debit" ? -detail.amount : detail.amount,
          description: detail.text || nameOfType(detail.type),
          reference: detail.customerReference || detail.bankReference || null,
        })),
        foot: {
          openingMinor: figure("010"),
          closingMinor: figure("015"),
          availableMinor: figure("045", "060", "040"),
          closingOn: group.asOf,
          firstOn: whole,
          lastOn: whole,
          continued: false,
        },
      };
    }),
  );
}

/** The same of what was told. */
export function gist(told: Told) {
  return told.statements.map(({ head, lines, foot }) => ({
    account: head.account,
    currency: head.currency,
    lines: lines.map(({ bookedOn, amountMinor, description, reference }) => ({
      bookedOn,
      amountMinor,
      description,
      reference,
    })),
    foot,
  }));
}

const identifier = fc.stringMatching(/^[A-Z][A-Z0-9-]{2,11}$/);
const reference = fc.oneof(
  fc.constant(""),
  fc.stringMatching(/^[1-9A-Z][0-9A-Z ]{0,10}[0-9A-Z]$/).map((text) => text.replace(/ +/g, " ")),
);
const amount = fc.oneof(
  fc.bigInt(1n, 999n),
  fc.bigInt(1n, 10n ** 9n),
  fc.bigInt(1n, 10n ** 17n),
  fc.constantFrom(16n, 49n, 88n, 98n, 99n),
);
/** From 1980 on: of earlier years two digits would mean this century. */
const day = fc.integer({ min: 3_652, max: 29_000 }).map(fromDayNumber);
const time = fc.constantFrom("0000", "1459", "2400", "9999");
const sixDigits = day.map((date) => date.slice(2).replaceAll("-", ""));

const funds: fc.Arbitrary<Bai2Funds> = fc.oneof(
  fc
    .constantFrom("" as const, "0" as const, "1" as const, "2" as const, "Z" as const)
    .map((type) => ({
      type,
    })),
  fc.tuple(amount, amount, amount).map((amounts) => ({ type: "S" as const, amounts })),
  fc.record({ type: fc.constant("V" as const), day: sixDigits, time: fc.constantFrom("", "1200") }),
  fc.record({
    type: fc.constant("D" as const),
    parts: fc.array(fc.record({ days: fc.nat(9), amount }), { maxLength: 4 }),
  }),
);

/** Words of all kinds that a text may hold, records' beginnings among them. */
const word = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9:.&'-]{1,12}$/),
  fc.constantFrom(
    ",",
    "/",
    "//",
    "88,",
    "16,475",
    "49,100,3/",
    "A/B",
    "x,",
    "Zürich",
    "支払",
    "99/",
  ),
);
const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));

const detail: fc.Arbitrary<Bai2Detail> = fc.record({
  type: fc.constantFrom(
    "115",
    "165",
    "195",
    "275",
    "399",
    "409",
    "475",
    "495",
    "698",
    "721",
    "925",
    "965",
  ),
  amount,
  funds,
  bankReference: reference,
  customerReference: reference,
  text,
});

const figures: fc.Arbitrary<Bai2Figure[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom("010", "015", "040", "045", "060", "072", "100", "400", "901"),
      amount,
      fc.boolean(),
    )
    .chain(([type, size, negative]) =>
      fc.record({
        type: fc.constant(type),
        amount: fc.constant(negative && type < "100" ? -size : size),
        itemCount: fc.option(fc.nat(999)),
        funds,
      }),
    ),
  { selector: ({ type }) => type, maxLength: 8 },
);

const currency = fc.option(
  fc.constantFrom("USD" as const, "EUR" as const, "JPY" as const, "KWD" as const),
);

const account: fc.Arbitrary<Bai2Account> = fc.record({
  account: fc.stringMatching(/^[A-Z0-9]{1,17}$/),
  currency,
  figures,
  details: fc.array(detail, { maxLength: 6 }),
});

export const bai2File: fc.Arbitrary<Bai2File> = fc.record({
  sender: identifier,
  receiver: identifier,
  createdOn: day,
  createdAt: time,
  fileId: fc.stringMatching(/^[0-9]{1,4}$/),
  groups: fc.array(
    fc.record({
      ultimateReceiver: fc.option(identifier),
      originator: identifier,
      status: fc.constant(1 as const),
      asOf: day,
      asOfTime: fc.option(time),
      currency,
      modifier: fc.option(fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const)),
      accounts: fc.array(account, { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
});

const lineBreak = fc.constantFrom("\n" as const, "\r\n" as const, "\r" as const);

export const bai2Style: fc.Arbitrary<Bai2Style> = fc.oneof(
  fc.record({
    lineBreak,
    recordLength: fc.option(fc.integer({ min: 72, max: 132 })),
    padded: fc.boolean(),
    wrapAt: fc.option(fc.integer({ min: 40, max: 100 })),
    slashAfterText: fc.boolean(),
  }),
  fc.record({
    lineBreak: fc.constant("" as const),
    recordLength: fc.integer({ min: 72, max: 132 }),
    padded: fc.constant(true),
    wrapAt: fc.constant(null),
    slashAfterText: fc.boolean(),
  }),
);

/** Without line breaks and without lengths. */
export const runOnStyle: fc.Arbitrary<Bai2Style> = fc.record({
  lineBreak: fc.constant("" as const),
  recordLength: fc.constant(null),
  padded: fc.constant(false),
  wrapAt: fc.option(fc.integer({ min: 40, max: 100 })),
  slashAfterText: fc.boolean(),
});

/** Such files cannot hold texts that look like records. */
export function withoutLookalikes(file: Bai2File): Bai2File {
  return {
    ...file,
    groups: file.groups.map((group) => ({
      ...group,
      accounts: group.accounts.map((one) => ({
        ...one,
        details: one.details.map((line) => ({
          ...line,
          text: line.text.replace(/\d\d,/g, "no").trim(),
        })),
      })),
    })),
  };
}

/** The sum that a file's last record states. */
export function totalOf(file: Bai2File): bigint {
  return file.groups
    .flatMap((group) => group.accounts)
    .flatMap(({ figures, details }) => [...figures, ...details])
    .reduce((sum, { amount }) => sum + amount, 0n);
}
