import { addDays, businessDay, monthly } from "./calendar.ts";
import { byDay, type StoryFileAccount, type StoryFileLine } from "./file-account.ts";
import { type Random, randomFrom } from "./random.ts";
import { inPounds, type StoryRate } from "./rates.ts";
import type { StoryOpenItem } from "./types.ts";
import { charge, workshopRoutine } from "./workshop-routine.ts";

/** The demo company's second trade, whose bank has no feed: what it billed, and its statements. */
export interface StoryWorkshop {
  openItems: StoryOpenItem[];
  accounts: StoryFileAccount[];
}

/** Who pays under a name that says nothing, and whom the payments are from: people find out, and the product learns. */
export const privatePayer = { payer: "M T OAKES", client: "Kestrel Lodge Hotel" } as const;

/**
 * A workshop that makes furniture and bills from Britain and the continent: each way of paying that is more than one
 * payment of one invoice.
 * @param today ISO date
 */
export function storyWorkshop(
  today: string,
  rates: readonly StoryRate[],
  seed = "tieout",
): StoryWorkshop {
  const random = randomFrom(`${seed}:workshop`);
  const books = new Books(today, random);
  plainSales(books);
  severalAtOnce(books);
  differences(books, rates);
  unknownPayer(books);
  const from = addDays(today, -170);
  books.pounds.push(...workshopRoutine(from, today, random));
  moveMoney(books, from, rates);
  const account = (
    name: string,
    currency: "GBP" | "EUR",
    rest: Pick<StoryFileAccount, "kind" | "mask" | "ledgerNumber" | "openingMinor" | "lines">,
  ): StoryFileAccount => ({ institutionName: "Marram Bank", name, currency, ...rest });
  return {
    openItems: books.items,
    accounts: [
      account("Workshop Account", "GBP", {
        ...{ kind: "current", mask: "6020", ledgerNumber: "1271", openingMinor: 21_480_15n },
        lines: byDay(books.pounds, today),
      }),
      account("Workshop Reserve", "GBP", {
        ...{ kind: "savings", mask: "6038", ledgerNumber: "1272", openingMinor: 8_000_00n },
        lines: byDay(books.reserve, today),
      }),
      account("Workshop Euro", "EUR", {
        ...{ kind: "current", mask: "6046", ledgerNumber: "1273", openingMinor: 4_310_70n },
        lines: byDay(books.euros, today),
      }),
    ],
  };
}

/** What is billed, and what the three accounts see of it. */
class Books {
  readonly items: StoryOpenItem[] = [];
  readonly pounds: StoryFileLine[] = [];
  readonly reserve: StoryFileLine[] = [];
  readonly euros: StoryFileLine[] = [];
  readonly today: string;
  readonly random: Random;

  constructor(today: string, random: Random) {
    this.today = today;
    this.random = random;
  }

  /** @param daysAgo when it was issued; the amount is random where none is said */
  bill(counterpartyName: string, daysAgo: number, more: Partial<StoryOpenItem> = {}) {
    const issuedOn = businessDay(addDays(this.today, -daysAgo));
    const item: StoryOpenItem = {
      kind: "invoice",
      number: `WS-${3101 + this.items.length}`,
      counterpartyName,
      description: this.random.pick(pieces),
      issuedOn,
      dueOn: addDays(issuedOn, 30),
      currency: "GBP",
      amountMinor: BigInt(this.random.int(480_00, 3_900_00)),
      category: "sales",
      ...more,
    };
    this.items.push(item);
    return item;
  }

  /** A day around the due date, and before today. */
  paidOn({ dueOn }: StoryOpenItem, days = this.random.int(-9, 6)): string {
    const day = businessDay(addDays(dueOn, days));
    return day <= this.today ? day : businessDay(addDays(this.today, -3));
  }
}

function credit(
  bookedOn: string,
  amountMinor: bigint,
  payer: string,
  reference: string,
): StoryFileLine {
  const description = `BANK TRANSFER FROM ${payer.toUpperCase()}`;
  return { bookedOn, amountMinor, description, counterparty: payer, reference };
}

function plainSales(books: Books): void {
  for (const [at, client] of customers.entries()) {
    const item = books.bill(client, 160 - at * 14);
    books.pounds.push(credit(books.paidOn(item), item.amountMinor, client, item.number));
  }
  const bill = books.bill("Fenland Timber Merchants", 74, {
    kind: "expense",
    number: "FT-88213",
    description: "Oak boards",
    category: "materials",
  });
  books.pounds.push({
    bookedOn: books.paidOn(bill),
    amountMinor: -bill.amountMinor,
    description: "BILL PAYMENT TO FENLAND TIMBER MERCHANTS",
    counterparty: "Fenland Timber Merchants",
    reference: bill.number,
  });
  // Late, and of nobody's payment so far.
  books.bill("Osprey Lettings Ltd", 95);
  books.bill("Priory Almshouses", 63);
}

