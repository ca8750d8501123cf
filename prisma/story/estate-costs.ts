import { addDays, businessDay, monthly } from "./calendar.ts";
import type { BlockPlan } from "./estates.ts";
import type { StoryFileLine } from "./file-account.ts";
import type { Random } from "./random.ts";

/** A contractor's invoice to the block, which only the block's own account can pay. */
export interface StoryBill {
  number: string;
  counterpartyName: string;
  description: string;
  issuedOn: string;
  dueOn: string;
  amountMinor: bigint;
}

const yearDays = 365;

/** What a building costs: contractors with an invoice or without, and the bank's own fee. */
export function runningCosts(
  { prefix }: BlockPlan,
  today: string,
  random: Random,
): { bills: StoryBill[]; lines: StoryFileLine[] } {
  const from = addDays(today, -yearDays + 60);
  const bills = monthly(from, today, 6).map((date, at): StoryBill => {
    const contractor = random.pick(contractors);
    return {
      number: `${contractor.prefix}-${prefix}${101 + at}`,
      counterpartyName: contractor.name,
      description: contractor.work,
      issuedOn: businessDay(addDays(date, -20)),
      dueOn: businessDay(date),
      amountMinor: BigInt(random.int(contractor.lowMinor, contractor.highMinor)),
    };
  });
  const paid = bills.slice(0, -1).map((bill) => ({
    bookedOn: businessDay(addDays(bill.dueOn, random.int(-3, 4))),
    amountMinor: -bill.amountMinor,
    description: `FASTER PAYMENT TO ${bill.counterpartyName.toUpperCase()}`,
    counterparty: bill.counterpartyName,
    reference: bill.number,
  }));
  const standing = monthly(from, today, 15).flatMap((date, at) => [
    {
      bookedOn: businessDay(date),
      amountMinor: BigInt(-random.int(88_00, 164_00)),
      description: "DD BECKFOOT ENERGY",
      counterparty: "Beckfoot Energy",
      reference: `LANDLORD SUPPLY ${prefix}`,
    },
    ...(at % 3 === 2
      ? [
          {
            bookedOn: businessDay(addDays(date, 3)),
            amountMinor: BigInt(-random.int(140_00, 210_00)),
            description: "FASTER PAYMENT TO GREENBOWER CLEANING",
            counterparty: "Greenbower Cleaning",
            reference: "WINDOWS AND GUTTERS",
          },
        ]
      : []),
  ]);
  const fees = monthly(from, today, 28).map((date) => ({
    bookedOn: businessDay(date),
    amountMinor: -6_50n,
    description: "ACCOUNT FEE",
    counterparty: "",
    reference: "",
  }));
  return { bills, lines: [...paid, ...standing, ...fees] };
}

const contractors = [
  {
    name: "Liftwright Engineers Ltd",
    prefix: "LW",
    work: "Lift maintenance",
    lowMinor: 180_00,
    highMinor: 620_00,
  },
  {
    name: "Stairwell Decorators",
    prefix: "SD",
    work: "Redecoration of common parts",
    lowMinor: 240_00,
    highMinor: 980_00,
  },
  {
    name: "Gutter & Slate Roofing Ltd",
    prefix: "GS",
    work: "Roof repairs",
    lowMinor: 160_00,
    highMinor: 890_00,
  },
  {
    name: "Beacon Fire Safety Ltd",
    prefix: "BF",
    work: "Alarm inspection",
    lowMinor: 95_00,
    highMinor: 340_00,
  },
];
