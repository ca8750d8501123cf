import type { Bulk } from "./bulk.ts";
import type { RowDraft } from "./row.ts";

/** What can happen at the banks themselves. */
export type BankFact =
  | { of: "bank"; did: "began"; today: string; seed: string }
  | { of: "bank"; did: "posted"; rows: RowDraft[] }
  | { of: "bank"; did: "bulk_posted"; bulk: Bulk }
  | { of: "bank"; did: "changed"; index: number; changes: RowChanges }
  | { of: "bank"; did: "removed"; index: number }
  | { of: "bank"; did: "pace_set"; seconds: number }
  | { of: "bank"; did: "time_moved"; days: number };

export interface RowChanges {
  amountMinor?: string;
  description?: string;
  bookedOn?: string;
  category?: string;
}

/** What the rows went through, told to whoever keeps a change log of his own. */
export type RowChange =
  | { kind: "added"; start: number; end: number }
  | { kind: "modified"; index: number }
  | { kind: "removed"; index: number };
