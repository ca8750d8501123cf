import type { CurrencyCode } from "../../currencies.ts";
import { magnitude } from "../../money.ts";
import type { BalanceCheck } from "../statement.ts";
import type { ReadEntry } from "./entry.ts";
import { type CamtValues, parseCamtAmount } from "./fields.ts";

/** How many entries there are of a kind, and what their sizes add up to. */
interface Total {
  count: bigint;
  sumMinor: bigint;
}

type Kind = "Ntries" | "CdtNtries" | "DbtNtries";
const kinds: readonly Kind[] = ["Ntries", "CdtNtries", "DbtNtries"];

/** The values of TxsSummry that are read. */
export const totalPaths: readonly string[] = kinds.flatMap((kind) => [
  `TxsSummry/Ttl${kind}/NbOfNtries`,
  `TxsSummry/Ttl${kind}/Sum`,
]);

/**
 * Follows a statement's entries and checks what its TxsSummry says of them: numbers and sums of all entries, credits and
 * debits, each sum without directions. The standard counts entries; whether those that are not booked are among them,
 * and whether a batch is one, banks see differently: a stated number that agrees with one of these readings agrees.
 */
export class EntryTotals {
  readonly #all = totals();
  readonly #booked = totals();
  /** What became of them: a batch as its transactions. */
  readonly #lines = totals();

  add(entry: ReadEntry): void {
    addTo(this.#all, entry.amountMinor);
    if (!entry.booked) return;
    addTo(this.#booked, entry.amountMinor);
    for (const line of entry.lines) addTo(this.#lines, line.amountMinor);
  }

  checks(
    values: CamtValues,
    at: { row: number; place: string; currency: CurrencyCode | null },
  ): readonly BalanceCheck[] {
    return kinds.flatMap((kind) => {
      const readings = [this.#all[kind], this.#booked[kind], this.#lines[kind]];
      const count = values.get(`TxsSummry/Ttl${kind}/NbOfNtries`)?.trim() ?? "";
      const sum = values.get(`TxsSummry/Ttl${kind}/Sum`);
      const amount =
        sum === undefined || at.currency === null ? null : parseCamtAmount(sum, at.currency);
      const place = `${at.place}${kindNames[kind]}`;
      const checks: BalanceCheck[] = [];
      if (/^\d{1,15}$/.test(count)) {
        const figures = agreeing(
          BigInt(count),
          readings.map((reading) => reading.count),
        );
        checks.push({
          ...{ what: "entry_count", row: at.row, place, unit: "count", currency: null, ...figures },
        });
      }
      if (amount?.ok) {
        const stated = magnitude(amount.value.amountMinor);
        const figures = agreeing(
          stated,
          readings.map((reading) => reading.sumMinor),
        );
        const { row, currency } = at;
        checks.push({ what: "entry_sum", row, place, unit: "money", currency, ...figures });
      }
      return checks;
    });
  }
}

const kindNames: Readonly<Record<Kind, string>> = {
  Ntries: "",
  CdtNtries: ", credits",
  DbtNtries: ", debits",
};

function totals(): Record<Kind, Total> {
  const none = () => ({ count: 0n, sumMinor: 0n });
  return { Ntries: none(), CdtNtries: none(), DbtNtries: none() };
}

/** An amount that could not be read counts as an entry, of neither kind: its sum does not agree, and rightly. */
function addTo(total: Record<Kind, Total>, amountMinor: bigint | null): void {
  total.Ntries.count += 1n;
  if (amountMinor === null) return;
  const kind = amountMinor < 0n ? "DbtNtries" : "CdtNtries";
  total[kind].count += 1n;
  total[kind].sumMinor += magnitude(amountMinor);
  total.Ntries.sumMinor += magnitude(amountMinor);
}

function agreeing(stated: bigint, readings: readonly bigint[]) {
  return { stated, computed: readings.includes(stated) ? stated : (readings[0] ?? 0n) };
}
