import type { Family } from "./packages.ts";

/** Whose books a person can choose on a package's hosted page. */
export interface Organisation {
  readonly key: string;
  readonly name: string;
  readonly country: string;
  readonly baseCurrency: string;
  /** What its books know, the base first. Nothing in another can be fed or booked. */
  readonly currencies: readonly string[];
  /** The demo company's chart and documents; otherwise two accounts and nothing else. */
  readonly tellsStory: boolean;
  /** A package's own demonstration, which takes no bank feeds. */
  readonly isDemonstration: boolean;
}

const organisations: readonly Organisation[] = [
  {
    ...{ key: "harbour", name: "Harbour & Vale Ltd", country: "GB" },
    ...{ baseCurrency: "GBP", currencies: ["GBP", "EUR", "USD"] },
    ...{ tellsStory: true, isDemonstration: false },
  },
  {
    ...{ key: "lantern", name: "Lantern Street Studio", country: "IE" },
    ...{ baseCurrency: "EUR", currencies: ["EUR"] },
    ...{ tellsStory: false, isDemonstration: false },
  },
  {
    ...{ key: "demonstration", name: "Demo Company (UK)", country: "GB" },
    ...{ baseCurrency: "GBP", currencies: ["GBP"] },
    ...{ tellsStory: false, isDemonstration: true },
  },
];

/** Those that a person of a package sees: only Xero has a demonstration beside the real ones. */
export function organisationsOf(family: Family): Organisation[] {
  return organisations.filter((one) => !one.isDemonstration || family === "xero");
}

/** Throws a RangeError for a key that no organisation has. */
export function organisationOf(key: string): Organisation {
  const found = organisations.find((one) => one.key === key);
  if (found === undefined) throw new RangeError(`no organisation ${key}`);
  return found;
}
