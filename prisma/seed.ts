import { type StoryAccountByHand, storyAccountsByHand } from "./story/by-hand.ts";
import { addDays } from "./story/calendar.ts";
import { type StoryBlock, storyEstates } from "./story/estates.ts";
import type { StoryFileAccount } from "./story/file-account.ts";
import { type StoryLedgerAccount, storyLedger } from "./story/ledger.ts";
import { type StoryRate, storyRates } from "./story/rates.ts";
import { demoStory } from "./story/story.ts";
import type { StoryCategory, StoryOpenItem } from "./story/types.ts";
import { storyWorkshop } from "./story/workshop.ts";

/** What everybody of the demo signs in with; printed at each start of the demo. */
export const demoPassword = "tieout-demo";

export type DemoRole = "owner" | "admin" | "accountant" | "viewer";

export type DemoPerson = { email: string; name: string };

export type DemoOrganisation = {
  name: string;
  baseCurrency: string;
  members: { email: string; role: DemoRole }[];
  categories: StoryCategory[];
  openItems: StoryOpenItem[];
  ledgerAccounts: StoryLedgerAccount[];
  accountsByHand: StoryAccountByHand[];
  /** Managed buildings, each with its account. */
  blocks: StoryBlock[];
  /** Accounts of the company's own whose statements come as files. */
  fileAccounts: StoryFileAccount[];
  rates: StoryRate[];
  /** Whose public holidays of this year and the next are in the calendar: ISO 3166. */
  holidaysOf: string;
};

export type DemoSeed = { people: DemoPerson[]; organisations: DemoOrganisation[] };

/**
 * The demo's books before any bank is connected, as data: two organisations, so that switching
 * between them shows something, and one person for each way of working.
 * @param today ISO date; the open items are dated back from it
 */
export function demoSeed(today: string): DemoSeed {
  const story = demoStory(today);
  const rates = storyRates(today);
  const workshop = storyWorkshop(today, rates);
  return {
    people: [
      { email: "ada@harbourvale.example", name: "Ada Marlowe" },
      { email: "sam@harbourvale.example", name: "Sam Okafor" },
      { email: "vera@harbourvale.example", name: "Vera Lindqvist" },
    ],
    organisations: [
      {
        ...story.organisation,
        members: [
          { email: "ada@harbourvale.example", role: "owner" },
          { email: "sam@harbourvale.example", role: "accountant" },
          { email: "vera@harbourvale.example", role: "viewer" },
        ],
        categories: story.categories,
        openItems: [...story.openItems, ...workshop.openItems],
        ledgerAccounts: storyLedger,
        accountsByHand: storyAccountsByHand(today),
        blocks: storyEstates(today),
        fileAccounts: workshop.accounts,
        rates,
        holidaysOf: "GB-ENG",
      },
      {
        name: "Lantern Street Studio",
        baseCurrency: "EUR",
        members: [{ email: "ada@harbourvale.example", role: "owner" }],
        categories: story.categories,
        openItems: lanternStreetItems(today),
        ledgerAccounts: [{ number: "1200", name: "Bank", kind: "cash", currency: null }],
        accountsByHand: [],
        blocks: [],
        fileAccounts: [],
        rates: [],
        holidaysOf: "IE",
      },
    ],
  };
}

function lanternStreetItems(today: string): StoryOpenItem[] {
  const item = (number: string, counterpartyName: string, amountMinor: bigint): StoryOpenItem => ({
    kind: "invoice",
    number,
    counterpartyName,
    description: "Studio hire",
    issuedOn: addDays(today, -20),
    dueOn: addDays(today, 10),
    currency: "EUR",
    amountMinor,
    category: "sales",
  });
  return [
    item("LS-2041", "Maison Verrier", 1_240_00n),
    item("LS-2042", "Atelier Nordlicht GmbH", 860_50n),
    item("LS-2043", "Casa Aurora S.r.l.", 2_115_75n),
  ];
}
