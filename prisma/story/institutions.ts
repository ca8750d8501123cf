import type { StoryAccount, StoryCategory, StoryInstitution } from "./types.ts";

/** The invented banks where the demo's company keeps its money. Balances are set once the lines are known. */
export function storyInstitutions(): StoryInstitution[] {
  return [
    {
      key: "aldermoor",
      institutionId: "ins_900101",
      name: "Aldermoor Bank",
      tagline: "Business banking since the second reservoir",
      colour: "#0f5c4c",
      countries: ["GB"],
      accounts: [
        account("current", "Business Current", "Aldermoor Business Current Account", "4417"),
        account("reserve", "Reserve", "Aldermoor Instant Reserve", "4425", { kind: "savings" }),
        account("tax", "Tax Pot", "Aldermoor Tax Set-Aside Account", "4433", { kind: "savings" }),
      ],
    },
    {
      key: "tidewell",
      institutionId: "ins_900102",
      name: "Tidewell",
      tagline: "The account that keeps up",
      colour: "#5b3fd6",
      countries: ["GB", "IE"],
      accounts: [
        account("project", "Project Account", "Tidewell Business Account GBP", "0192"),
        account("euro", "Euro Account", "Tidewell Business Account EUR", "0193", {
          currency: "EUR",
        }),
      ],
    },
    {
      key: "nordhaven",
      institutionId: "ins_900103",
      name: "Nordhaven Handelsbank",
      tagline: "Geschäftskonto ohne Umwege",
      colour: "#0b5fa5",
      countries: ["DE", "IE"],
      accounts: [
        account("giro", "Geschäftskonto", "Nordhaven Geschäftskonto", "7730", {
          currency: "EUR",
          iban: "DE00NORD00007730",
        }),
      ],
    },
    {
      key: "cobaltridge",
      institutionId: "ins_900104",
      name: "Cobalt Ridge Bank",
      tagline: "Commercial checking, coast to coast",
      colour: "#1f3a93",
      countries: ["US"],
      accounts: [
        account("checking", "Commercial Checking", "Cobalt Ridge Commercial Checking", "6608", {
          currency: "USD",
          iban: null,
        }),
        account("savings", "Money Market", "Cobalt Ridge Business Money Market", "6616", {
          currency: "USD",
          kind: "savings",
          iban: null,
        }),
      ],
    },
    {
      key: "emberline",
      institutionId: "ins_900105",
      name: "Emberline Cards",
      tagline: "One card for the whole studio",
      colour: "#a63a1b",
      countries: ["GB"],
      accounts: [
        account("card", "Company Card", "Emberline Business Credit Card", "2290", {
          kind: "credit_card",
          creditLimitMinor: 15_000_00n,
          iban: null,
        }),
      ],
    },
    {
      key: "quillstone",
      institutionId: "ins_900106",
      name: "Quillstone Savings",
      tagline: "Notice accounts for patient companies",
      colour: "#7a2e5d",
      countries: ["GB"],
      accounts: [
        account("notice", "95 Day Notice", "Quillstone 95 Day Notice Account", "3051", {
          kind: "savings",
        }),
      ],
    },
  ];
}

function account(
  key: string,
  name: string,
  officialName: string,
  mask: string,
  rest: Partial<StoryAccount> = {},
): StoryAccount {
  return {
    key,
    name,
    officialName,
    mask,
    kind: "current",
    currency: "GBP",
    iban: `GB00DEMO0000${mask}`,
    openingMinor: 0n,
    creditLimitMinor: null,
    ...rest,
  };
}

export const storyCategories: StoryCategory[] = [
  { key: "sales", name: "Sales", kind: "income" },
  { key: "interest", name: "Interest received", kind: "income" },
  { key: "refunds", name: "Refunds", kind: "income" },
  { key: "subcontractors", name: "Subcontractors", kind: "expense" },
  { key: "materials", name: "Materials and print", kind: "expense" },
  { key: "professional", name: "Professional fees", kind: "expense" },
  { key: "payroll", name: "Salaries", kind: "expense" },
  { key: "pensions", name: "Pensions", kind: "expense" },
  { key: "tax", name: "Tax and VAT", kind: "expense" },
  { key: "rent", name: "Rent and rates", kind: "expense" },
  { key: "utilities", name: "Utilities", kind: "expense" },
  { key: "phone", name: "Phone and internet", kind: "expense" },
  { key: "software", name: "Software", kind: "expense" },
  { key: "insurance", name: "Insurance", kind: "expense" },
  { key: "travel", name: "Travel", kind: "expense" },
  { key: "meals", name: "Meals and entertaining", kind: "expense" },
  { key: "office", name: "Office costs", kind: "expense" },
  { key: "equipment", name: "Equipment", kind: "expense" },
  { key: "marketing", name: "Marketing", kind: "expense" },
  { key: "bank_fees", name: "Bank charges", kind: "expense" },
  { key: "cash", name: "Cash", kind: "expense" },
  { key: "transfers", name: "Transfers between own accounts", kind: "transfer" },
];
