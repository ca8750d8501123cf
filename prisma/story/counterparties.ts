import type { Currency } from "./types.ts";

export interface Client {
  name: string;
  currency: Currency;
  /** How its bank writes it: other legal suffixes, ampersands, cut short. */
  variants: string[];
  /** A monthly retainer in minor units; other invoices are days of work. */
  retainerMinor?: bigint;
}

export interface Supplier {
  name: string;
  currency: Currency;
  /** What its document numbers look like: prefix and number of digits. */
  prefix: string;
  digits: number;
  category: string;
  variants: string[];
  lowMinor: number;
  highMinor: number;
}

export const clients: Client[] = [
  client("Bramble & Finch Architects Ltd", ["BRAMBLE AND FINCH ARCH", "Bramble+Finch Limited"]),
  client("Cedarworth Hotels plc", ["CEDARWORTH HOTELS", "Cedarworth Hotel Grp"], 2_400_00n),
  client("Dunmore Civic Trust", ["DUNMORE CIVIC TR", "Dunmore Civic Tst"]),
  client("Ellery Park Developments Ltd", [
    "ELLERY PARK DEVELOPM",
    "Ellery Pk Developments Limited",
  ]),
  client(
    "Foxglove Retail Group Ltd",
    ["FOXGLOVE RETAIL GRP", "Foxglove Retail Limited"],
    3_600_00n,
  ),
  client("Greyfriars Academy", ["GREYFRIARS ACAD", "Greyfriars Academy Fin"]),
  client("Heron Quay Estates LLP", ["HERON QUAY ESTATES", "Heron Quay Est. L.L.P."]),
  client("Isla Marine Ltd", ["ISLA MARINE LIMITED", "Isla Marine"]),
  client("Juniper Health Partners LLP", ["JUNIPER HEALTH PARTN", "Juniper Health"], 1_800_00n),
  client("Kittiwake Foods Ltd", ["KITTIWAKE FOODS LIMI", "Kittiwake Foods Limited"]),
  client("Lowmoor Brewing Company Ltd", ["LOWMOOR BREWING CO L", "Lowmoor Brewing Co"]),
  client("Marlowe Theatre Trust", ["MARLOWE THEATRE TRUS", "Marlowe Theatre"]),
  client("Nightingale & Sons Ltd", ["NIGHTINGALE AND SONS", "Nightingale Sons Limited"]),
  client("Atelier Verdan SARL", ["ATELIER VERDAN", "Atelier Verdan S.A.R.L."], undefined, "EUR"),
  client("Holzmann & Rieck GmbH", ["HOLZMANN+RIECK GMBH", "Holzmann u. Rieck"], 2_950_00n, "EUR"),
  client("Van der Leeuw B.V.", ["VAN DER LEEUW BV", "vd Leeuw B.V."], undefined, "EUR"),
  client(
    "Pinecrest Hospitality Inc",
    ["PINECREST HOSPITALITY", "Pinecrest Hosp."],
    undefined,
    "USD",
  ),
  client(
    "Salt Marsh Ventures LLC",
    ["SALT MARSH VENTURES", "Salt Marsh Vent. L.L.C."],
    undefined,
    "USD",
  ),
];

export const suppliers: Supplier[] = [
  supplier("Brightworks Print Ltd", "BW-", 5, "materials", ["BRIGHTWORKS PRINT"], 90_00, 1_450_00),
  supplier(
    "Thorne & Daughter Joinery",
    "TDJ/",
    4,
    "subcontractors",
    ["THORNE AND DAUGHTER"],
    480_00,
    4_800_00,
  ),
  supplier(
    "Pixelforge Studio Ltd",
    "PF",
    6,
    "subcontractors",
    ["PIXELFORGE STUDIO"],
    650_00,
    3_900_00,
  ),
  supplier(
    "Okafor Structural Engineers LLP",
    "OSE-",
    4,
    "subcontractors",
    ["OKAFOR STRUCT ENG"],
    900_00,
    5_600_00,
  ),
  supplier(
    "Lanternlight Photography",
    "LL",
    4,
    "subcontractors",
    ["LANTERNLIGHT PHOTO"],
    250_00,
    1_200_00,
  ),
  supplier(
    "Meridian Samples Co Ltd",
    "MS-",
    6,
    "materials",
    ["MERIDIAN SAMPLES CO"],
    45_00,
    620_00,
  ),
  supplier(
    "Penhallow Accountants LLP",
    "PA",
    5,
    "professional",
    ["PENHALLOW ACCOUNTS"],
    380_00,
    1_900_00,
  ),
  supplier(
    "Rook & Raven Legal LLP",
    "RR-",
    5,
    "professional",
    ["ROOK AND RAVEN LEGAL"],
    420_00,
    2_700_00,
  ),
  supplier(
    "Wrenfield Office Supplies Ltd",
    "WOS",
    7,
    "office",
    ["WRENFIELD OFFICE SUP"],
    28_00,
    390_00,
  ),
  supplier(
    "Halden IT Services Ltd",
    "HIT-",
    4,
    "equipment",
    ["HALDEN IT SERVICES"],
    120_00,
    2_200_00,
  ),
  supplier("Copperleaf Catering", "CC", 4, "meals", ["COPPERLEAF CATERING"], 85_00, 640_00),
  supplier(
    "Signal & Stone Marketing Ltd",
    "SSM-",
    4,
    "marketing",
    ["SIGNAL AND STONE"],
    350_00,
    2_400_00,
  ),
  supplier(
    "Drucker Modellbau GmbH",
    "RE-",
    5,
    "materials",
    ["DRUCKER MODELLBAU"],
    180_00,
    1_700_00,
    "EUR",
  ),
  supplier(
    "Studio Brenta S.r.l.",
    "FT",
    4,
    "subcontractors",
    ["STUDIO BRENTA SRL"],
    500_00,
    2_900_00,
    "EUR",
  ),
  supplier(
    "Larchmont Renderings LLC",
    "LR-",
    4,
    "subcontractors",
    ["LARCHMONT RENDERINGS"],
    400_00,
    2_600_00,
    "USD",
  ),
];

function client(
  name: string,
  variants: string[],
  retainerMinor?: bigint,
  currency: Currency = "GBP",
): Client {
  return { name, variants, currency, ...(retainerMinor === undefined ? {} : { retainerMinor }) };
}

function supplier(
  name: string,
  prefix: string,
  digits: number,
  category: string,
  variants: string[],
  lowMinor: number,
  highMinor: number,
  currency: Currency = "GBP",
): Supplier {
  return { name, prefix, digits, category, variants, lowMinor, highMinor, currency };
}
