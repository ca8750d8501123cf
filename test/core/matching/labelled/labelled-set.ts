import type { CurrencyCode } from "../../../../server/src/core/currencies.ts";
import type { LocalDate } from "../../../../server/src/core/dates.ts";
import type {
  MatchableItem,
  MatchableTransaction,
} from "../../../../server/src/core/matching/types.ts";

/** What happened between a payer and the books, that a bank line comes from. */
export const situations = [
  "exact",
  "agent_exact",
  "number_mistyped",
  "digits_only",
  "name_truncated",
  "name_mistyped",
  "no_reference",
  "fee_deducted",
  "cents_off",
  "early_discount",
  "part_payment",
  "on_account",
  "several_named",
  "several_by_sum",
  "several_by_month",
  "instalments_named",
  "instalments_by_sum",
  "batch",
  "equal_twins",
  "paid_twice",
  "standing_named",
  "standing_unnamed",
  "neighbour_numbers",
  "similar_names",
  "near_amounts",
  "settled_named",
  "settled_earlier",
  "foreign_named",
  "foreign_unnamed",
  "transfer",
  "transfer_foreign",
  "transfer_twins",
  "bank_charge",
  "stranger",
  "stranger_exact_amount",
  "refund",
  "demand_unit_reference",
  "demand_unit_description",
  "demand_surname",
  "demand_unit_and_surname",
  "demand_wrong_unit",
  "demand_two_units",
  "demand_part",
  "demand_standing_order",
  "demand_amount_only",
  "demand_noise",
] as const;

export type Situation = (typeof situations)[number];

/** What a bank line truly is. */
export type Truth = {
  readonly situation: Situation;
  /**
   * What it puts on which item, in the item's currency, residuals included: a fee that the bank kept settles
   * the rest. Empty for transfers and for lines that settle nothing.
   */
  readonly amounts: ReadonlyMap<string, bigint>;
  /** The other line of a transfer between own accounts. */
  readonly transferId: string | null;
  /** All lines of a batch that only together settle its items; else null. */
  readonly batch: readonly string[] | null;
  /** False where nobody could tell from the data: an automatic decision is then wrong, whatever it picks. */
  readonly decidable: boolean;
};

export type LabelledAccount = {
  readonly id: string;
  readonly blockId: string | null;
  readonly name: string;
  readonly currency: CurrencyCode;
};

/** Where a demand's unit and leaseholder are written down, for a real database. */
export type LabelledUnit = {
  readonly id: string;
  readonly blockId: string;
  readonly number: string;
  readonly leaseholderId: string;
  readonly leaseholderName: string;
  readonly surname: string;
};

export type LabelledRate = {
  readonly base: CurrencyCode;
  readonly quote: CurrencyCode;
  readonly day: LocalDate;
  readonly rate: string;
};

export type LabelledSet = {
  readonly profile: string;
  readonly seed: number;
  readonly transactions: readonly MatchableTransaction[];
  readonly items: readonly MatchableItem[];
  readonly rates: readonly LabelledRate[];
  readonly accounts: readonly LabelledAccount[];
  readonly blocks: readonly { readonly id: string; readonly name: string }[];
  readonly units: readonly LabelledUnit[];
  /** By transaction. */
  readonly truth: ReadonlyMap<string, Truth>;
  /** The unit of each demand, by item. */
  readonly unitOfDemand: ReadonlyMap<string, LabelledUnit>;
};
