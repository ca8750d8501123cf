import type { NoiseProfile, NumberSeries } from "./noise-profile.ts";
import { dropAt, lateDigitAt, letterAt, padded, replaceAt, swapAt } from "./typing.ts";

const list = (words: string) => words.split(" ");

const stems = list(
  "North Blue Harbour Lind Castell Merid Orchard Falcon Juniper Kestrel Lark Monta Nimb Oak Pember Quarry Rose Silver Thorn Umbra Valley West Yarrow Zephyr Alt Brandt Corv Dela Espos Four",
);
const ends = list("wind bird ian field ton wood line bach mann ello ier ova en us stone gate");
const trades = list(
  "Traders Ceramics Bau Immobilien Logistics Catering Foods Textil Optik Design Consulting Software Press Motors Garden Marine Energy Dental Legal Interiors",
);
const places = list(
  "Berlin Leeds Lyon Porto Ghent Graz Turin Malmö Cork Basel Utrecht Nantes Köln Bristol",
);
const forms = ["Ltd", "Limited", "GmbH", "AG", "B.V.", "S.A.R.L.", "Inc.", "SAS", "LLC", ""];
const givenNames = list(
  "Anna Peter Maria Thomas Laura Martin Elena Paul Sofia David Nora Felix Clara Hugo Emma",
);
const surnames = list(
  "Schneider Müller Taylor Bernard Rossi Novak Larsen Peeters Costa Weber Hughes Moreau Ricci Horak Berg Claes Pereira Wagner Turner Girard Greco Dvorak Holm Maes Fonseca Keller Cooper Lefevre Conti Marek",
);

