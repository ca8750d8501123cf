import type { CurrencyCode } from "../../core/currencies.ts";
import type { Evidence, PaymentKind } from "../../core/matching/types.ts";
import type { OpenItem } from "../documents/open-item.ts";

/** A decision that links transactions to open items, as it is read. */
export interface Match {
  readonly id: string;
  readonly origin: "automatic" | "manual";
  readonly profile: string | null;
  readonly profileVersion: number | null;
  /** The run or the rule that made it, where one did. */
  readonly runId: string | null;
  readonly ruleId: string | null;
  readonly score: number | null;
  readonly evidence: readonly Evidence[];
  readonly decidedBy: string;
  readonly decidedAt: Date;
  readonly voidedAt: Date | null;
  readonly voidedBy: string | null;
  readonly voidReason: string | null;
  /** Void if and only if the match is. */
  readonly payments: readonly Payment[];
}

/** One line of a match: a payment, or a typed residual on one of the two sides. */
export interface Payment {
  readonly id: string;
  readonly matchId: string;
  readonly transactionId: string;
  readonly kind: PaymentKind;
  /** On the open item, minor units of its currency. */
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  /** From the transaction, minor units of its currency. */
  readonly transactionMinor: bigint;
  readonly transactionCurrency: CurrencyCode;
  /** A decimal; null where the currencies are one. */
  readonly rate: string | null;
  readonly openItem: OpenItem;
}
