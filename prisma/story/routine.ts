import { addDays, businessDay, monthly, weekday } from "./calendar.ts";
import { type Random, randomFrom } from "./random.ts";
import type { Currency, StoryBankLine } from "./types.ts";

type AccountPath = `${string}/${string}`;

/** Everything at the banks that no invoice or bill explains: wages, tax, subscriptions, cards, transfers. */
export function storyRoutine(from: string, today: string, seed: string): StoryBankLine[] {
  return [
    ...wages(from, today, randomFrom(`${seed}:wages`)),
    ...overheads(from, today, randomFrom(`${seed}:overheads`)),
    ...transfers(from, today, randomFrom(`${seed}:transfers`)),
    ...interestAndFees(from, today, randomFrom(`${seed}:fees`)),
    ...dailyCards(from, today, randomFrom(`${seed}:cards`)),
  ];
}

/** One bank line; money in is positive. */
export function bankLine(
  path: AccountPath,
  bookedOn: string,
  amountMinor: number,
  description: string,
  category: string,
  more: Partial<StoryBankLine> = {},
): StoryBankLine {
  const [institutionKey = "", accountKey = ""] = path.split("/");
  return {
    institutionKey,
    accountKey,
    bookedOn,
    amountMinor: BigInt(amountMinor),
    currency: currencies[path] ?? "GBP",
    description,
    category,
    channel: "other",
    ...more,
  };
}

const currencies: Record<string, Currency> = {
  "tidewell/euro": "EUR",
  "nordhaven/giro": "EUR",
  "cobaltridge/checking": "USD",
  "cobaltridge/savings": "USD",
};

const main = "aldermoor/current";

function wages(from: string, today: string, random: Random): StoryBankLine[] {
  const staff = people.map((name) => ({ name, netMinor: random.int(1_780_00, 3_240_00) }));
  return monthly(from, today, 25).flatMap((date) => [
    ...staff.map(({ name, netMinor }) =>
      bankLine(main, businessDay(date), -netMinor, `SALARY ${name.toUpperCase()}`, "payroll", {
        counterpartyName: name,
        reference: "SALARY",
      }),
    ),
    bankLine(
      main,
      businessDay(addDays(date, -3)),
      -random.int(3_600_00, 4_200_00),
      "HMRC PAYE/NIC CUMBERNAULD",
      "tax",
      {
        counterpartyName: "HMRC PAYE/NIC",
        reference: "475PX00123456",
      },
    ),
    bankLine(main, businessDay(addDays(date, -2)), -1_438_20, "DD HALCYON PENSIONS", "pensions", {
      counterpartyName: "Halcyon Pensions",
    }),
  ]);
}

function overheads(from: string, today: string, random: Random): StoryBankLine[] {
  return directDebits.flatMap(({ day, name, lowMinor, highMinor, category, path }) =>
    monthly(from, today, day).map((date) =>
      bankLine(
        path ?? main,
        businessDay(date),
        -random.int(lowMinor, highMinor),
        `DD ${name.toUpperCase()}`,
        category,
        {
          counterpartyName: name,
        },
      ),
    ),
  );
}

/** Both sides of money moved between own accounts, the far side sometimes a day or two later. */
function transfers(from: string, today: string, random: Random): StoryBankLine[] {
  const lines: StoryBankLine[] = [];
  const move = (
    date: string,
    out: AccountPath,
    into: AccountPath,
    outMinor: number,
    inMinor = outMinor,
  ) => {
    const sent = businessDay(date);
    const arrived =
      out.split("/")[0] === into.split("/")[0]
        ? sent
        : businessDay(addDays(sent, random.int(0, 2)));
    lines.push(
      bankLine(out, sent, -outMinor, `TRANSFER TO ${label(into)}`, "transfers", {
        counterpartyName: "Harbour & Vale Ltd",
      }),
    );
    lines.push(
      bankLine(into, arrived, inMinor, `TRANSFER FROM ${label(out)}`, "transfers", {
        counterpartyName: "Harbour & Vale Ltd",
      }),
    );
  };
  for (const date of monthly(from, today, 3))
    move(date, main, "aldermoor/tax", random.int(30, 52) * 100_00);
  for (const date of monthly(from, today, 11))
    move(date, main, "tidewell/project", random.int(12, 24) * 100_00);
  for (const date of monthly(from, today, 18))
    move(date, main, "emberline/card", random.int(780_00, 1_120_00));
  for (const [i, date] of monthly(from, today, 14).entries()) {
    if (i % 2 === 0) move(date, main, "aldermoor/reserve", 2_500_00);
    if (i % 3 === 1) move(date, main, "quillstone/notice", 3_000_00);
    if (i % 3 === 0) move(date, "aldermoor/tax", main, 11_500_00);
    if (i % 3 === 0)
      lines.push(
        bankLine(
          main,
          businessDay(addDays(date, 4)),
          -random.int(9_800_00, 13_900_00),
          "HMRC VAT",
          "tax",
          { counterpartyName: "HMRC VAT", reference: "GB123456789" },
        ),
      );
    if (i % 4 === 2)
      move(date, "tidewell/project", "tidewell/euro", 1_000_00, random.int(1_148_00, 1_181_00));
    if (i % 4 === 1) move(date, "cobaltridge/checking", "cobaltridge/savings", 2_000_00);
  }
  return lines;
}

