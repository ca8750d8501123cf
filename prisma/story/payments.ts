import { addDays, businessDay } from "./calendar.ts";
import type { Random } from "./random.ts";
import type { Currency, Manner, StoryBankLine, StoryOpenItem } from "./types.ts";

/** Where the company receives and pays each currency. */
export const homeAccount: Record<Currency, { institutionKey: string; accountKey: string }> = {
  GBP: { institutionKey: "aldermoor", accountKey: "current" },
  EUR: { institutionKey: "nordhaven", accountKey: "giro" },
  USD: { institutionKey: "cobaltridge", accountKey: "checking" },
};

export interface Payer {
  name: string;
  variants: string[];
}

/**
 * The bank lines that pay these items of one counterparty in the given manner. `items` holds one item,
 * or two for "tie" (the line pays the first) and "several". Numbers in `taken` are never produced by a
 * typing mistake, so that a mistyped number points at nothing else.
 */
export function paymentLines(
  manner: Manner,
  items: StoryOpenItem[],
  payer: Payer,
  taken: ReadonlySet<string>,
  random: Random,
): StoryBankLine[] {
  const first = items[0];
  if (first === undefined) throw new TypeError("a payment needs an item");
  const bookedOn = businessDay(addDays(first.dueOn, random.int(-9, 14)));
  const line = (amountMinor: bigint, more: Partial<StoryBankLine> = {}) =>
    paymentLine({ manner, item: first, payer, bookedOn, amountMinor, random, more });
  switch (manner) {
    case "exact":
      return [line(first.amountMinor, { reference: first.number })];
    case "mistyped":
      return [line(first.amountMinor, { reference: mistype(first.number, taken, random) })];
    case "digits_only":
      return [line(first.amountMinor, { reference: first.number.replace(/\D/g, "") })];
    case "name_only":
    case "tie":
      return [line(first.amountMinor, first.kind === "invoice" ? vagueReference(random) : {})];
    case "fee_deducted": {
      const feeMinor = BigInt(random.pick([12_50, 15_00, 18_00, 25_00]));
      return [line(first.amountMinor - feeMinor, { reference: first.number, feeMinor })];
    }
    case "part": {
      const half = (first.amountMinor * BigInt(random.int(30, 60))) / 100n;
      const later = businessDay(addDays(bookedOn, random.int(18, 32)));
      return [
        line(half, { reference: `${first.number} PT1` }),
        line(first.amountMinor - half, { reference: `${first.number} BAL`, bookedOn: later }),
      ];
    }
    case "several": {
      const numbers = items.map((item) => item.number);
      const total = items.reduce((sum, item) => sum + item.amountMinor, 0n);
      const reference = random.pick([numbers.join(" "), numbers.join("/"), numbers.join(" + ")]);
      const lastDue =
        items
          .map((item) => item.dueOn)
          .sort()
          .at(-1) ?? first.dueOn;
      const paidOn = businessDay(addDays(lastDue, random.int(-4, 8)));
      return [line(total, { reference, settles: numbers, bookedOn: paidOn })];
    }
  }
}

function paymentLine(of: {
  manner: Manner;
  item: StoryOpenItem;
  payer: Payer;
  bookedOn: string;
  amountMinor: bigint;
  random: Random;
  more: Partial<StoryBankLine>;
}): StoryBankLine {
  const { item, random } = of;
  const incoming = item.kind === "invoice";
  const shown =
    of.manner === "name_only" || random.chance(0.4)
      ? random.pick(of.payer.variants)
      : of.payer.name.slice(0, 28);
  const reference = of.more.reference;
  const words = [random.pick(openings[item.currency][incoming ? "in" : "out"]), shown, reference];
  return {
    ...homeAccount[item.currency],
    bookedOn: of.bookedOn,
    amountMinor: incoming ? of.amountMinor : -of.amountMinor,
    currency: item.currency,
    description: words.filter(Boolean).join(" ").toUpperCase(),
    counterpartyName: shown,
    category: item.category,
    channel: "online",
    settles: [item.number],
    manner: of.manner,
    ...of.more,
  };
}

const openings: Record<Currency, { in: string[]; out: string[] }> = {
  GBP: {
    in: ["FASTER PAYMENT FROM", "BGC", "BACS CREDIT", "FPI"],
    out: ["BILL PAYMENT TO", "FASTER PAYMENT TO", "FPO"],
  },
  EUR: { in: ["SEPA CREDIT", "GUTSCHRIFT"], out: ["SEPA TRANSFER", "UEBERWEISUNG"] },
  USD: { in: ["WIRE IN", "ACH CREDIT"], out: ["ACH PAYMENT", "WIRE OUT"] },
};

function vagueReference(random: Random): Partial<StoryBankLine> {
  const reference = random.pick([undefined, undefined, "INVOICE", "PAYMENT", "WITH THANKS"]);
  return reference === undefined ? {} : { reference };
}

/** Two neighbouring digits swapped, as fingers do it. */
function mistype(number: string, taken: ReadonlySet<string>, random: Random): string {
  const slips: string[] = [];
  for (let i = 0; i + 1 < number.length; i++) {
    const [a, b] = [number[i] as string, number[i + 1] as string];
    if (a === b || !/\d/.test(a) || !/\d/.test(b)) continue;
    const slip = number.slice(0, i) + b + a + number.slice(i + 2);
    if (!taken.has(slip)) slips.push(slip);
  }
  // A number such as 1111 has no slip: a digit too many is the next likely mistake.
  return slips.length > 0 ? random.pick(slips) : `${number}${number.at(-1)}`;
}
