import { lastFour } from "../../mask.ts";
import type { BalanceCheck } from "../statement.ts";
import { minorOf, type PrintedMoney } from "./fields.ts";

/**
 * What the records below a trailer come to, to be held against what the trailer states. Totals are of the figures as
 * printed, so that they stay sums where accounts have different currencies.
 */
export class Control {
  /** In words: "account ending 6789", "group 2", "file". */
  readonly place: string;
  /** The records of the file before the one that opened this level. */
  readonly recordsBefore: number;
  total = 0n;
  /** Accounts of a group, groups of a file. */
  members = 0;
  #money: PrintedMoney | null | "mixed" = null;

  constructor(place: string, recordsBefore: number) {
    this.place = place;
    this.recordsBefore = recordsBefore;
  }

  /** What its figures are in; null where that is not known. */
  printedIn(money: PrintedMoney | null | "mixed"): void {
    const now = this.#money;
    if (money === null || money === "mixed" || now === "mixed") this.#money = "mixed";
    else if (now === null) this.#money = money;
    else if (now.currency !== money.currency || now.decimals !== money.decimals)
      this.#money = "mixed";
  }

  get money(): PrintedMoney | null | "mixed" {
    return this.#money;
  }

  checkTotal(row: number, stated: bigint): BalanceCheck {
    const money = this.#money === "mixed" ? null : this.#money;
    const [statedMinor, computedMinor] =
      money === null ? [null, null] : [minorOf(stated, money), minorOf(this.total, money)];
    const inMoney = money !== null && statedMinor !== null && computedMinor !== null;
    return {
      what: "control_total",
      row,
      place: this.place,
      // A sum over several currencies is a number and no amount.
      unit: inMoney ? "money" : "count",
      currency: inMoney ? money.currency : null,
      stated: inMoney ? statedMinor : stated,
      computed: inMoney ? computedMinor : this.total,
    };
  }

  checkCount(
    what: "record_count" | "account_count" | "group_count",
    row: number,
    stated: bigint,
    computed: number,
  ): BalanceCheck {
    const { place } = this;
    return {
      what,
      row,
      place,
      unit: "count",
      currency: null,
      stated,
      computed: BigInt(computed),
    };
  }
}

/** How an account is called where the whole of its number is not shown. */
export function accountPlace(account: string, inGroup: number, group: number): string {
  const plain = account.replace(/[^\p{L}\p{N}]/gu, "");
  const name = plain.length > 4 ? `account ending ${lastFour(plain)}` : `account ${inGroup}`;
  return group > 1 ? `${name} in group ${group}` : name;
}
