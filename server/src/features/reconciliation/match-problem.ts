import type { Money } from "../../core/money.ts";
import { Problem } from "../errors.ts";

export type MatchProblemCode =
  | "NOTHING_SELECTED"
  | "TOO_MANY_ALLOCATIONS"
  | "AMOUNT_INVALID"
  | "AMOUNT_NOT_POSITIVE"
  | "CURRENCY_MISMATCH"
  | "DIRECTION_MISMATCH"
  | "OTHER_BLOCK"
  | "RESIDUAL_UNFIT"
  | "RATE_IMPLAUSIBLE"
  | "EXCEEDS_TRANSACTION"
  | "EXCEEDS_ITEM";

export interface MatchProblemFields {
  readonly transactionId?: string;
  readonly openItemId?: string;
  /** By how much the allocations are too high. */
  readonly difference?: Money;
}

/** The allocations do not make a match. Nothing has changed since the caller looked: they do not fit together. */
export class MatchProblem extends Problem {
  override readonly name = "MatchProblem";
  readonly code: MatchProblemCode;
  readonly transactionId: string | null;
  readonly openItemId: string | null;
  readonly difference: Money | null;

  constructor(code: MatchProblemCode, message: string, fields: MatchProblemFields = {}) {
    super(message);
    this.code = code;
    this.transactionId = fields.transactionId ?? null;
    this.openItemId = fields.openItemId ?? null;
    this.difference = fields.difference ?? null;
  }
}
