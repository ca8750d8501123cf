import { addDays, businessDay } from "./calendar.ts";
import { type Client, clients } from "./counterparties.ts";
import { paymentLines } from "./payments.ts";
import { type Random, randomFrom } from "./random.ts";
import type { Manner, StoryBankLine, StoryOpenItem } from "./types.ts";

/** What becomes of an invoice: paid in some manner, half paid so far, or never paid. */
type Fate = Manner | "half_paid" | "never";

const fates: [Fate, number][] = [
  ["exact", 30],
  ["name_only", 20],
  ["digits_only", 16],
  ["mistyped", 14],
  ["fee_deducted", 8],
  ["part", 7],
  ["half_paid", 3],
  ["several", 6],
  ["never", 4],
];
const ties = 3;
/** 30+20+16+14+8+7+3+4 single invoices, and two each for the six "several" and the three ties. */
const invoicesTotal = 120;
const yearDays = 365;

/** A year of sales invoices and the payments that belong to them, on whatever date they fall. */
export function storyInvoices(
  today: string,
  seed: string,
): { items: StoryOpenItem[]; lines: StoryBankLine[] } {
  const random = randomFrom(`${seed}:invoices`);
  const taken = new Set(Array.from({ length: invoicesTotal }, (_, i) => invoiceNumber(i)));
  const items: StoryOpenItem[] = [];
  const lines: StoryBankLine[] = [];
  for (const fate of dealFates(random)) {
    const client = chooseClient(fate, random);
    const group = [draftInvoice(items.length, client, fate, today, random)];
    if (fate === "tie" || fate === "several") {
      const second = draftInvoice(items.length + 1, client, fate, today, random);
      if (fate === "tie") second.amountMinor = (group[0] as StoryOpenItem).amountMinor;
      group.push(second);
    }
    items.push(...group);
    lines.push(...fatefulLines(fate, group, client, today, taken, random));
  }
  return { items, lines };
}

function fatefulLines(
  fate: Fate,
  group: StoryOpenItem[],
  client: Client,
  today: string,
  taken: ReadonlySet<string>,
  random: Random,
): StoryBankLine[] {
  if (fate === "never") return [];
  if (fate === "tie") {
    const twin = paymentLines("exact", group.slice(1), client, taken, random);
    return [...paymentLines("tie", group, client, taken, random), ...postpone(twin, today, random)];
  }
  if (fate === "half_paid") {
    const [first, second] = paymentLines("part", group, client, taken, random);
    return [first as StoryBankLine, ...postpone([second as StoryBankLine], today, random)];
  }
  return paymentLines(fate, group, client, taken, random);
}

/** Moves lines into the future, so that their item is still open today. */
function postpone(lines: StoryBankLine[], today: string, random: Random): StoryBankLine[] {
  return lines.map((line) => ({
    ...line,
    bookedOn: businessDay(addDays(today, random.int(2, 25))),
  }));
}

/** Ties sit at fixed places, so that every seed has refused ones in its past. */
function dealFates(random: Random): Fate[] {
  const deck = random.shuffle(fates.flatMap(([fate, count]) => Array<Fate>(count).fill(fate)));
  for (let i = 0; i < ties; i++) deck.splice(Math.floor(deck.length * (0.2 + 0.3 * i)), 0, "tie");
  return deck;
}

function chooseClient(fate: Fate, random: Random): Client {
  // Banks on the way keep a fee of a cross-border payment; at home they don't.
  return random.pick(
    fate === "fee_deducted" ? clients.filter((c) => c.currency !== "GBP") : clients,
  );
}

function draftInvoice(
  index: number,
  client: Client,
  fate: Fate,
  today: string,
  random: Random,
): StoryOpenItem {
  const issuedOn = businessDay(
    addDays(today, -yearDays + Math.floor((index * (yearDays - 3)) / invoicesTotal)),
  );
  const termDays = random.pick([14, 30, 30, 45]);
  // Equal retainers are told apart by their number alone: without a clean one they would be ties by accident.
  const retainer = fate === "exact" || fate === "never" ? client.retainerMinor : undefined;
  const asRetainer = retainer !== undefined && random.chance(0.7);
  const net = asRetainer ? retainer : daysOfWork(random);
  return {
    kind: "invoice",
    number: invoiceNumber(index),
    counterpartyName: client.name,
    description: asRetainer ? "Monthly retainer" : random.pick(works),
    issuedOn,
    dueOn: addDays(issuedOn, termDays),
    currency: client.currency,
    amountMinor: client.currency === "GBP" ? (net * 120n) / 100n : net,
    category: "sales",
  };
}

function invoiceNumber(index: number): string {
  return `INV-${24101 + index}`;
}

/** Half days at a day rate, with the expenses that make the pence uneven. */
function daysOfWork(random: Random): bigint {
  const rateMinor = random.pick([65000, 72000, 78000, 84500, 91000]);
  const halfDays = random.int(4, 28);
  return BigInt((rateMinor / 2) * halfDays + random.int(4_15, 240_95));
}

const works = [
  "Concept design",
  "Site survey and drawings",
  "Interior scheme, stage 2",
  "Brand and signage",
  "Planning support",
  "Design review workshops",
  "Fit-out supervision",
  "Material specification",
];
