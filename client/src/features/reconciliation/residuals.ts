import type { Match } from "./fragments.ts";

export type PaymentKind = Match["payments"][number]["kind"];
export type ResidualKind = Exclude<PaymentKind, "PAYMENT">;

/** What a difference beside a payment is called. */
export const residualLabels: Record<ResidualKind, string> = {
  BANK_FEE: "Bank fee",
  DISCOUNT: "Early-payment discount",
  ROUNDING: "Rounding",
  SHORT_PAYMENT: "Short payment",
  EXCHANGE_DIFFERENCE: "Exchange difference",
};
