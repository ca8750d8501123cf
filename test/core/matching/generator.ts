import { addDays, localDate } from "../../../server/src/core/dates.ts";
import type {
  MatchableItem,
  MatchableTransaction,
} from "../../../server/src/core/matching/types.ts";

/** Which of the generator's situations a transaction comes from. */
export type Situation =
  | "exact"
  | "number_mistyped"
  | "digits_only"
  | "no_reference"
  | "name_mistyped"
  | "part_payment"
  | "one_for_several"
  | "several_for_one"
  | "fee_deducted"
  | "equal_twins"
  | "settled_before"
  | "transfer"
  | "noise";

export type LabelledSet = {
  readonly transactions: readonly MatchableTransaction[];
  readonly items: readonly MatchableItem[];
  /** The items that a transaction truly belongs to; none for transfers, noise and settled ones. */
  readonly truth: ReadonlyMap<string, readonly string[]>;
  readonly situations: ReadonlyMap<string, Situation>;
};

/** Shares of the situations in a thousand transactions: plausible books with much noise. */
const shares: readonly (readonly [Situation, number])[] = [
  ["exact", 300],
  ["number_mistyped", 60],
  ["digits_only", 80],
  ["no_reference", 120],
  ["name_mistyped", 50],
  ["part_payment", 60],
  ["one_for_several", 50],
  ["several_for_one", 40],
  ["fee_deducted", 40],
  ["equal_twins", 50],
  ["settled_before", 30],
  ["transfer", 20],
  ["noise", 100],
];

const firstWords =
  "Northwind Bluebird Harbour Lindgren Castell Meridian Orchard Falcon Juniper Kestrel Larkspur Montague Nimbus Oakfield Pemberton Quarry Rosewood Silverline Thornton Umbra Valley Westbrook Yarrow Zephyr Altmann Brandt Corvin Delacroix Esposito Fournier".split(
    " ",
  );
const secondWords =
  "Traders Ceramics Bau Immobilien Logistics Catering Foods Textil Optik Design Consulting Software Press Motors Garden Marine Energy Dental Legal Interiors".split(
    " ",
  );
const forms = ["Ltd", "Limited", "GmbH", "AG", "B.V.", "S.A.R.L.", "Inc.", "SAS", "LLC", ""];