function interestAndFees(from: string, today: string, random: Random): StoryBankLine[] {
  const interest: [AccountPath, number, number][] = [
    ["aldermoor/reserve", 18_20, 31_90],
    ["aldermoor/tax", 9_10, 22_40],
    ["quillstone/notice", 61_00, 84_00],
    ["cobaltridge/savings", 14_00, 29_00],
  ];
  const fees: [AccountPath, number, string][] = [
    [main, 8_50, "ACCOUNT MAINTENANCE FEE"],
    [main, 12_35, "BACS FILE CHARGE"],
    ["nordhaven/giro", 9_90, "KONTOFUEHRUNG"],
    ["cobaltridge/checking", 15_00, "MONTHLY SERVICE FEE"],
    ["tidewell/project", 5_00, "PLAN FEE"],
    ["emberline/card", 3_00, "CARD FEE"],
  ];
  return monthly(from, today, 31)
    .flatMap((date) => [
      ...interest.map(([path, low, high]) =>
        bankLine(path, businessDay(date), random.int(low, high), "INTEREST PAID", "interest"),
      ),
      ...fees.map(([path, fee, text]) =>
        bankLine(path, businessDay(date), -fee, text, "bank_fees"),
      ),
    ])
    .filter((line) => line.bookedOn <= today);
}

/** Debit and credit card spending of a working week, with real doubles: two people, one train, one fare. */
function dailyCards(from: string, today: string, random: Random): StoryBankLine[] {
  const lines: StoryBankLine[] = [];
  for (let date = from; date <= today; date = addDays(date, 1)) {
    const day = weekday(date);
    if (day === 0) continue;
    const spends = day === 6 ? random.int(0, 1) : random.int(1, 4);
    for (let i = 0; i < spends; i++) lines.push(cardSpend(main, date, random));
    if (day === 2 && random.chance(0.5)) {
      const fare = cardSpend(main, date, random, "travel");
      lines.push(fare, { ...fare });
    }
    if (day !== 6 && random.chance(0.75)) lines.push(cardSpend("emberline/card", date, random));
    if (day === 4 && random.chance(0.5)) lines.push(cardSpend("tidewell/project", date, random));
    if (day === 3 && random.chance(0.25)) lines.push(cardSpend("tidewell/euro", date, random));
    if (day === 1 && random.chance(0.3)) {
      lines.push(
        bankLine(
          main,
          date,
          random.int(6_00, 140_00),
          `REFUND ${random.pick(shops).name.toUpperCase()}`,
          "refunds",
        ),
      );
    }
  }
  const unsettledFrom = addDays(today, -1);
  return lines.map((line) =>
    line.accountKey === "card" && line.bookedOn >= unsettledFrom
      ? { ...line, pending: true }
      : line,
  );
}

/** One card purchase, at a random shop or at one of the given category. */
export function cardSpend(
  path: AccountPath,
  date: string,
  random: Random,
  category?: string,
): StoryBankLine {
  const shop = random.pick(category ? shops.filter((s) => s.category === category) : shops);
  return bankLine(
    path,
    date,
    -random.int(shop.lowMinor, shop.highMinor),
    `CARD ${shop.name.toUpperCase()} ${random.pick(towns)}`,
    shop.category,
    {
      counterpartyName: shop.name,
      channel: "card",
    },
  );
}

