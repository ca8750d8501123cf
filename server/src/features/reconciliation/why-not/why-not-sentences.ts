import { unreachable } from "../../../core/assert.ts";
import type { LocalDate } from "../../../core/dates.ts";
import { pairChanges, pairCodes } from "../../../core/matching/explain-pair.ts";
import { reasonLabel } from "../evidence-labels.ts";
import { dayInWords } from "./day-in-words.ts";
import type { Decided, DecidedFacts } from "./decided-facts.sql.ts";

/** Why a transaction and an open item are not matched, or that they are: what core can tell, and what people decided. */
export const whyNotCodes = [
  ...pairCodes,
  "will_match",
  "transaction_excluded",
  "transaction_transferred",
  "transaction_removed",
  "item_void",
] as const;
export type WhyNotCode = (typeof whyNotCodes)[number];

/** What would have to be otherwise. */
export const whyNotChanges = [...pairChanges, "undo_match", "include", "undo_transfer"] as const;
export type WhyNotChange = (typeof whyNotChanges)[number];

/** What the sentences speak of. Amounts are decimals with their currency: "120.00 GBP". */
export interface WhyNotFacts {
  readonly transaction: {
    readonly bookedOn: LocalDate;
    readonly currency: string;
    readonly moneyIn: boolean;
  };
  readonly item: ItemFacts & {
    readonly kind: "invoice" | "expense" | "demand";
    readonly currency: string;
  };
  readonly score: number;
  readonly threshold: number;
  /** What stands in the way, the first of several. */
  readonly winner: WinnerFacts | null;
  readonly winnersMore: number;
  readonly decided: Omit<DecidedFacts, "ofTransaction" | "ofItem">;
}

export interface ItemFacts {
  readonly number: string;
  readonly counterpartyName: string;
}

export interface WinnerFacts {
  readonly item: ItemFacts;
  readonly bookedOn: LocalDate;
  /** Whether it takes the transaction that is asked about, or else its open item. */
  readonly sameTransaction: boolean;
  readonly score: number;
  /** Who matched it, where somebody has. */
  readonly decided: Decided | null;
}

/** Why, as a sentence for a bookkeeper. */
export function whyNotSentence(code: WhyNotCode, facts: WhyNotFacts): string {
  const { item, decided, score, threshold, winner } = facts;
  switch (code) {
    case "matched":
      return `They are matched${byAndOn(winner?.decided)}.`;
    case "will_match":
      return "Nothing keeps them apart: the next run of automatic matching matches them.";
    case "lost_to":
      return lostSentence(facts);
    case "other_direction":
      return facts.transaction.moneyIn
        ? `Money came in, and ${item.number} is an expense: money out settles it.`
        : `Money went out, and ${item.number} is ${item.kind === "demand" ? "a demand" : "an invoice"}: money in settles it.`;
    case "other_block":
      return `${item.number} is of ${decided.itemBlock ?? "another set of books"}, and the payment's account is of ${decided.transactionBlock ?? "the organisation's own books"}.`;
    case "no_rate":
      return `The payment is in ${facts.transaction.currency} and ${item.number} in ${item.currency}, and no rate between them is loaded for ${dayInWords(facts.transaction.bookedOn)}.`;
    case "declined":
      return `${decided.declined?.by ?? "Somebody"} said${onDay(decided.declined)} that the payment is not for ${item.number}.`;
    case "transaction_settled":
      return winner?.sameTransaction
        ? `The payment is matched with ${nameOf(winner.item)}${moreOf(facts)} already${byAndOn(winner.decided)}.`
        : "The payment is matched in full already.";
    case "item_settled":
      return winner
        ? `${item.number} is paid already, by ${facts.winnersMore > 0 ? "other payments, one" : "another payment"} of ${dayInWords(winner.bookedOn)}${byAndOn(winner.decided, "matched")}.`
        : `${item.number} is paid already.`;
    case "transaction_excluded": {
      const reason = decided.excluded?.reason ? `: “${decided.excluded.reason}”` : "";
      return `The payment was left out of reconciliation${byAndOn(decided.excluded)}${reason}.`;
    }
    case "transaction_transferred": {
      const other = decided.transfer?.otherAccount;
      const side = facts.transaction.moneyIn ? "from" : "to";
      return `It is no payment but a transfer ${other ? `${side} ${other}` : "between own accounts"}${byAndOn(decided.transfer, "decided")}.`;
    }
    case "transaction_removed":
      return `The bank took the payment back${onDay(decided.removed)}.`;
    case "item_void":
      return `${item.number} was voided${byAndOn(decided.itemVoided)}.`;
    case "below_threshold":
      return score <= 0
        ? "Nothing about the payment points to this open item."
        : `What speaks for it comes to ${points(score)}; without a person it takes ${threshold}.`;
    default:
      return reasonLabel(code);
  }
}

