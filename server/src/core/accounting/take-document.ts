import type { CurrencyCode } from "../currencies.ts";
import type { LocalDate } from "../dates.ts";
import { formatDecimal, money } from "../money.ts";

/** What of a document is taken over into an open item. Amounts in minor units. */
export type TakenValues = {
  readonly number: string;
  readonly counterpartyName: string;
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate | null;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
  readonly description: string | null;
};

/** A document as the books of the accounting package have it. */
export type DocumentThere = Omit<TakenValues, "amountMinor" | "description"> & {
  readonly totalMinor: bigint;
  /** Still to be paid there. */
  readonly dueMinor: bigint;
  readonly state: "open" | "part_paid" | "paid" | "void" | "draft";
};

/** The open item that was made of it, as it stands. */
export type ItemHere = TakenValues & {
  readonly allocatedMinor: bigint;
  readonly isVoid: boolean;
};

export type KnownDocument = {
  /** Null: nothing was taken over yet. */
  readonly item: ItemHere | null;
  /** What was taken over last; null: nothing. */
  readonly taken: TakenValues | null;
  /** Payments that were sent from here and are booked there. */
  readonly sentMinor: bigint;
  /** Payments that are on their way there: what is due may or may not count them. */
  readonly inFlightMinor: bigint;
};

export type DocumentDecision =
  | { readonly kind: "create"; readonly values: TakenValues }
  | { readonly kind: "update"; readonly values: TakenValues; readonly problem: string | null }
  | { readonly kind: "void"; readonly reason: string }
  | { readonly kind: "keep"; readonly problem: string | null };

const charactersMax = { number: 100, counterpartyName: 200 } as const;
const fine: DocumentDecision = { kind: "keep", problem: null };

/** Of one that is to be read again when its payments have ended. */
export const changedInFlight = "It has changed there while a payment of it is on its way.";

/**
 * Decides what a document becomes here. What is open here is what is still due there and what was matched and sent back
 * from here; so a document that was paid in part before it came is open for the rest. What a person changed is kept,
 * and what is matched here is never taken away: where the two sides contradict each other, it is said.
 */
export function takeDocument(there: DocumentThere, known: KnownDocument): DocumentDecision {
  const { item, taken, sentMinor, inFlightMinor } = known;
  const gone = there.state === "void" || there.state === "draft";
  const wanted = valuesOf(there, gone ? 0n : there.dueMinor + sentMinor);
  if (item === null) return wanted.amountMinor > 0n ? { kind: "create", values: wanted } : fine;
  if (item.isVoid) {
    const open = !gone && there.dueMinor > 0n;
    return open ? { kind: "keep", problem: "It is void here, and open there." } : fine;
  }
  if (inFlightMinor > 0n) {
    const { amountMinor } = item;
    const least = wanted.amountMinor;
    const within = amountMinor >= least && amountMinor <= least + inFlightMinor;
    const isFine = !gone && within && isSame(item, { ...wanted, amountMinor });
    return isFine ? fine : { kind: "keep", problem: changedInFlight };
  }
  if (!gone && sentMinor > 0n && wanted.amountMinor > there.totalMinor) {
    return { kind: "keep", problem: "A payment that was sent from here is not counted there." };
  }
  if (item.allocatedMinor === 0n && wanted.amountMinor <= 0n) {
    const reason = gone ? "It is void in the accounting package." : "It was paid there.";
    return { kind: "void", reason };
  }
  if (gone) return { kind: "keep", problem: "It is void there, and matched here." };
  if (wanted.amountMinor < item.allocatedMinor) {
    return { kind: "keep", problem: "More of it is matched here than is still due there." };
  }
  if (wanted.currency !== item.currency && item.allocatedMinor > 0n) {
    return { kind: "keep", problem: "Its currency has changed there, and it is matched here." };
  }
  if (taken !== null && !isSame(item, taken) && !isSame(item, wanted)) {
    // Only here: nothing there contradicts it.
    if (isSame(wanted, taken)) return fine;
    return { kind: "keep", problem: "It was changed here, and in another way there." };
  }
  const problem = renamed(there, item);
  return isSame(item, wanted)
    ? { kind: "keep", problem }
    : { kind: "update", values: { ...wanted, ...namesOf(item) }, problem };
}

function valuesOf(there: DocumentThere, amountMinor: bigint): TakenValues {
  const { issuedOn, dueOn, currency } = there;
  return {
    ...namesOf(there),
    ...{ issuedOn, currency, amountMinor },
    dueOn: dueOn !== null && dueOn < issuedOn ? issuedOn : dueOn,
    description: describe(there, amountMinor),
  };
}

function namesOf({ number, counterpartyName }: Pick<TakenValues, "number" | "counterpartyName">) {
  return {
    number: tidy(number, charactersMax.number),
    counterpartyName: tidy(counterpartyName, charactersMax.counterpartyName),
  };
}

function tidy(text: string, max: number): string {
  return text.replaceAll("\0", "").trim().slice(0, max) || "?";
}

function describe({ totalMinor, currency }: DocumentThere, amountMinor: bigint): string | null {
  if (amountMinor <= 0n || totalMinor <= amountMinor) return null;
  const paid = formatDecimal(money(totalMinor - amountMinor, currency));
  return `${paid} ${currency} of ${formatDecimal(money(totalMinor, currency))} was paid before.`;
}

function isSame(a: TakenValues, b: TakenValues): boolean {
  return (
    a.amountMinor === b.amountMinor &&
    a.currency === b.currency &&
    a.issuedOn === b.issuedOn &&
    a.dueOn === b.dueOn
  );
}

/** By its number and counterparty people know it here: those stay. */
function renamed(there: DocumentThere, item: ItemHere): string | null {
  const names = namesOf(there);
  if (names.number !== item.number) return `It bears the number ${names.number} there.`;
  if (names.counterpartyName === item.counterpartyName) return null;
  return `It is ${names.counterpartyName}'s there.`;
}
