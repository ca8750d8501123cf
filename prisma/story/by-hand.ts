import { addDays, businessDay } from "./calendar.ts";

/** An account of the demo company that no bank feeds: its statements are brought in by hand. */
export interface StoryAccountByHand {
  institutionName: string;
  name: string;
  kind: "current" | "savings";
  currency: "GBP";
  mask: string;
  /** The number of the ledger account that it is mapped to; null where nobody has done that yet. */
  ledgerNumber: string | null;
  /** The first day of the first month whose statement is expected. */
  uploadsFrom: string;
  statements: { month: string; uploadedBy: string; uploadedOn: string; note: string | null }[];
  /** First days of the months whose statements are late, whatever the day of the month. */
  late: string[];
}

/**
 * Two accounts with what a person in finance meets: one whose last statement is to be brought in now (or has just become
 * late), and one with a gap further back.
 * @param today ISO date
 */
export function storyAccountsByHand(today: string): StoryAccountByHand[] {
  const month = (back: number) => firstOfMonth(today, back);
  const statement = (back: number, uploadedBy: string, note: string | null = null) => ({
    month: month(back),
    uploadedBy,
    uploadedOn: businessDay(addDays(month(back - 1), 2)),
    note,
  });
  return [
    {
      institutionName: "Saltmarsh Building Society",
      name: "Petty Cash",
      kind: "current",
      currency: "GBP",
      mask: "5518",
      ledgerNumber: "1230",
      uploadsFrom: month(3),
      statements: [
        statement(3, "Sam Okafor"),
        statement(2, "Sam Okafor", "Two pages; the second was scanned again"),
      ],
      late: [],
    },
    {
      institutionName: "Fernbank Trust",
      name: "Client Deposits",
      kind: "savings",
      currency: "GBP",
      mask: "8043",
      ledgerNumber: null,
      uploadsFrom: month(3),
      statements: [statement(3, "Ada Marlowe")],
      late: [month(2)],
    },
  ];
}

/** The first day of the month that lies so many months before the day's own. */
function firstOfMonth(today: string, back: number): string {
  const index = Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1 - back;
  const year = Math.floor(index / 12);
  return `${year}-${String((index % 12) + 1).padStart(2, "0")}-01`;
}
