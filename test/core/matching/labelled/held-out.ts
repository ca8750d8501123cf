import type { NoiseProfile, NumberSeries } from "./noise-profile.ts";
import type { Random } from "./random.ts";
import { doubleAt, dropAt, lateDigitAt, letterAt, padded, replaceAt, swapAt } from "./typing.ts";

const list = (words: string) => words.split(" ");

const owners = list(
  "Ashworth Bellamy Carvalho Dijkstra Eriksen Fabre Gallagher Hendriks Ivanov Jankowski Kowalczyk Lombardi McAllister Nakamura Okafor Papadakis Quintero Rasmussen Saarinen Tremblay Urquhart Vandenberghe Whitcombe Xavier Yilmaz Zawadzki Sørensen Núñez",
);
const brands = list(
  "Alpenglow Bramble Copperfield Driftwood Evergreen Fernhill Granite Heron Ironbridge Jackdaw Kingfisher Lantern Millrace Nettle Otter Pinnacle Quill Ravenscar Saltmarsh Tidewater Upland Verdant Willowbank Yellowstone Aurora Beacon Cobalt Delta Ember Fjord",
);
const branches = list(
  "Holdings Bakery Joinery Fabrication Architects Roofing Plumbing Electrics Brewing Printing Packaging Freight Shipping Vineyards Farms Timber Glassworks Studios Media Analytics Robotics Clinics Pharma Travel Hotels",
);
const towns = list(
  "Aarhus Bergen Cádiz Dundee Exeter Faro Gdańsk Halifax Inverness Jena Kraków Lille Madrid Naples Odense Pisa Reims Split Tartu Uppsala Vigo York Zadar",
);
const forms = ["PLC", "Oy", "S.p.A.", "S.L.", "ApS", "Sp. z o.o.", "SA", "KG", "Pty Ltd", "", ""];
const given = list(
  "Ingrid Callum Beatriz Wouter Agnieszka Lorenzo Siobhan Mikael Yusuf Chiara Tomasz Freya",
);

