import type { RuleSubject } from "../../../core/matching/rules/rule.ts";
import type { TransferLine } from "../../../core/matching/transfer-types.ts";
import type { Sql } from "../../../db/sql.ts";
import type { BankTransactionStatus } from "../../../generated/prisma/enums.ts";
import { transactionForMatchColumns } from "../lock-for-match.sql.ts";

/** A bank transaction as a rule finds it, and what rules have done to it. */
export interface RuleLine extends RuleSubject, TransferLine {
  readonly status: BankTransactionStatus;
  readonly pending: boolean;
  readonly categoryId: string | null;
  readonly categoryByPerson: boolean;
  readonly hits: readonly LineHit[];
}

/** What a rule has done to a bank transaction before, or was kept from doing again. */
export interface LineHit {
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly action: string;
  /** Taken back, and not to be done again. */
  readonly refused: boolean;
  readonly undone: boolean;
}

/** The columns of a RuleLine, of the table `bank_transaction`. */
export const ruleLineColumns = `${transactionForMatchColumns},
  category_id AS "categoryId", category_by_person AS "categoryByPerson",
  coalesce((SELECT json_agg(json_build_object('ruleId', h.rule_id, 'ruleVersion', h.rule_version, 'action', h.action,
      'undone', h.undone_at IS NOT NULL,
      'refused', h.undone_at IS NOT NULL AND NOT coalesce((h.detail->>'mayActAgain')::boolean, false)))
    FROM rule_hit h WHERE h.transaction_id = bank_transaction.id), '[]'::json) AS hits`;

/** By id, in id order. */
export function readRuleLines(
  sql: Sql,
  ids: readonly string[],
  lock: "FOR UPDATE" | "",
): Promise<RuleLine[]> {
  return sql.query<RuleLine>(
    `SELECT ${ruleLineColumns} FROM bank_transaction WHERE id = ANY ($1::uuid[]) ORDER BY id ${lock}`,
    [ids],
  );
}
