import { addDays, businessDay } from "./calendar.ts";
import { type Supplier, suppliers } from "./counterparties.ts";
import { paymentLines } from "./payments.ts";
import { type Random, randomFrom } from "./random.ts";
import type { Manner, StoryBankLine, StoryOpenItem } from "./types.ts";

type Fate = Manner | "never";

const fates: [Fate, number][] = [
  ["exact", 84],
  ["name_only", 24],
  ["digits_only", 12],
  ["mistyped", 6],
  ["part", 4],
  ["several", 5],
  ["tie", 2],
  ["never", 6],
];
/** The single bills, and two each for the five "several" and the two ties. */
const expensesTotal = 150;
const yearDays = 365;

/** A year of supplier bills and the payments that belong to them, on whatever date they fall. */
export function storyExpenses(
  today: string,
  seed: string,
): { items: StoryOpenItem[]; lines: StoryBankLine[] } {
  const random = randomFrom(`${seed}:expenses`);
  const nextNumber = numbering(random);
  const taken = new Set<string>();
  const items: StoryOpenItem[] = [];
  const lines: StoryBankLine[] = [];
  const deck = random.shuffle(fates.flatMap(([fate, count]) => Array<Fate>(count).fill(fate)));
  for (const fate of deck) {
    const supplier = random.pick(suppliers);
    const count = fate === "several" || fate === "tie" ? 2 : 1;
    const group = Array.from({ length: count }, (_, i) =>
      draftBill(items.length + i, supplier, nextNumber(supplier), today, random),
    );
    if (fate === "tie") {
      for (const item of group) item.amountMinor = (group[0] as StoryOpenItem).amountMinor;
    }
    for (const item of group) taken.add(item.number);
    items.push(...group);
    if (fate !== "never") lines.push(...paymentLines(fate, group, supplier, taken, random));
  }
  return { items, lines };
}

function draftBill(
  index: number,
  supplier: Supplier,
  number: string,
  today: string,
  random: Random,
): StoryOpenItem {
  const issuedOn = businessDay(
    addDays(today, -yearDays + Math.floor((index * (yearDays - 3)) / expensesTotal)),
  );
  return {
    kind: "expense",
    number,
    counterpartyName: supplier.name,
    description: describe[supplier.category] ?? "Services",
    issuedOn,
    dueOn: addDays(issuedOn, random.pick([7, 14, 30, 30])),
    currency: supplier.currency,
    amountMinor: BigInt(random.int(supplier.lowMinor, supplier.highMinor)),
    category: supplier.category,
  };
}

/** Each supplier counts its own documents, with the gaps that its other customers leave. */
function numbering(random: Random): (supplier: Supplier) => string {
  const last = new Map<string, number>();
  return (supplier) => {
    const floor = 10 ** (supplier.digits - 1);
    const previous = last.get(supplier.prefix) ?? floor + random.int(0, 4 * floor);
    const next = previous + random.int(1, 9);
    last.set(supplier.prefix, next);
    return `${supplier.prefix}${String(next).padStart(supplier.digits, "0")}`;
  };
}

const describe: Record<string, string> = {
  materials: "Samples and printing",
  subcontractors: "Subcontracted work",
  professional: "Professional services",
  office: "Office supplies",
  equipment: "Equipment and support",
  meals: "Client catering",
  marketing: "Campaign work",
};
