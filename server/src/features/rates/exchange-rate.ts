import type { Rate } from "../../core/matching/rates.ts";

/** A loaded rate: on that day one unit of the base was worth so many units of the quote. */
export interface ExchangeRate extends Rate {
  readonly loadedBy: string;
  readonly loadedAt: Date;
}

export const exchangeRateColumns = `base, quote, day, trim_scale(rate)::text AS rate,
  loaded_by AS "loadedBy", loaded_at AS "loadedAt"`;