function lostSentence({ item, winner, score }: WhyNotFacts): string {
  if (!winner) return "Something else fits better.";
  const scores = `${points(winner.score)} against ${score}`;
  return winner.sameTransaction
    ? `The payment fits ${nameOf(winner.item)} better: ${scores}.`
    : `Another payment, of ${dayInWords(winner.bookedOn)}, fits ${item.number} better: ${scores}.`;
}

type Values = Readonly<Record<string, string>>;

/** The smallest change that would do it, as a sentence for a bookkeeper. @param values as core or the feature gives them */
export function changeSentence(change: WhyNotChange, values: Values, facts: WhyNotFacts): string {
  const { item, transaction, decided } = facts;
  switch (change) {
    case "amount":
      return `Had the payment been of ${values.value ?? "another amount"} ${transaction.currency}, it would have been matched.`;
    case "number":
      // Of a demand the reference counts; its description may name the unit already.
      if (item.kind === "demand") return namedInReference(`unit ${values.value ?? ""}`);
      return `Had the payment's texts named ${values.value ?? item.number}, it would have been matched.`;
    case "name":
      if (item.kind === "demand") return namedInReference(values.value ?? item.counterpartyName);
      return `Were the payer known as ${values.value ?? item.counterpartyName}, it would be matched: matching a payment of theirs by hand teaches it.`;
    case "threshold":
      return `With a profile that matches from ${values.value ?? "fewer"} points on, it would be matched.`;
    case "margin":
      return `With a profile that asks for a lead of only ${values.value ?? "fewer"} points, it would be matched.`;
    case "automatic":
      return `With automatic matching of ${item.kind === "demand" ? "demands" : "invoices and expenses"} switched on, it would be matched.`;
    case "without_rivals":
      return values.count === "1" || values.count === undefined
        ? "Were the one that competes with it settled or declined, it would be matched."
        : `Were the ${values.count} that compete with it settled or declined, it would be matched.`;
    case "not_declined":
      return "Taking back that the pair was declined would let it be matched.";
    case "rate":
      return `A rate from ${values.base ?? transaction.currency} to ${values.quote ?? item.currency} for ${values.day ? dayInWords(values.day as LocalDate) : "the day"} would let it be matched.`;
    case "booked":
      return "It would be matched once the bank has posted the payment.";
    case "undo_match":
      return `Undoing the match with ${facts.winner ? nameOf(facts.winner.item) : "the other"} would let it be matched.`;
    case "include":
      return "Including the payment again would let it be matched.";
    case "undo_transfer":
      return `Undoing the transfer${decided.transfer?.otherAccount ? ` with ${decided.transfer.otherAccount}` : ""} would let it be matched.`;
    default:
      return unreachable(change);
  }
}

function namedInReference(name: string): string {
  return `Had the payment's reference named ${name}, it would have been matched.`;
}

function nameOf({ number, counterpartyName }: ItemFacts): string {
  return `${number} (${counterpartyName})`;
}

function moreOf({ winnersMore }: WhyNotFacts): string {
  return winnersMore === 0 ? "" : ` and ${winnersMore} more`;
}

function points(score: number): string {
  return score === 1 ? "1 point" : `${score} points`;
}

function byAndOn(decided: Decided | null | undefined, verb = ""): string {
  if (!decided) return "";
  const lead = verb === "" ? "" : `, ${verb}`;
  return `${lead}${decided.by === null ? "" : ` by ${decided.by}`}${onDay(decided)}`;
}

function onDay(decided: Decided | null | undefined): string {
  return decided?.at ? ` on ${dayInWords(decided.at)}` : "";
}
