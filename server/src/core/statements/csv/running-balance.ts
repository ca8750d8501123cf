import type { LocalDate } from "../../dates.ts";
import type { BalanceCheck } from "../statement.ts";

/** What a column of balances proves about the lines beside it. */
export interface RunningBalance {
  readonly openingMinor: bigint;
  /** Null where the last line in time has none. */
  readonly closingMinor: bigint | null;
  readonly closingOn: LocalDate;
  /** Null where there was nothing to compare. */
  readonly check: Omit<BalanceCheck, "place" | "currency"> | null;
}

/** One way to read the column: each balance with the one before it, forward or back in time. */
interface Chain {
  steps: number;
  failure: { readonly row: number; readonly stated: bigint; readonly computed: bigint } | null;
}

/**
 * Follows a column of balances, in constant memory. Files go forward in time (each balance = the one before + its own line)
 * or back (each balance = the one before − the line before); which of the two is known only at the end, so both are
 * followed. Lines without a balance are passed over, and counted in the next one.
 */
export function followBalances(): {
  line(row: number, bookedOn: LocalDate, amountMinor: bigint, balanceMinor: bigint | null): void;
  end(): RunningBalance | null;
} {
  const forward: Chain = { steps: 0, failure: null };
  const back: Chain = { steps: 0, failure: null };
  let firstOn: LocalDate | null = null;
  let lastOn: LocalDate | null = null;
  let firstBalance: bigint | null = null;
  /** The lines up to the first balance, with its own; and those before it alone. */
  let untilFirst = 0n;
  let beforeFirst = 0n;
  let firstLineHasBalance = false;
  let last: { row: number; balance: bigint } | null = null;
  /** Lines after the last balance, its own not among them. */
  let sinceLast = 0n;
  let amountOfLast = 0n;

  function compare(row: number, stated: bigint, amountMinor: bigint): void {
    if (last === null) return;
    const ahead = last.balance + sinceLast + amountMinor;
    const behind = last.balance - amountOfLast - sinceLast;
    step(forward, row, stated, ahead);
    step(back, row, stated, behind);
  }

  return {
    line(row, bookedOn, amountMinor, balanceMinor) {
      if (firstOn === null) firstLineHasBalance = balanceMinor !== null;
      firstOn ??= bookedOn;
      lastOn = bookedOn;
      if (balanceMinor === null) {
        if (last === null) beforeFirst += amountMinor;
        else sinceLast += amountMinor;
        return;
      }
      compare(row, balanceMinor, amountMinor);
      if (last === null) {
        firstBalance = balanceMinor;
        untilFirst = beforeFirst + amountMinor;
      }
      last = { row, balance: balanceMinor };
      amountOfLast = amountMinor;
      sinceLast = 0n;
    },
    end() {
      if (firstBalance === null || last === null || firstOn === null || lastOn === null)
        return null;
      const goesBack = isBack(forward, back, firstOn > lastOn);
      const chain = goesBack ? back : forward;
      const check =
        chain.steps === 0 && chain.failure === null
          ? null
          : checkOf(
              chain.failure ?? { row: last.row, stated: last.balance, computed: last.balance },
            );
      if (goesBack) {
        return {
          openingMinor: last.balance - amountOfLast - sinceLast,
          closingMinor: firstLineHasBalance ? firstBalance : null,
          closingOn: firstOn,
          check,
        };
      }
      return {
        openingMinor: firstBalance - untilFirst,
        closingMinor: sinceLast === 0n ? last.balance : null,
        closingOn: lastOn,
        check,
      };
    },
  };
}

function step(chain: Chain, row: number, stated: bigint, computed: bigint): void {
  if (chain.failure !== null) return;
  if (stated === computed) chain.steps++;
  else chain.failure = { row, stated, computed };
}

/** The way that holds; where both do or neither, the dates decide, and then how far each came. */
function isBack(forward: Chain, back: Chain, datesGoBack: boolean): boolean {
  if ((forward.failure === null) !== (back.failure === null)) return back.failure === null;
  if (datesGoBack) return true;
  return forward.failure !== null && back.steps > forward.steps;
}

function checkOf(found: { row: number; stated: bigint; computed: bigint }) {
  return { what: "running_balance" as const, unit: "money" as const, ...found };
}