function severalAtOnce(books: Books): void {
  const client = "Wychwood Schools Trust";
  const three = [88, 81, 73].map((daysAgo) => books.bill(client, daysAgo));
  const sum = three.reduce((total, { amountMinor }) => total + amountMinor, 0n);
  const [first, second, third] = three.map(({ number }) => number);
  const last = three[2] as StoryOpenItem;
  books.pounds.push(credit(books.paidOn(last), sum, client, `${first} ${second} ${third}`));

  const halves = books.bill("Amberley Interiors Ltd", 96);
  const deposit = (halves.amountMinor * 2n) / 5n;
  const payer = halves.counterpartyName;
  books.pounds.push(
    credit(books.paidOn(halves, -25), deposit, payer, `${halves.number} DEPOSIT`),
    credit(
      books.paidOn(halves, 1),
      halves.amountMinor - deposit,
      payer,
      `${halves.number} BALANCE`,
    ),
  );
}

/** What is paid is not what was asked for, and each time for another reason. */
function differences(books: Books, rates: readonly StoryRate[]): void {
  // Billed in euros, paid into the account in pounds: the payer's bank has its own rate.
  const abroad = books.bill("Maison Ferrand SARL", 58, { currency: "EUR", amountMinor: 2_380_00n });
  const arrived = books.paidOn(abroad, -4);
  const worth = inPounds(rates, "EUR", arrived, abroad.amountMinor);
  const atTheirRate = worth - (worth * 7n) / 1_000n;
  books.pounds.push(credit(arrived, atTheirRate, "Maison Ferrand SARL", abroad.number));
  // Billed in pounds, paid into the euro account.
  const home = books.bill("Galerie Noordzee B.V.", 66, { amountMinor: 1_150_00n });
  const day = books.paidOn(home, -2);
  const oneEuro = inPounds(rates, "EUR", day, 100_000_00n);
  const euros = (home.amountMinor * 100_000_00n * 1_004n) / (oneEuro * 1_000n);
  books.euros.push(credit(day, euros, "Galerie Noordzee BV", home.number));
  // Their bank kept its fee.
  const fee = books.bill("Tischlerei Ahorn GmbH", 49, { currency: "EUR", amountMinor: 1_865_00n });
  const lessFee = fee.amountMinor - 12_50n;
  books.euros.push(credit(books.paidOn(fee, -6), lessFee, "Tischlerei Ahorn GmbH", fee.number));
  // Two in a hundred off for paying at once.
  const early = books.bill("Saltings Guest House", 38, { amountMinor: 1_420_00n });
  const lessDiscount = early.amountMinor - (early.amountMinor * 2n) / 100n;
  books.pounds.push(
    credit(books.paidOn(early, -22), lessDiscount, "Saltings Guest House", early.number),
  );
  // The pence forgotten.
  const round = books.bill("Dovecote Farm Shop", 52, { amountMinor: 764_03n });
  books.pounds.push(credit(books.paidOn(round), 764_00n, "Dovecote Farm Shop", round.number));
}

/** Two payments of a client whose owner pays from an account of his own. */
function unknownPayer(books: Books): void {
  for (const daysAgo of [70, 41]) {
    const item = books.bill(privatePayer.client, daysAgo);
    const day = books.paidOn(item, -5);
    books.pounds.push(credit(day, item.amountMinor, privatePayer.payer, "FURNITURE"));
  }
}

/** Between the workshop's own accounts: to its reserve, and into euros. */
function moveMoney(books: Books, from: string, rates: readonly StoryRate[]): void {
  const day = (date: string, later = 0) => businessDay(addDays(date, later));
  for (const date of monthly(from, books.today, 12)) {
    const minor = BigInt(books.random.int(6, 14) * 100_00);
    books.pounds.push(charge(day(date), -minor, "TRANSFER TO WORKSHOP RESERVE"));
    books.reserve.push(charge(day(date), minor, "TRANSFER FROM WORKSHOP ACCOUNT"));
  }
  const date = day(addDays(books.today, -47));
  const euros = 1_500_00n;
  const pounds = inPounds(rates, "EUR", date, euros);
  books.pounds.push(charge(date, -(pounds + 3_00n), "TRANSFER TO WORKSHOP EURO"));
  books.euros.push(charge(day(date, 1), euros, "TRANSFER FROM WORKSHOP ACCOUNT"));
  for (const end of monthly(from, books.today, 31)) {
    books.reserve.push(charge(businessDay(end), BigInt(books.random.int(9_10, 17_90)), "INTEREST"));
  }
}

const customers = [
  "Alder & Co Bookshop",
  "Bellweather Clinic Ltd",
  "Cornmarket Library Trust",
  "Drovers Inn Ltd",
  "Eastgate Dental Partners",
  "Fallowfield Nursery Ltd",
  "Gannet Street Bakery",
  "Hearthstone Lettings Ltd",
];

const pieces = [
  "Oak reception desk",
  "Shelving, fitted",
  "Twelve dining chairs",
  "Two long tables",
  "Window seats",
  "Display cases",
];
