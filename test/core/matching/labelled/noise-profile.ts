import type { CurrencyCode } from "../../../../server/src/core/currencies.ts";
import type { Situation } from "./labelled-set.ts";
import type { Random } from "./random.ts";

/** What a bank writes of one payment. */
export type BankText = {
  readonly description: string;
  readonly reference: string | null;
  readonly counterpartyName: string | null;
};

/** How an issuer numbers its documents. */
export type NumberSeries = (sequence: number, isoDay: string) => string;

/**
 * One world that labelled sets come from: how often what happens, which names and numbers there are, how people
 * mistype and how banks write. The engine may be tuned on `tuning` only; `held-out` shares none of its lists, so
 * that a rule which fits one world's habits shows in the other's figures.
 */
export type NoiseProfile = {
  readonly name: "tuning" | "held-out";
  readonly homeCurrency: CurrencyCode;
  /** Units of the home currency's minor that one minor unit of the foreign one is worth, at the year's start. */
  readonly foreign: readonly { readonly currency: CurrencyCode; readonly worth: number }[];
  /** Weights, not of one sum. */
  readonly shares: Readonly<Record<Situation, number>>;
  /** Share of invoices' situations that happen to expenses, with money going out, instead. */
  readonly expenseShare: number;
  /** Share of amounts that are round, which many items then have in common. */
  readonly roundShare: number;
  /** A new client's or supplier's name; may repeat, the caller asks again. */
  readonly companyName: (random: Random) => string;
  /** Two companies that share all but one word. */
  readonly similarNames: (random: Random) => readonly [string, string];
  readonly personName: (random: Random) => { readonly name: string; readonly surname: string };
  /** A name as the payer's bank writes it. */
  readonly bankName: (random: Random, name: string) => string;
  readonly truncatedName: (random: Random, name: string) => string;
  readonly mistypedName: (random: Random, name: string) => string;
  /** The organisation's own numbering, then one for each supplier. */
  readonly ownSeries: readonly NumberSeries[];
  readonly supplierSeries: (random: Random) => NumberSeries;
  readonly mistypedNumber: (random: Random, number: string) => string;
  /** The remittance text that names one document. */
  readonly naming: (random: Random, number: string) => string;
  readonly namingDigits: (random: Random, number: string) => string;
  readonly namingSeveral: (random: Random, numbers: readonly string[]) => string;
  readonly namingMonth: (random: Random, month: number) => string;
  /** Texts that say nothing of a document. */
  readonly saying: (random: Random) => string;
  /** Puts the remittance text and the payer where the bank puts them. */
  readonly bankText: (random: Random, remittance: string, payer: string | null) => BankText;
  readonly bankCharge: (random: Random) => BankText;
  readonly strangerText: (random: Random) => string;
  readonly transferText: (random: Random) => BankText;
  readonly agents: readonly string[];
  readonly blockName: (random: Random) => string;
  /** The numbers of a block's units, in order. */
  readonly unitNumber: (random: Random, index: number) => string;
  /** How people write a unit's number. */
  readonly namingUnit: (random: Random, unit: string) => string;
};
