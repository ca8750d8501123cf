import { addDays, businessDay } from "./calendar.ts";
import type { BlockPlan, StoryDemand, StoryUnit } from "./estates.ts";
import type { StoryFileLine } from "./file-account.ts";
import type { Random } from "./random.ts";

/** How a household pays its service charges, quarter after quarter. */
type Habit =
  /** "FLAT 12 HARRISON Q4" */
  | "unit_and_name"
  /** "HARRISON SERVICE CHARGE" */
  | "name"
  /** "FLAT 12" */
  | "unit"
  /** The bank's text has the flat, the reference nothing. */
  | "standing_order"
  /** Nothing but the amount. */
  | "amount"
  /** Two quarters late, with one payment. */
  | "two_quarters"
  /** The last demand half paid. */
  | "part"
  /** The last time a twentieth less, because the charge went up. */
  | "as_before"
  /** More than is asked for. */
  | "over"
  /** Nothing since two quarters. */
  | "arrears";

const habits: Habit[] = [
  "unit_and_name",
  "unit_and_name",
  "name",
  "unit_and_name",
  "two_quarters",
  "unit",
  "unit_and_name",
  "part",
  "as_before",
  "amount",
  "arrears",
  "over",
  "standing_order",
  "unit_and_name",
];

/** What the people of a building paid of their demands, in the words of each. */
export function estatePayments(
  plan: BlockPlan,
  units: readonly StoryUnit[],
  demands: readonly StoryDemand[],
  random: Random,
): StoryFileLine[] {
  return units.flatMap((unit, at) => {
    const own = demands.filter((demand) => demand.unit === unit.number);
    return paymentsOf({ plan, unit, random }, habits[at % habits.length] ?? "name", own);
  });
}

interface Household {
  readonly plan: BlockPlan;
  readonly unit: StoryUnit;
  readonly random: Random;
}

function paymentsOf(who: Household, habit: Habit, demands: readonly StoryDemand[]) {
  const pay = (each: readonly StoryDemand[]) => each.map((demand) => line(who, habit, demand));
  const [first, second, third, last] = demands;
  if (!first || !second || !third || !last) throw new TypeError("a unit has four demands");
  switch (habit) {
    case "two_quarters": {
      const sum = second.amountMinor + third.amountMinor;
      const reference = `${flat(who)} ${surname(who)} ${second.quarter} + ${third.quarter}`;
      return [...pay([first]), line(who, habit, third, sum, reference), ...pay([last])];
    }
    case "part":
      return [
        ...pay([first, second, third]),
        line(who, habit, last, (last.amountMinor * 3n) / 5n, `${flat(who)} ${surname(who)} PART`),
      ];
    case "as_before":
      return [
        ...pay([first, second, third]),
        line(who, habit, last, (last.amountMinor * 19n) / 20n),
      ];
    case "over":
      // Rounded up to the next fifty, as people do who do not look it up.
      return [
        ...pay([first, second, third]),
        line(who, habit, last, (last.amountMinor / 50_00n + 1n) * 50_00n),
      ];
    case "arrears":
      return pay([first, second]);
    default:
      return pay(demands);
  }
}

function line(
  who: Household,
  habit: Habit,
  demand: StoryDemand,
  amountMinor = demand.amountMinor,
  reference = referenceOf(who, habit, demand),
): StoryFileLine {
  const { plan, unit, random } = who;
  const standing = habit === "standing_order";
  const payer = unit.leaseholder.name.toUpperCase();
  return {
    bookedOn: businessDay(addDays(demand.dueOn, random.int(-12, 9))),
    amountMinor,
    description: standing
      ? `STANDING ORDER ${flat(who)} ${plan.name.toUpperCase()}`
      : `${random.pick(["FASTER PAYMENT", "BGC", "FPI"])} ${habit === "amount" ? "ONLINE" : payer}`,
    counterparty: habit === "amount" ? "" : payer,
    reference,
  };
}

function referenceOf(who: Household, habit: Habit, { quarter }: StoryDemand): string {
  switch (habit) {
    case "name":
      return `${surname(who)} SERVICE CHARGE`;
    case "unit":
      return `${flat(who)} SERVICE CHG`;
    case "amount":
      return "SERVICE CHARGE";
    case "standing_order":
      return "";
    default:
      return `${flat(who)} ${surname(who)} ${quarter}`;
  }
}

function flat({ plan, unit }: Household): string {
  return `${plan.word} ${unit.number}`;
}

function surname({ unit }: Household): string {
  return unit.leaseholder.surname.toUpperCase();
}
