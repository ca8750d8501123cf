import type { PushRules } from "../../core/accounting/push-rules.ts";
import type { PackageDescription } from "../platform.ts";

/** An accounting package as Codat reaches it. Keys as in Codat's documentation, "Integrations". */
export interface CodatPackage {
  readonly description: PackageDescription;
  /** The integration that takes bank feeds. */
  readonly feedsKey: string;
  /** The one that reads the books and takes payments; the same where one does both. */
  readonly booksKey: string;
  /** What it takes beside Credit and Debit. */
  readonly takesLineKinds: boolean;
  /** Its payments' own text field. */
  readonly paymentText: "note" | "reference";
}

const strict: PushRules = {
  batchLinesMax: 1_000,
  needsBalance: true,
  refusesOlderThanLast: true,
  daysBackMax: null,
  descriptionCharactersMax: 1_000,
};

export const codatPackages: readonly CodatPackage[] = [
  {
    feedsKey: "hcws",
    booksKey: "qhyg",
    takesLineKinds: false,
    paymentText: "note",
    description: {
      name: "quickbooks_online",
      label: "QuickBooks Online",
      connectionMethod:
        "You connect QuickBooks' bank feeds, then its books, and choose in QuickBooks which account is fed.",
      mapsThere: true,
      ...{ readsBack: true, hasDocuments: true, takesPayments: true },
      // The documentation says 7 days in one place and 90 in another: the one that both allow.
      rules: { ...strict, daysBackMax: 7 },
    },
  },
  {
    feedsKey: "gbol",
    booksKey: "gbol",
    takesLineKinds: true,
    paymentText: "reference",
    description: {
      name: "xero",
      label: "Xero",
      connectionMethod: "You sign in to Xero and allow access to one organisation.",
      mapsThere: false,
      ...{ readsBack: true, hasDocuments: true, takesPayments: true },
      rules: {
        ...strict,
        ...{ refusesOlderThanLast: false, daysBackMax: 365, descriptionCharactersMax: 4_000 },
      },
    },
  },
  {
    feedsKey: "olpr",
    booksKey: "tgff",
    takesLineKinds: true,
    paymentText: "reference",
    description: {
      name: "sage",
      label: "Sage Business Cloud",
      connectionMethod:
        "You connect Sage's bank feeds, then its books, and choose in Sage which account is fed.",
      mapsThere: true,
      ...{ readsBack: true, hasDocuments: true, takesPayments: true },
      rules: strict,
    },
  },
];

/** @throws RangeError for a package that is none of these: a bug of the caller's */
export function packageOf(name: string): CodatPackage {
  const found = codatPackages.find(({ description }) => description.name === name);
  if (found === undefined) throw new RangeError(`Codat reaches no package ${name.slice(0, 40)}`);
  return found;
}
