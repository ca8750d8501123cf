import { storyLedger } from "../../../prisma/story/ledger.ts";
import type { BookAccount } from "./books.ts";
import type { SourceAccountFields } from "./facts.ts";
import type { Organisation } from "./organisations.ts";

/** The bank accounts that an organisation's books begin with. */
export function chartOf({ tellsStory, baseCurrency }: Organisation) {
  if (!tellsStory) {
    return [
      row("1200", "Bank", baseCurrency, "Debit"),
      row("2200", "Credit card", baseCurrency, "Credit"),
    ];
  }
  return storyLedger.flatMap(({ number, name, kind, currency }) => {
    if (currency === null) return [];
    if (kind === "cash") return [row(number, name, currency, "Debit")];
    return kind === "liability" ? [row(number, name, currency, "Credit")] : [];
  });
}

/** Owned or owed. */
export function typeOf({ accountType }: Pick<SourceAccountFields, "accountType">) {
  return accountType === "creditCard" || accountType === "loan" ? "Credit" : "Debit";
}

function row(code: string, name: string, currency: string, type: BookAccount["type"]) {
  return { code, name, currency, type, number: `0000${bankDigits[code] ?? code}` };
}

/** The last digits that the story's banks show of each account, by its number in the chart. */
const bankDigits: Readonly<Record<string, string>> = {
  ...{ 1200: "4417", 1210: "4425", 1215: "4433", 1220: "0192", 1225: "0193", 1230: "5518" },
  ...{ 1240: "7730", 1250: "6608", 1260: "3051", 1270: "8043", 1271: "6020", 1272: "6038" },
  ...{ 1273: "6046", 1281: "7101", 1282: "7119", 1283: "7127", 2200: "2290" },
};