/** As much as the first profile of a mid-sized firm's books suggests: most say which document, one in ten says nothing. */
export const tuning: NoiseProfile = {
  name: "tuning",
  homeCurrency: "EUR",
  foreign: [
    { currency: "USD", worth: 0.92 },
    { currency: "GBP", worth: 1.16 },
  ],
  shares: {
    exact: 260,
    agent_exact: 20,
    number_mistyped: 40,
    digits_only: 60,
    name_truncated: 30,
    name_mistyped: 30,
    no_reference: 80,
    fee_deducted: 25,
    cents_off: 15,
    early_discount: 25,
    part_payment: 40,
    on_account: 8,
    several_named: 40,
    several_by_sum: 15,
    several_by_month: 10,
    instalments_named: 15,
    instalments_by_sum: 4,
    batch: 5,
    equal_twins: 15,
    paid_twice: 5,
    standing_named: 15,
    standing_unnamed: 12,
    neighbour_numbers: 10,
    similar_names: 8,
    near_amounts: 8,
    settled_named: 15,
    settled_earlier: 10,
    foreign_named: 20,
    foreign_unnamed: 8,
    transfer: 15,
    transfer_foreign: 4,
    transfer_twins: 2,
    bank_charge: 40,
    stranger: 25,
    stranger_exact_amount: 25,
    refund: 10,
    demand_unit_reference: 50,
    demand_unit_description: 15,
    demand_surname: 25,
    demand_unit_and_surname: 30,
    demand_wrong_unit: 3,
    demand_two_units: 4,
    demand_part: 12,
    demand_standing_order: 6,
    demand_amount_only: 6,
    demand_noise: 8,
  },
  expenseShare: 0.25,
  roundShare: 0.25,
  companyName: (random) => {
    const word = random.pick(stems) + random.pick(ends);
    const place = random.chance(0.4) ? random.pick(places) : "";
    return trimmed(`${word} ${random.pick(trades)} ${place} ${random.pick(forms)}`);
  },
  similarNames: (random) => {
    const word = random.pick(stems) + random.pick(ends);
    const trade = random.pick(trades);
    const [one = "", other = ""] = random.shuffled(places);
    return [`${word} ${trade} ${one} GmbH`, `${word} ${trade} ${other} GmbH`];
  },
  personName: (random) => {
    const surname = random.pick(surnames);
    return { name: `${random.pick(givenNames)} ${surname}`, surname };
  },
  bankName: (random, name) => {
    const upper = name.toUpperCase().replace(/[.]/g, "");
    return random.chance(0.3) ? upper.replace(/ (LTD|LIMITED|GMBH|AG|BV|INC|SAS|LLC)$/, "") : upper;
  },
  truncatedName: (random, name) => name.toUpperCase().slice(0, random.whole(14, 18)).trim(),
  mistypedName: (random, name) => {
    const at = letterAt(random, name);
    const mistyped = random.chance(0.5) ? swapAt(name, at) : dropAt(name, at);
    return mistyped.toUpperCase();
  },
  ownSeries: [
    (sequence, day) => `INV-${day.slice(0, 4)}-${padded(sequence, 5)}`,
    (sequence, day) => `RE ${day.slice(0, 4)}/${sequence}`,
    (sequence) => `${24_000_000 + sequence}`,
  ],
  supplierSeries: (random) => {
    const prefix = random.pick(["R", "A", "BILL", "FA", "NL", "VK"]);
    const base = random.whole(100, 60_000);
    const series: NumberSeries[] = [
      (sequence) => `${prefix}${padded(base + sequence, 6)}`,
      (sequence) => `${prefix}-${base + sequence}`,
      (sequence, day) => `${day.slice(0, 4)}-${padded(base + sequence, 5)}`,
      (sequence) => `${100_000 + base + sequence}`,
    ];
    return random.pick(series);
  },
  mistypedNumber: (random, number) => {
    const at = lateDigitAt(random, number, 4);
    const kind = random.whole(0, 2);
    if (kind === 0) return swapAt(number, at - 1);
    if (kind === 1) return dropAt(number, at);
    return replaceAt(number, at, String((Number(number[at]) + random.whole(1, 9)) % 10));
  },
  naming: (random, number) => {
    const kind = random.whole(0, 5);
    if (kind === 0) return number;
    if (kind === 1) return `PAYMENT ${number.replaceAll("-", " ")}`;
    if (kind === 2) return `Invoice ${number}`;
    if (kind === 3) return `RE.NR. ${number.replaceAll("-", "")}`;
    if (kind === 4) return `${number} Kd.Nr. ${random.whole(10_000, 99_999)}`;
    return `Rechnung ${number} vom ${random.whole(1, 28)}.0${random.whole(1, 9)}.2026`;
  },
  namingDigits: (random, number) => {
    const runs = number.match(/[0-9]+/g) ?? [];
    return random.chance(0.5) ? runs.join("") : `${random.pick(["", "Nr "])}${runs.at(-1)}`;
  },
  namingSeveral: (random, numbers) => {
    if (random.chance(0.25)) return abbreviated(numbers);
    return numbers.join(random.pick([", ", " ", " + ", "; "]));
  },
  namingMonth: (random, month) =>
    random.pick([`Invoices ${months[month]} 2026`, `Rechnungen ${padded(month + 1, 2)}/2026`]),
  saying: (random) =>
    random.pick(["THANK YOU", "Payment", "", "Zahlung", "OPEN ITEMS", "as agreed"]),
  bankText: (random, remittance, payer) => {
    if (random.chance(0.5)) {
      return {
        description: random.pick(["SEPA CREDIT TRANSFER", "FASTER PAYMENT", "CREDIT"]),
        reference: remittance === "" ? null : remittance,
        counterpartyName: payer,
      };
    }
    const description = trimmed(`${random.pick(["SEPA", "TRF", "SVWZ+"])} ${remittance}`);
    return { description, reference: null, counterpartyName: payer };
  },
  bankCharge: (random) => ({
    description: random.pick(["CARD FEE", "ACCOUNT FEE 11/2026", "INTEREST", "TERMINAL RENT"]),
    reference: null,
    counterpartyName: null,
  }),
  strangerText: (random) =>
    random.pick(["CARD SETTLEMENT 2026", "CASH DEPOSIT 4711", "GIFT", "TAX REFUND", "DONATION"]),
  transferText: (random) => ({
    description: random.pick(["OWN ACCOUNT TRANSFER", "UMBUCHUNG", "TO SAVINGS"]),
    reference: null,
    counterpartyName: null,
  }),
  agents: ["COLLECTING AGENT", "PAYWELL EUROPE SA", "INKASSO NORD"],
  blockName: (random) => `${random.pick(stems)}${random.pick(ends)} House ${random.whole(1, 99)}`,
  unitNumber: (_random, index) => String(index + 1),
  namingUnit: (random, unit) => random.pick([`Flat ${unit}`, `UNIT ${unit}`, `Apt ${unit}`, unit]),
};

const months = list(
  "January February March April May June July August September October November December",
);

/** "INV-2026-01001, 01002, 01003": the first whole, of the others what changes. */
function abbreviated(numbers: readonly string[]): string {
  const [first = "", ...others] = numbers;
  return [first, ...others.map((number) => number.match(/[0-9]+/g)?.at(-1) ?? number)].join(", ");
}

function trimmed(text: string): string {
  return text.replace(/ {2,}/g, " ").trim();
}
