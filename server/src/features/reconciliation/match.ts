import type { CurrencyCode } from "../../core/currencies.ts";
import type { Evidence } from "../../core/matching/types.ts";
import type { OpenItem } from "../documents/open-item.ts";

/** A decision that links transactions to open items, as it is read. */
export interface Match {
  readonly id: string;
  readonly origin: "automatic" | "manual";
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

/** What a match puts on one open item from one transaction. */
export interface Payment {
  readonly id: string;
  readonly matchId: string;
  readonly transactionId: string;
  /** Minor units above zero. */
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly openItem: OpenItem;
}
