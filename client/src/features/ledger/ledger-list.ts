import type { LedgerAccount } from "./documents.ts";
import { ledgerKinds } from "./labels.ts";

export interface LedgerGroup {
  kind: LedgerAccount["kind"];
  label: string;
  hint: string;
  accounts: LedgerAccount[];
}

const byNumber = new Intl.Collator(undefined, { numeric: true });

/** The chart by kind, in the order of the books, each kind by number; kinds without an account are left out. */
export function groupByKind(accounts: LedgerAccount[], search: string): LedgerGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = accounts.filter(({ number, name }) => {
    const text = `${number} ${name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return ledgerKinds
    .map(({ kind, label, hint }) => ({
      kind,
      label,
      hint,
      accounts: fitting
        .filter((account) => account.kind === kind)
        .toSorted((left, right) => byNumber.compare(left.number, right.number)),
    }))
    .filter((group) => group.accounts.length > 0);
}
