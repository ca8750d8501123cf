import type { CurrencyCode } from "../../currencies.ts";
import { parseCurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import { quoted, type StatementProblem } from "../statement.ts";
import { type CamtValues, dayOf, directionOf, parseCamtAmount } from "./fields.ts";

/** The values of Bal that are read. */
export const balancePaths: ReadonlySet<string> = new Set([
  ...["Tp/CdOrPrtry/Cd", "Amt", "Amt@Ccy", "CdtDbtInd", "Dt/Dt", "Dt/DtTm"],
]);

/** A statement has a handful; more are passed over. */
export const balancesMax = 100;

export interface CamtBalance {
  readonly row: number;
  readonly values: CamtValues;
}

export interface CamtBalances {
  readonly openingMinor: bigint | null;
  readonly closingMinor: bigint | null;
  readonly closingOn: LocalDate | null;
  readonly closingRow: number | null;
  readonly availableMinor: bigint | null;
  /** Whether the closing one is an interim one: then this is a page, and another follows. */
  readonly interim: boolean;
  readonly problems: readonly StatementProblem[];
}

/**
 * A statement's balances by their codes: it opens with OPBD, or else PRCD, the previous statement's closing; it closes
 * with CLBD; CLAV is available. A page that is not the first or not the last has ITBD in their places. Where a code
 * comes several times, as in a file that states each day's, the first day's opens and the last day's closes. Balances
 * in another currency than the account's are passed over.
 */
export function readCamtBalances(
  balances: readonly CamtBalance[],
  currency: CurrencyCode | null,
): CamtBalances {
  const problems: StatementProblem[] = [];
  const read = balances.flatMap((balance) => {
    const amountMinor = balanceAmount(balance, currency, problems);
    if (amountMinor === null) return [];
    const code = balance.values.get("Tp/CdOrPrtry/Cd") ?? "";
    return [{ code, amountMinor, on: dayOf(balance.values, "Dt"), row: balance.row }];
  });
  const all = (code: string) => read.filter((balance) => balance.code === code);
  const interims = all("ITBD");
  const booked = earliest(all("OPBD")) ?? earliest(all("PRCD"));
  const closed = latest(all("CLBD"));
  // A lone ITBD of a page that neither opens nor closes otherwise could be either.
  const opening = booked ?? (closed || interims.length > 1 ? interims[0] : undefined);
  const closing = closed ?? interims.filter((balance) => balance !== opening).at(-1);
  const closes = closed !== undefined || booked !== undefined || interims.length > 1;
  return {
    openingMinor: opening?.amountMinor ?? null,
    closingMinor: closes ? (closing?.amountMinor ?? null) : null,
    closingOn: closes ? (closing?.on ?? null) : null,
    closingRow: closes ? (closing?.row ?? null) : null,
    availableMinor: latest(all("CLAV"))?.amountMinor ?? null,
    interim: closes && closed === undefined && closing !== undefined,
    problems,
  };
}

interface Dated {
  readonly on: LocalDate | null;
}

function earliest<Balance extends Dated>(balances: readonly Balance[]): Balance | undefined {
  return balances.reduce<Balance | undefined>(
    (first, one) => (first?.on && one.on && one.on < first.on ? one : (first ?? one)),
    undefined,
  );
}

function latest<Balance extends Dated>(balances: readonly Balance[]): Balance | undefined {
  return balances.reduce<Balance | undefined>(
    (last, one) => (last?.on && one.on && one.on > last.on ? one : (last ?? one)),
    undefined,
  );
}

function balanceAmount(
  { row, values }: CamtBalance,
  currency: CurrencyCode | null,
  problems: StatementProblem[],
): bigint | null {
  const text = values.get("Amt") ?? "";
  const named = values.get("Amt@Ccy");
  if (currency === null || (named !== undefined && parseCurrencyCode(named) !== currency)) {
    return null;
  }
  const amount = parseCamtAmount(text, currency);
  const direction = directionOf(values.get("CdtDbtInd"));
  if (amount.ok && (direction !== null || amount.value.amountMinor === 0n)) {
    return amount.value.amountMinor * (direction ?? 1n);
  }
  const message = "The balance is no amount with CRDT or DBIT: it was left out.";
  problems.push({ row, code: "bad_balance", text: quoted(text), message, loss: "none" });
  return null;
}
