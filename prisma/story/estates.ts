import { addDays, monthly } from "./calendar.ts";
import { runningCosts, type StoryBill } from "./estate-costs.ts";
import { estatePayments } from "./estate-payments.ts";
import { byDay, type StoryFileAccount } from "./file-account.ts";
import { surnames } from "./leaseholders.ts";
import { type Random, randomFrom } from "./random.ts";

/** A flat and who holds its lease. */
export interface StoryUnit {
  number: string;
  leaseholder: { name: string; surname: string; email: string; since: string };
}

/** A quarter's service charge of one unit. */
export interface StoryDemand {
  unit: string;
  number: string;
  /** "Q4" */
  quarter: string;
  description: string;
  issuedOn: string;
  dueOn: string;
  amountMinor: bigint;
}

/** A managed building with its own books. */
export interface StoryBlock {
  name: string;
  units: StoryUnit[];
  /** Oldest first. */
  demands: StoryDemand[];
  bills: StoryBill[];
  account: StoryFileAccount;
}

/** What tells one building from another. */
export interface BlockPlan {
  name: string;
  prefix: string;
  /** What its people call a unit in a reference. */
  word: string;
  numbers: string[];
  /** The quarterly charges of its sizes of flat, in minor units. */
  chargesMinor: number[];
  /** Heating and water are metered: hardly two demands have one amount. */
  metered: boolean;
  mask: string;
  ledgerNumber: string;
}

const plans: BlockPlan[] = [
  {
    name: "Quayside Court",
    prefix: "QC",
    word: "FLAT",
    numbers: countTo(14),
    chargesMinor: [312_00, 386_00, 441_00],
    metered: true,
    mask: "7101",
    ledgerNumber: "1281",
  },
  {
    name: "Ropewalk House",
    prefix: "RW",
    word: "APT",
    numbers: ["A", "B", "C"].flatMap((floor) => countTo(4).map((number) => `${floor}${number}`)),
    // Equal for all flats of one size: what tells too little is a tie here.
    chargesMinor: [295_00, 340_00],
    metered: false,
    mask: "7119",
    ledgerNumber: "1282",
  },
  {
    name: "Lantern Yard",
    prefix: "LY",
    word: "UNIT",
    numbers: countTo(24),
    chargesMinor: [228_00, 264_00, 351_00, 402_00],
    metered: true,
    mask: "7127",
    ledgerNumber: "1283",
  },
];

const yearDays = 365;

/**
 * Three buildings that the demo company looks after: four quarters of service charges, and the bank account of each with
 * what its people paid of them, well and badly told.
 * @param today ISO date
 */
export function storyEstates(today: string, seed = "tieout"): StoryBlock[] {
  const names = randomFrom(`${seed}:leaseholders`).shuffle(surnames);
  let used = 0;
  return plans.map((plan) => {
    const random = randomFrom(`${seed}:${plan.prefix}`);
    const taken = names.slice(used, used + plan.numbers.length);
    used += taken.length;
    const units = plan.numbers.map((number, at) => unitOf(number, taken[at] ?? "", today, random));
    const demands = demandsOf(plan, today, random);
    const { bills, lines } = runningCosts(plan, today, random);
    const paid = estatePayments(plan, units, demands, random);
    return {
      name: plan.name,
      units,
      demands,
      bills,
      account: {
        institutionName: "Fernbank Trust",
        name: `${plan.name} service charges`,
        kind: "current" as const,
        currency: "GBP" as const,
        mask: plan.mask,
        ledgerNumber: plan.ledgerNumber,
        openingMinor: BigInt(random.int(6_200_00, 14_900_00)),
        lines: byDay([...paid, ...lines], today),
      },
    };
  });
}

function unitOf(number: string, surname: string, today: string, random: Random): StoryUnit {
  const initial = random.pick([..."ABCDEGHJKLMNPRST"]);
  return {
    number,
    leaseholder: {
      name: `${initial} ${surname}`,
      surname,
      email: `${surname.toLowerCase().replace(/[^a-z]/g, "")}@residents.example`,
      since: addDays(today, -random.int(500, 4_000)),
    },
  };
}

/** Four quarters: the last demanded in the month before this one, so that most of it is paid by now. */
function demandsOf(plan: BlockPlan, today: string, random: Random): StoryDemand[] {
  const firsts = monthly(addDays(today, -yearDays), today, 1).reverse();
  const issued = [1, 4, 7, 10].map((back) => firsts[back] ?? today).reverse();
  const sizes = plan.numbers.map((_, at) => plan.chargesMinor[at % plan.chargesMinor.length] ?? 0);
  return issued.flatMap((issuedOn, nth) => {
    // Each quarter has its own budget, and lately each was a little more than the one before.
    const budgeted = (minor: number) => Math.round((minor * (100 + 2 * nth)) / 100_00) * 100;
    const quarter = `Q${Math.ceil(Number(issuedOn.slice(5, 7)) / 3)}`;
    return plan.numbers.map((unit, at) => ({
      unit,
      number: `${plan.prefix}-${issuedOn.slice(2, 4)}${quarter}-${unit}`,
      quarter,
      description: `Service charge${plan.metered ? " and metered heating" : ""}, ${quarter} ${issuedOn.slice(0, 4)}`,
      issuedOn,
      dueOn: addDays(issuedOn, 27),
      amountMinor: BigInt(budgeted(sizes[at] ?? 0) + (plan.metered ? random.int(18_07, 96_93) : 0)),
    }));
  });
}

function countTo(count: number): string[] {
  return Array.from({ length: count }, (_, at) => String(at + 1));
}
