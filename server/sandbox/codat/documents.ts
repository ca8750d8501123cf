import { addDays } from "../../../prisma/story/calendar.ts";
import { type StoryRate, storyRates } from "../../../prisma/story/rates.ts";
import type { DemoStory, StoryOpenItem } from "../../../prisma/story/types.ts";
import { storyWorkshop } from "../../../prisma/story/workshop.ts";
import { recordId } from "./ids.ts";
import type { Family } from "./packages.ts";

/** An invoice or a bill of the books; amounts in minor units of its currency. */
export interface BookDocument {
  readonly id: string;
  readonly kind: "invoice" | "bill";
  readonly number: string;
  readonly partyId: string;
  readonly partyName: string;
  readonly description: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly currency: string;
  /** Units of the base for one of the currency, as JSON sends it; null where the package leaves it out. */
  readonly currencyRate: number | null;
  readonly totalMinor: bigint;
  paidMinor: bigint;
  state: "open" | "draft" | "void";
  paidOn: string | null;
  modifiedAt: number;
  readonly paymentIds: string[];
}

export interface BookPayment {
  readonly id: string;
  readonly kind: "payments" | "billPayments";
  readonly partyId: string;
  readonly partyName: string;
  readonly accountId: string | null;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly paidOn: string;
  readonly note: string | null;
  readonly reference: string | null;
  readonly links: { documentId: string; kind: "invoice" | "bill"; amountMinor: bigint }[];
  readonly modifiedAt: number;
}

/** Payments that were booked longer ago than this are in the books; what came since is still to be matched. */
const bookedAfterDays = 120;

/**
 * The documents of the demo company's books, in the very numbers and amounts that the banks' lines pay: old ones paid,
 * later ones open, and one each that is a draft or void.
 */
export function storyDocuments(
  story: DemoStory,
  books: { family: Family; key: string },
): { documents: BookDocument[]; payments: BookPayment[] } {
  const rates = storyRates(story.today, story.seed);
  const workshop = storyWorkshop(story.today, rates, story.seed);
  const items = [...story.openItems, ...workshop.openItems];
  const documents = items.map((item) => toDocument(item, rates, books));
  const payments = documents.flatMap((document) => pastPayments(document, story, books));
  documents.push(...unsettledOnes(story, rates, books));
  return { documents, payments };
}

function toDocument(
  item: StoryOpenItem,
  rates: readonly StoryRate[],
  { family, key }: { family: Family; key: string },
): BookDocument {
  const kind = item.kind === "invoice" ? "invoice" : "bill";
  return {
    ...{ id: recordId(family, `${key}:${kind}:${item.number}`), kind, number: item.number },
    partyId: recordId(family, `${key}:party:${item.counterpartyName}`),
    ...{ partyName: item.counterpartyName, description: item.description },
    ...{ issuedOn: item.issuedOn, dueOn: item.dueOn, currency: item.currency },
    currencyRate: rateOn(item, rates, family),
    ...{ totalMinor: item.amountMinor, paidMinor: 0n, state: "open", paidOn: null },
    ...{ modifiedAt: Date.parse(`${item.issuedOn}T09:00:00Z`), paymentIds: [] },
  };
}

function rateOn(item: StoryOpenItem, rates: readonly StoryRate[], family: Family): number | null {
  // QuickBooks leaves the base's own out.
  if (item.currency === "GBP") return family === "quickbooks" ? null : 1;
  const known = rates.findLast(({ base, day }) => base === item.currency && day <= item.issuedOn);
  return Number((known ?? rates.find(({ base }) => base === item.currency))?.rate ?? 1);
}

/** What the banks saw of it long ago, booked onto it. */
function pastPayments(
  document: BookDocument,
  { today, bankLines }: DemoStory,
  { family }: { family: Family },
): BookPayment[] {
  const until = addDays(today, -bookedAfterDays);
  const paying = bankLines.filter(
    ({ settles, bookedOn }) => bookedOn <= until && settles?.includes(document.number),
  );
  return paying.map((line, at) => {
    const whole = (line.settles?.length ?? 0) > 1;
    const left = document.totalMinor - document.paidMinor;
    const paid =
      (line.amountMinor < 0n ? -line.amountMinor : line.amountMinor) + (line.feeMinor ?? 0n);
    const amountMinor = whole || paid > left ? left : paid;
    const payment: BookPayment = {
      id: recordId(family, `${document.id}:payment:${at}`),
      kind: document.kind === "invoice" ? "payments" : "billPayments",
      ...{ partyId: document.partyId, partyName: document.partyName, accountId: null },
      ...{ currency: document.currency, totalMinor: amountMinor, paidOn: line.bookedOn },
      ...{ note: null, reference: line.reference ?? null },
      links: [{ documentId: document.id, kind: document.kind, amountMinor }],
      modifiedAt: Date.parse(`${line.bookedOn}T16:00:00Z`),
    };
    settle(document, payment, amountMinor);
    return payment;
  });
}

/** Puts an amount of a payment onto a document. */
export function settle(document: BookDocument, payment: BookPayment, amountMinor: bigint): void {
  document.paidMinor += amountMinor;
  document.paymentIds.push(payment.id);
  document.modifiedAt = Math.max(document.modifiedAt, payment.modifiedAt);
  if (document.paidMinor >= document.totalMinor) document.paidOn = payment.paidOn;
}

/** A draft and a cancelled invoice, and a draft bill: nobody may pay these. */
function unsettledOnes(
  { today, openItems }: DemoStory,
  rates: readonly StoryRate[],
  books: { family: Family; key: string },
): BookDocument[] {
  const make = (kind: StoryOpenItem["kind"], number: string, state: "draft" | "void") => {
    const like = openItems.find((item) => item.kind === kind && item.currency === "GBP");
    if (like === undefined) return [];
    const issuedOn = addDays(today, -9);
    const item = { ...like, number, issuedOn, dueOn: addDays(issuedOn, 30) };
    return [{ ...toDocument(item, rates, books), state }];
  };
  return [
    ...make("invoice", "INV-DRAFT-1", "draft"),
    ...make("invoice", "INV-24099", "void"),
    ...make("expense", "BILL-DRAFT-1", "draft"),
  ];
}