/** A generator of numbers from a seed (mulberry32): the same seed, the same set. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A labelled set of about so many transactions against about as many open items. */
export function generateSet(seed: number, size: number): LabelledSet {
  const random = randomOf(seed);
  const whole = (min: number, max: number) => min + Math.floor(random() * (max - min + 1));
  const pick = <T>(values: readonly T[]): T => values[whole(0, values.length - 1)] as T;
  const transactions: MatchableTransaction[] = [];
  const items: MatchableItem[] = [];
  const truth = new Map<string, readonly string[]>();
  const situations = new Map<string, Situation>();
  const clients = Array.from({ length: Math.max(20, Math.floor(size / 12)) }, () =>
    `${pick(firstWords)} ${pick(secondWords)} ${pick(forms)}`.trim(),
  );
  const start = localDate("2026-01-01");
  let sequence = 1000;

  const addItem = (over: Partial<MatchableItem> = {}): MatchableItem => {
    sequence += 1;
    const issuedOn = addDays(start, whole(0, 300));
    // Round amounts are frequent in real books, and the hardest.
    const amountMinor =
      random() < 0.4 ? BigInt(whole(1, 60)) * 5_000n : BigInt(whole(900, 900_000));
    const item: MatchableItem = {
      id: `item-${String(items.length).padStart(6, "0")}`,
      kind: "invoice",
      blockId: null,
      unitNumber: null,
      surname: null,
      number: `INV-2026-${String(sequence).padStart(5, "0")}`,
      counterpartyName: pick(clients),
      issuedOn,
      dueOn: addDays(issuedOn, 30),
      currency: "EUR",
      amountMinor,
      openMinor: amountMinor,
      ...over,
    };
    items.push(item);
    return item;
  };
  const pay = (
    situation: Situation,
    belongsTo: readonly MatchableItem[],
    over: Partial<MatchableTransaction>,
  ): void => {
    const [item] = belongsTo;
    const id = `transaction-${String(transactions.length).padStart(6, "0")}`;
    const amountMinor = over.amountMinor ?? item?.openMinor ?? BigInt(whole(100, 300_000));
    const paidOn = item ? addDays(item.issuedOn, whole(2, 50)) : addDays(start, whole(0, 330));
    transactions.push({
      id,
      accountId: "account",
      blockId: null,
      bookedOn: paidOn,
      currency: "EUR",
      description: "SEPA CREDIT TRANSFER",
      reference: null,
      counterpartyName: item ? bankName(item.counterpartyName) : null,
      pending: false,
      ...over,
      amountMinor,
      openMinor: amountMinor,
    });
    truth.set(id, situation === "settled_before" ? [] : belongsTo.map((one) => one.id));
    situations.set(id, situation);
  };
  const bankName = (name: string): string => {
    const upper = name.toUpperCase().replace(/[.]/g, "");
    if (random() < 0.15) return upper.slice(0, 18).trim();
    return random() < 0.3 ? upper.replace(/ \S+$/, "") : upper;
  };
  const swapAt = (text: string, at: number): string =>
    text.slice(0, at) + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2);
  const mistype = (number: string): string => {
    const at = number.length - whole(2, 5);
    const kind = whole(0, 2);
    if (kind === 0) return swapAt(number, at);
    if (kind === 1) return number.slice(0, at) + number.slice(at + 1);
    return number.slice(0, at) + String(whole(0, 9)) + number.slice(at + 1);
  };

  const make: Readonly<Record<Situation, () => void>> = {
    exact: () => {
      const item = addItem();
      pay("exact", [item], {
        reference: random() < 0.5 ? item.number : null,
        description: `PAYMENT ${item.number.replaceAll("-", random() < 0.5 ? " " : "")}`,
        ...(random() < 0.2 ? { counterpartyName: "COLLECTING AGENT" } : {}),
      });
    },
    number_mistyped: () => {
      const item = addItem();
      pay("number_mistyped", [item], { reference: mistype(item.number) });
    },
    digits_only: () => {
      const item = addItem();
      const digits = item.number.replace(/\D/g, "");
      pay("digits_only", [item], { reference: random() < 0.5 ? digits : digits.slice(4) });
    },
    no_reference: () => pay("no_reference", [addItem()], { description: "THANK YOU" }),
    name_mistyped: () => {
      const item = addItem();
      const name = bankName(item.counterpartyName);
      pay("name_mistyped", [item], { counterpartyName: swapAt(name, whole(1, 5)) });
    },
    part_payment: () => {
      const item = addItem();
      pay("part_payment", [item], {
        amountMinor: (item.openMinor * BigInt(whole(20, 80))) / 100n,
        reference: item.number,
      });
    },
    one_for_several: () => {
      const counterpartyName = pick(clients);
      const issuedOn = addDays(start, whole(0, 300));
      const own = Array.from({ length: whole(2, 4) }, () =>
        addItem({ counterpartyName, issuedOn }),
      );
      pay("one_for_several", own, {
        amountMinor: own.reduce((sum, item) => sum + item.openMinor, 0n),
        description: own.map((item) => item.number).join(", "),
      });
    },
    several_for_one: () => {
      const item = addItem();
      const first = (item.openMinor * BigInt(whole(30, 70))) / 100n;
      pay("several_for_one", [item], { amountMinor: first, reference: item.number });
      pay("several_for_one", [item], {
        amountMinor: item.openMinor - first,
        reference: `${item.number} rest`,
      });
    },
    fee_deducted: () => {
      const item = addItem({ amountMinor: 200_000n, openMinor: 200_000n });
      pay("fee_deducted", [item], { amountMinor: 200_000n - BigInt(whole(100, 2_500)) });
    },
    equal_twins: () => {
      const first = addItem();
      addItem({
        counterpartyName: first.counterpartyName,
        amountMinor: first.amountMinor,
        openMinor: first.openMinor,
        issuedOn: first.issuedOn,
        dueOn: first.dueOn,
      });
      pay("equal_twins", [first], {});
    },
    // A client pays the same sum each month; this month's invoice is open, the payment is an earlier one's.
    settled_before: () => {
      const item = addItem();
      pay("settled_before", [item], {
        bookedOn: addDays(item.issuedOn, -whole(5, 25)),
        reference: random() < 0.5 ? `INV-2026-0${whole(2000, 8000)}` : null,
      });
    },
    transfer: () =>
      pay("transfer", [], { description: "OWN ACCOUNT TRANSFER", reference: "SAVINGS" }),
    noise: () => {
      const near = items[whole(0, Math.max(0, items.length - 1))];
      pay("noise", [], {
        // Half of the noise has the very amount of some invoice.
        ...(near && random() < 0.5 ? { amountMinor: near.openMinor } : {}),
        description: pick([
          "CARD SETTLEMENT 2026",
          "CASH DEPOSIT 4711",
          "REFUND 10.11.2026",
          "INTEREST",
        ]),
        counterpartyName:
          random() < 0.5 ? bankName(`${pick(firstWords)} ${pick(secondWords)}`) : null,
      });
    },
  };

  const deck = shares.flatMap(([situation, share]) => new Array<Situation>(share).fill(situation));
  while (transactions.length < size) make[pick(deck)]();
  return { transactions, items, truth, situations };
}
