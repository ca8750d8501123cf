/** Connections of one family that a person points at the same organisation see the same books. */
export type Family = "quickbooks" | "xero" | "sage" | "sandbox";

export type SourceType = "Accounting" | "BankFeed";

/** What a package takes and refuses of bank transactions. */
export interface FeedRules {
  readonly needsBalance: boolean;
  /** Nothing older than the newest line of the account in the books. */
  readonly refusesOlder: boolean;
  /** How many days before today the oldest line may be; null: as far back as the feed. */
  readonly daysBackMax: number | null;
  readonly descriptionCharactersMax: number;
}

/** An accounting package, or its bank feeds where they are apart from it. */
export interface Package {
  readonly key: string;
  readonly name: string;
  /** As a person calls it. */
  readonly label: string;
  readonly family: Family;
  readonly sourceType: SourceType;
  readonly integrationId: string;
  /** The colour of its hosted page. */
  readonly colour: string;
  /** Null: it takes no bank feeds. */
  readonly feeds: FeedRules | null;
  /** What is in the books can be read, and payments can be booked. */
  readonly reads: boolean;
  /** People choose the account that is fed on the package's own page, not through the API. */
  readonly mapsThere: boolean;
}

const strict: FeedRules = {
  needsBalance: true,
  refusesOlder: true,
  daysBackMax: null,
  descriptionCharactersMax: 1_000,
};
const quickbooks = { family: "quickbooks", colour: "#1c6b2f" } as const;
const xero = { family: "xero", colour: "#0a6280" } as const;
const sage = { family: "sage", colour: "#1b5a3c" } as const;

/** By the platform's key. */
export const packages: readonly Package[] = [
  {
    ...{ key: "hcws", name: "QuickBooks Online Bank Feeds", label: "QuickBooks Online" },
    ...{ ...quickbooks, sourceType: "BankFeed", reads: false, mapsThere: true },
    integrationId: "6b113e06-e818-45d7-977b-8e6bb3d01269",
    feeds: { ...strict, daysBackMax: 7 },
  },
  {
    ...{ key: "qhyg", name: "QuickBooks Online", label: "QuickBooks Online" },
    ...{ ...quickbooks, sourceType: "Accounting", reads: true, mapsThere: false },
    integrationId: "cd76fb7c-9f9a-4b1e-9a5e-4a7f3b6d2c11",
    feeds: null,
  },
  {
    ...{ key: "gbol", name: "Xero", label: "Xero" },
    ...{ ...xero, sourceType: "Accounting", reads: true, mapsThere: false },
    integrationId: "0f20c943-12d0-4800-9f6c-d218f62d494c",
    feeds: { ...strict, refusesOlder: false, daysBackMax: 365, descriptionCharactersMax: 4_000 },
  },
  {
    ...{ key: "olpr", name: "SageBankFeed", label: "Sage" },
    ...{ ...sage, sourceType: "BankFeed", reads: false, mapsThere: true },
    integrationId: "2ce41026-589a-4330-8bfc-a30672253cd9",
    feeds: strict,
  },
  {
    ...{ key: "tgff", name: "Sage One", label: "Sage Business Cloud" },
    ...{ ...sage, sourceType: "Accounting", reads: true, mapsThere: false },
    integrationId: "9a4d8a2e-6c0f-4b52-8f0d-1f6f5a0b7e44",
    feeds: null,
  },
  {
    ...{ key: "mqjo", name: "Sandbox", label: "Sandbox" },
    ...{ family: "sandbox", colour: "#334155", sourceType: "Accounting" },
    ...{ reads: true, mapsThere: false },
    integrationId: "3f0c8a57-2b7e-4f3a-9d5c-70d1c4e8ab26",
    feeds: { ...strict, refusesOlder: false, descriptionCharactersMax: 4_000 },
  },
];

export function findPackage(key: string): Package | undefined {
  return packages.find((one) => one.key === key);
}

/** Throws a RangeError for a key that no package has. */
export function packageOf(key: string): Package {
  const found = findPackage(key);
  if (found === undefined) throw new RangeError(`no platform ${key}`);
  return found;
}
