import { addDays, isDate } from "./calendar.ts";
import { clients, suppliers } from "./counterparties.ts";
import { storyExpenses } from "./expenses.ts";
import { storyCategories, storyInstitutions } from "./institutions.ts";
import { storyInvoices } from "./invoices.ts";
import { storyRoutine } from "./routine.ts";
import type { DemoStory, StoryBankLine, StoryInstitution } from "./types.ts";

/**
 * The demo company's last year, as pure data: what it billed, what it was billed, and what its banks saw
 * of it. The same `today` (ISO date) and `seed` always give the same story; the server's seed takes the
 * open items from it and the sandbox bank the lines, so that the two belong together without ever meeting.
 */
export function demoStory(today: string, seed = "tieout"): DemoStory {
  if (!isDate(today)) throw new TypeError(`not an ISO date: ${today}`);
  const from = addDays(today, -365);
  const invoices = storyInvoices(today, seed);
  const expenses = storyExpenses(today, seed);
  const lines = [...invoices.lines, ...expenses.lines, ...storyRoutine(from, today, seed)].sort(
    (a, b) => (a.bookedOn < b.bookedOn ? -1 : a.bookedOn > b.bookedOn ? 1 : 0),
  );
  const bankLines = lines.filter((line) => line.bookedOn <= today);
  const upcomingLines = lines.filter((line) => line.bookedOn > today && line.settles !== undefined);
  return {
    today,
    seed,
    organisation: { name: "Harbour & Vale Ltd", baseCurrency: "GBP", country: "GB" },
    institutions: storyInstitutions().map((institution) => withOpenings(institution, bankLines)),
    categories: storyCategories,
    counterparties: [
      ...clients.map(({ name, currency }) => ({ name, currency, kind: "client" as const })),
      ...suppliers.map(({ name, currency }) => ({ name, currency, kind: "supplier" as const })),
    ],
    openItems: [...invoices.items, ...expenses.items],
    bankLines,
    upcomingLines,
  };
}

/** Opening balances that keep every account in credit all year, by a cushion; the card starts owing a little. */
function withOpenings(institution: StoryInstitution, lines: StoryBankLine[]): StoryInstitution {
  const accounts = institution.accounts.map((account) => {
    if (account.kind === "credit_card") return { ...account, openingMinor: -2_900_00n };
    let [running, lowest] = [0n, 0n];
    for (const line of lines) {
      if (line.institutionKey !== institution.key || line.accountKey !== account.key) continue;
      running += line.amountMinor;
      if (running < lowest) lowest = running;
    }
    const cushion = account.kind === "savings" ? 12_000_00n : 8_450_00n;
    return { ...account, openingMinor: cushion - lowest };
  });
  return { ...institution, accounts };
}
