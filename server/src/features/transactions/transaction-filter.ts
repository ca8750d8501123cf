import type { LocalDate } from "../../core/dates.ts";
import type { BankTransactionStatus } from "../../generated/prisma/enums.ts";
import { addAmountRange, addIds, addSearch, type Conditions } from "../conditions.ts";
import { knownIdOr } from "../ids.ts";

/** Which bank transactions to list. Absent means all, except that removed ones show only when asked for. */
export interface TransactionFilter {
  readonly from?: LocalDate | null;
  readonly to?: LocalDate | null;
  readonly accountIds?: readonly string[] | null;
  /** Of the accounts in this block. */
  readonly blockId?: string | null;
  /** True: of the accounts that are in some block. False: of those that are in none. */
  readonly inBlocks?: boolean | null;
  /** Those with a live match that was made so. */
  readonly matchOrigin?: "automatic" | "manual" | null;
  /** Added by this import. */
  readonly importBatchId?: string | null;
  /** On which this rule's action stands. */
  readonly ruleId?: string | null;
  /** Of which something that this run decided stands: a match, a transfer or a rule's action. */
  readonly runId?: string | null;
  /** True: left out as a side of a transfer between own accounts. False: all others. */
  readonly transfer?: boolean | null;
  readonly statuses?: readonly BankTransactionStatus[] | null;
  readonly categoryIds?: readonly string[] | null;
  readonly uncategorised?: boolean | null;
  /** Decimals without a sign: 100.00 finds money in and out of that size. */
  readonly amountMin?: string | null;
  readonly amountMax?: string | null;
  readonly direction?: "in" | "out" | null;
  readonly search?: string | null;
}

/**
 * @throws InvalidInput
 */
export function addTransactionFilter(conditions: Conditions, filter: TransactionFilter): void {
  addStatuses(conditions, filter.statuses);
  if (filter.from) conditions.add(`booked_on >= ${conditions.value(filter.from)}::date`);
  if (filter.to) conditions.add(`booked_on <= ${conditions.value(filter.to)}::date`);
  if (filter.accountIds) addIds(conditions, "account_id", filter.accountIds, "accountIds");
  if (filter.blockId != null) {
    // An array, worked out once: a join would lose the order of the index that the page is read from.
    const block = conditions.value(knownIdOr(filter.blockId, null));
    conditions.add(
      `account_id = ANY (ARRAY(SELECT id FROM financial_account WHERE block_id = ${block}::uuid))`,
    );
  }
  if (filter.inBlocks != null) {
    conditions.add(
      `account_id = ANY (ARRAY(SELECT id FROM financial_account WHERE block_id IS ${filter.inBlocks ? "NOT " : ""}NULL))`,
    );
  }
  if (filter.matchOrigin) {
    const origin = filter.matchOrigin === "automatic" ? "automatic" : "manual";
    // Each row by the payment's index: what the page is read from stays its order.
    conditions.add(`allocated_minor > 0 AND EXISTS (
      SELECT FROM payment p JOIN match m ON m.organisation_id = p.organisation_id AND m.id = p.match_id
      WHERE p.transaction_id = bank_transaction.id AND p.voided_at IS NULL AND m.origin = '${origin}')`);
  }
  if (filter.importBatchId != null) {
    const batch = conditions.value(knownIdOr(filter.importBatchId, null));
    conditions.add(`import_batch_id = ${batch}::uuid`);
  }
  addDecider(conditions, filter);
  if (filter.transfer != null) {
    conditions.add(`${filter.transfer ? "" : "NOT "}(status = 'excluded' AND (
      EXISTS (SELECT FROM transfer t WHERE t.out_transaction_id = bank_transaction.id AND t.voided_at IS NULL)
      OR EXISTS (SELECT FROM transfer t WHERE t.in_transaction_id = bank_transaction.id AND t.voided_at IS NULL)))`);
  }
  if (filter.categoryIds) addIds(conditions, "category_id", filter.categoryIds, "categoryIds");
  if (filter.uncategorised != null) {
    conditions.add(`category_id IS ${filter.uncategorised ? "" : "NOT "}NULL`);
  }
  if (filter.direction) conditions.add(`amount_minor ${filter.direction === "in" ? ">" : "<"} 0`);
  addAmountRange(conditions, "abs(amount_minor)", filter.amountMin, filter.amountMax);
  if (filter.search) {
    addSearch(conditions, filter.search, ["description", "reference", "counterparty_name"]);
  }
}

/** What decided the line. Arrays, worked out once from indexes of their own: rules and runs name few of all lines. */
function addDecider(conditions: Conditions, { ruleId, runId }: TransactionFilter): void {
  if (ruleId != null) {
    const rule = conditions.value(knownIdOr(ruleId, null));
    conditions.add(`id = ANY (ARRAY(
      SELECT transaction_id FROM rule_hit WHERE rule_id = ${rule}::uuid AND undone_at IS NULL))`);
  }
  if (runId != null) {
    const run = conditions.value(knownIdOr(runId, null));
    conditions.add(`id = ANY (ARRAY(
      SELECT p.transaction_id FROM match m JOIN payment p ON p.organisation_id = m.organisation_id AND p.match_id = m.id
        WHERE m.run_id = ${run}::uuid AND p.voided_at IS NULL
      UNION SELECT transaction_id FROM rule_hit WHERE run_id = ${run}::uuid AND undone_at IS NULL
      UNION SELECT unnest(ARRAY[out_transaction_id, in_transaction_id]) FROM transfer
        WHERE run_id = ${run}::uuid AND voided_at IS NULL))`);
  }
}

const unreconciled: readonly BankTransactionStatus[] = ["unmatched", "part_matched"];

/**
 * Statuses stand in the text, not in a parameter: a partial index is used only where the planner can see that it
 * covers them. Under row-level security no other index would do, since comparing enums is not leakproof.
 */
function addStatuses(
  conditions: Conditions,
  statuses: readonly BankTransactionStatus[] | null | undefined,
): void {
  if (!statuses || statuses.length === 0) {
    conditions.add("removed_at IS NULL");
    return;
  }
  const wanted = [...new Set(statuses)].sort();
  conditions.add(`status IN (${wanted.map((status) => `'${status}'`).join(", ")})`);
  if (wanted.every((status) => unreconciled.includes(status))) {
    conditions.add("status IN ('unmatched', 'part_matched')");
  }
}