function label(path: string): string {
  const [institution = "", account = ""] = path.split("/");
  return `${institution} ${account}`.toUpperCase();
}

const people = [
  "A Whitcombe",
  "B Adeyemi",
  "C Lindqvist",
  "D Okonjo",
  "E Marchetti",
  "F Sandhu",
  "G Tremayne",
];

const towns = ["LEEDS", "YORK", "LONDON", "BRISTOL", "HARROGATE", "ONLINE"];

const directDebits: {
  day: number;
  name: string;
  lowMinor: number;
  highMinor: number;
  category: string;
  path?: AccountPath;
}[] = [
  {
    day: 1,
    name: "Quayside Estates Rent",
    lowMinor: 3_450_00,
    highMinor: 3_450_00,
    category: "rent",
  },
  { day: 1, name: "City Council Rates", lowMinor: 612_00, highMinor: 612_00, category: "rent" },
  { day: 2, name: "Beckfoot Energy", lowMinor: 180_00, highMinor: 410_00, category: "utilities" },
  { day: 6, name: "Dale Water", lowMinor: 38_00, highMinor: 64_00, category: "utilities" },
  { day: 8, name: "Fernway Broadband", lowMinor: 54_00, highMinor: 54_00, category: "phone" },
  { day: 9, name: "Skylark Mobile", lowMinor: 142_10, highMinor: 171_80, category: "phone" },
  {
    day: 10,
    name: "Stowell Insurance",
    lowMinor: 218_44,
    highMinor: 218_44,
    category: "insurance",
  },
  { day: 12, name: "Ledgerleaf Software", lowMinor: 42_00, highMinor: 42_00, category: "software" },
  { day: 12, name: "Draughtwell CAD", lowMinor: 385_00, highMinor: 385_00, category: "software" },
  { day: 13, name: "Canvasly", lowMinor: 96_00, highMinor: 96_00, category: "software" },
  { day: 15, name: "Mailhaven", lowMinor: 57_60, highMinor: 57_60, category: "software" },
  { day: 16, name: "Parcelwing", lowMinor: 22_00, highMinor: 96_00, category: "office" },
  { day: 20, name: "Greenbower Cleaning", lowMinor: 264_00, highMinor: 264_00, category: "office" },
  {
    day: 21,
    name: "Copierworks Lease",
    lowMinor: 119_00,
    highMinor: 119_00,
    category: "equipment",
  },
  {
    day: 23,
    name: "Fleetmoor Van Lease",
    lowMinor: 287_50,
    highMinor: 287_50,
    category: "equipment",
  },
  {
    day: 5,
    name: "Cloudrunner Hosting",
    lowMinor: 48_00,
    highMinor: 133_00,
    category: "software",
    path: "nordhaven/giro",
  },
  {
    day: 7,
    name: "Renderfarm Ten",
    lowMinor: 79_00,
    highMinor: 79_00,
    category: "software",
    path: "cobaltridge/checking",
  },
  {
    day: 17,
    name: "Stocklight Images",
    lowMinor: 29_00,
    highMinor: 29_00,
    category: "software",
    path: "tidewell/euro",
  },
];

const shops: { name: string; category: string; lowMinor: number; highMinor: number }[] = [
  { name: "Northline Rail", category: "travel", lowMinor: 18_40, highMinor: 96_00 },
  { name: "Pilgrim Taxis", category: "travel", lowMinor: 7_20, highMinor: 31_00 },
  { name: "Kerbside Parking", category: "travel", lowMinor: 2_50, highMinor: 18_00 },
  { name: "Hollow Oak Hotel", category: "travel", lowMinor: 84_00, highMinor: 210_00 },
  { name: "Copper Kettle Coffee", category: "meals", lowMinor: 3_10, highMinor: 19_80 },
  { name: "The Ropewalk Kitchen", category: "meals", lowMinor: 24_00, highMinor: 138_00 },
  { name: "Larder & Lane", category: "meals", lowMinor: 5_40, highMinor: 28_00 },
  { name: "Tinsmith Hardware", category: "materials", lowMinor: 6_99, highMinor: 118_00 },
  { name: "Paperfold Stationers", category: "office", lowMinor: 4_20, highMinor: 72_00 },
  { name: "Kestrel Fuels", category: "travel", lowMinor: 38_00, highMinor: 92_00 },
];