/** Other habits: less is named, names stand in the description, references are padded with the bank's own. */
export const heldOut: NoiseProfile = {
  name: "held-out",
  homeCurrency: "GBP",
  foreign: [
    { currency: "EUR", worth: 0.86 },
    { currency: "SEK", worth: 0.075 },
  ],
  shares: {
    exact: 210,
    agent_exact: 35,
    number_mistyped: 55,
    digits_only: 80,
    name_truncated: 40,
    name_mistyped: 25,
    no_reference: 110,
    fee_deducted: 30,
    cents_off: 25,
    early_discount: 15,
    part_payment: 50,
    on_account: 12,
    several_named: 30,
    several_by_sum: 20,
    several_by_month: 15,
    instalments_named: 20,
    instalments_by_sum: 6,
    batch: 7,
    equal_twins: 25,
    paid_twice: 8,
    standing_named: 20,
    standing_unnamed: 18,
    neighbour_numbers: 15,
    similar_names: 12,
    near_amounts: 12,
    settled_named: 20,
    settled_earlier: 15,
    foreign_named: 25,
    foreign_unnamed: 12,
    transfer: 20,
    transfer_foreign: 6,
    transfer_twins: 3,
    bank_charge: 30,
    stranger: 35,
    stranger_exact_amount: 35,
    refund: 15,
    demand_unit_reference: 35,
    demand_unit_description: 25,
    demand_surname: 35,
    demand_unit_and_surname: 20,
    demand_wrong_unit: 5,
    demand_two_units: 6,
    demand_part: 15,
    demand_standing_order: 8,
    demand_amount_only: 8,
    demand_noise: 12,
  },
  expenseShare: 0.35,
  roundShare: 0.35,
  companyName: (random) => {
    const kind = random.whole(0, 3);
    const form = random.pick(forms);
    if (kind === 0)
      return trimmed(
        `${random.pick(owners)} & ${random.pick(owners)} ${random.pick(branches)} ${form}`,
      );
    if (kind === 1)
      return trimmed(
        `The ${random.pick(brands)} ${random.pick(branches)} Company of ${random.pick(towns)}`,
      );
    if (kind === 2)
      return trimmed(
        `${random.pick(brands)} ${random.pick(owners)} ${random.pick(branches)} ${form}`,
      );
    return trimmed(`${random.pick(brands)}${random.whole(2, 99)} ${random.pick(branches)} ${form}`);
  },
  similarNames: (random) => {
    const branch = random.pick(branches);
    const town = random.pick(towns);
    const [one = "", other = ""] = random.shuffled(owners);
    return [`${one} ${branch} ${town} Oy`, `${other} ${branch} ${town} Oy`];
  },
  personName: (random) => {
    const surname = random.pick(owners);
    return { name: `${random.pick(["Mr", "Ms", "Dr"])} ${random.pick(given)} ${surname}`, surname };
  },
  bankName: (random, name) => {
    const plain = name.replace(/&/g, "AND").normalize("NFKD").replace(/\p{M}/gu, "");
    const kind = random.whole(0, 3);
    if (kind === 0) return plain.toUpperCase().slice(0, 35);
    if (kind === 1) return plain.toLowerCase();
    return kind === 2 ? name : plain.replace(/ (PLC|Oy|SA|KG|ApS|S\.L\.)$/, "").toUpperCase();
  },
  truncatedName: (random, name) => {
    const words = name.split(" ");
    // Some banks cut at a width, some shorten each word.
    if (random.chance(0.6) || words.length < 3) return name.slice(0, random.whole(12, 20)).trim();
    return words.map((word) => word.slice(0, 5)).join(" ");
  },
  mistypedName: (random, name) => {
    const at = letterAt(random, name);
    const kind = random.whole(0, 3);
    if (kind === 0) return doubleAt(name, at);
    if (kind === 1) return name.replace(" ", "");
    if (kind === 2) return replaceAt(name, at, neighbourKeys[name[at]?.toLowerCase() ?? ""] ?? "x");
    return soundAlike(name, random);
  },
  ownSeries: [
    (sequence, day) => `F${day.slice(0, 4)}.${padded(sequence, 4)}`,
    (sequence, day) => `FV/${padded(sequence, 4)}/${day.slice(5, 7)}/${day.slice(0, 4)}`,
    (sequence) => `SI${padded(sequence, 8)}`,
  ],
  supplierSeries: (random) => {
    const base = random.whole(1, 9_000);
    const letters = random.pick(list("TK QX LM HW EE"));
    const series: NumberSeries[] = [
      (sequence, day) => `${day.slice(2, 4)}${padded(base + sequence, 5)}`,
      (sequence) => `${letters}/${base + sequence}/B`,
      (sequence, day) => `${day.slice(0, 4)}-${Number(day.slice(5, 7))}-${padded(sequence, 4)}`,
      (sequence) => `N° ${base + sequence}`,
    ];
    return random.pick(series);
  },
  mistypedNumber: (random, number) => {
    const at = lateDigitAt(random, number, 5);
    const kind = random.whole(0, 3);
    if (kind === 0) return doubleAt(number, at);
    if (kind === 1) return replaceAt(number, at, lookAlikes[number[at] ?? ""] ?? "7");
    if (kind === 2) {
      const digit = Number(number[at]);
      return replaceAt(number, at, String(digit === 9 ? 8 : digit + 1));
    }
    return random.chance(0.5) ? swapAt(number, Math.max(0, at - 1)) : dropAt(number, at);
  },
  naming: (random, number) => {
    const kind = random.whole(0, 5);
    if (kind === 0) return `/INV/${number}`;
    if (kind === 1) return number.toLowerCase();
    if (kind === 2) return `ORDER ${random.whole(1_000, 9_999)} BILL ${number}`;
    if (kind === 3) return number.replace(/[./]/g, " ");
    if (kind === 4) return `betr. ${number} / ${random.whole(1, 28)}-${random.whole(1, 12)}-26`;
    return `Factura n. ${number}`;
  },
  namingDigits: (random, number) => {
    const runs = number.match(/[0-9]+/g) ?? [];
    const longest = [...runs].sort((a, b) => b.length - a.length)[0] ?? "";
    return random.chance(0.4) ? runs.join(" ") : `#${longest}`;
  },
  namingSeveral: (random, numbers) =>
    numbers.join(random.pick([" / ", " and ", "/", " & ", "  ", ","])),
  namingMonth: (random, month) => {
    const name = months[month] ?? "";
    return random.pick([`statement ${name}`, `${name.slice(0, 3).toUpperCase()} 26 BILLS`]);
  },
  saying: (random) =>
    random.pick(["NOTPROVIDED", "cheers", "settlement", "", "pago", "see remittance advice"]),
  bankText: (random, remittance, payer) => {
    const own = `${random.pick(list("BGC FPI GIRO VIR BACS"))} ${random.whole(100_000, 999_999)}`;
    const kind = random.whole(0, 9);
    // Some feeds have no field for the payer: the name is in the description.
    if (kind < 2) {
      return {
        description: trimmed(`${payer ?? ""} ${remittance}`),
        reference: null,
        counterpartyName: null,
      };
    }
    if (kind < 6) return { description: own, reference: remittance, counterpartyName: payer };
    return {
      description: trimmed(`${own} ${remittance} ${random.chance(0.3) ? iban(random) : ""}`),
      reference: random.chance(0.5) ? `E2E${random.whole(10_000_000, 99_999_999)}` : null,
      counterpartyName: payer,
    };
  },
  bankCharge: (random) => ({
    description: random.pick([
      "Service charge",
      "FX commission 0.15%",
      "credit interest",
      "POS acquirer fee",
    ]),
    reference: random.chance(0.3) ? `CHG${random.whole(1_000, 9_999)}` : null,
    counterpartyName: random.chance(0.3) ? "THE BANK" : null,
  }),
  strangerText: (random) =>
    random.pick([
      "counter credit 0087",
      "HMRC VTR",
      "insurance claim 55123",
      "Refund deposit",
      "grant Q3",
    ]),
  transferText: (random) => ({
    description: random.pick(["Internal transfer", "sweep", "A/C to A/C"]),
    reference: random.chance(0.5) ? "TOPUP" : null,
    counterpartyName: random.chance(0.4) ? "Own Account" : null,
  }),
  agents: ["Clearway Settlements", "Factorum Finance Oy", "NETPAY 4U"],
  blockName: (random) => `${random.pick(brands)} ${random.pick(["Court", "Quay", "Mansions"])}`,
  unitNumber: (_random, index) =>
    index % 5 === 4
      ? `G${index + 1}`
      : `${Math.floor(index / 2) + 1}${index % 2 === 0 ? "A" : "B"}`,
  namingUnit: (random, unit) => random.pick([`apartment ${unit}`, `no ${unit}`, `(${unit})`, unit]),
};

const months = list(
  "january february march april may june july august september october november december",
);

const lookAlikes: Readonly<Record<string, string>> = {
  "0": "O",
  "1": "l",
  "2": "Z",
  "5": "S",
  "6": "8",
  "8": "B",
};

const neighbourKeys: Readonly<Record<string, string>> = {
  ...{ a: "s", b: "v", c: "x", d: "f", e: "r", f: "g", g: "h", h: "j", i: "o", j: "k", k: "l" },
  ...{ l: "k", m: "n", n: "b", o: "p", p: "o", r: "t", s: "d", t: "r", u: "i", v: "c", w: "q" },
};

function soundAlike(name: string, random: Random): string {
  const [from, to] = random.pick([
    ["ph", "f"],
    ["ck", "k"],
    ["th", "t"],
    ["ll", "l"],
    ["ie", "y"],
  ] as const);
  return name.includes(from) ? name.replace(from, to) : swapAt(name, letterAt(random, name));
}

/** Only its form counts here. */
function iban(random: Random): string {
  return `GB${random.whole(10, 98)}BANK${random.whole(100_000, 999_999)}${random.whole(10_000_000, 99_999_999)}`;
}

function trimmed(text: string): string {
  return text.replace(/ {2,}/g, " ").trim();
}
