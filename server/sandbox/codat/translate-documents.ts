import { toDouble } from "../world/money.ts";
import type { BookDocument, BookPayment } from "./documents.ts";
import { instant, midnight } from "./translate.ts";

/** An invoice or a bill as the API shows it. */
export function toDocument(document: BookDocument, payments: readonly BookPayment[]): object {
  return document.kind === "invoice" ? toInvoice(document, payments) : toBill(document, payments);
}

function toInvoice(document: BookDocument, payments: readonly BookPayment[]): object {
  const { id, number, partyId, partyName, currency, paidOn } = document;
  return {
    ...{ id, invoiceNumber: number, customerRef: { id: partyId, companyName: partyName } },
    ...common(document, payments),
    ...(paidOn === null ? {} : { paidOnDate: midnight(paidOn) }),
    ...{ totalDiscount: 0, additionalTaxAmount: 0, additionalTaxPercentage: 0 },
    totalTaxAmount: toDouble(taxOf(document), currency),
    ...{ discountPercentage: 0, salesOrderRefs: [], status: statusOf(document, "Submitted") },
  };
}

function toBill(document: BookDocument, payments: readonly BookPayment[]): object {
  const { id, number, partyId, partyName, currency } = document;
  return {
    ...{ id, reference: number, supplierRef: { id: partyId, supplierName: partyName } },
    ...common(document, payments),
    taxAmount: toDouble(taxOf(document), currency),
    ...{ purchaseOrderRefs: [], status: statusOf(document, "Open") },
  };
}

function common(document: BookDocument, payments: readonly BookPayment[]): object {
  const { currency, totalMinor, description, issuedOn, dueOn, currencyRate } = document;
  const tax = taxOf(document);
  const total = toDouble(totalMinor, currency);
  const subTotal = toDouble(totalMinor - tax, currency);
  return {
    ...{ issueDate: midnight(issuedOn), dueDate: midnight(dueOn), currency, currencyRate },
    lineItems: [
      {
        ...{ description, unitAmount: subTotal, quantity: 1, discountAmount: 0, subTotal },
        ...{ taxAmount: toDouble(tax, currency), totalAmount: total, discountPercentage: 0 },
        trackingCategoryRefs: [],
      },
    ],
    ...{ withholdingTax: [], subTotal, totalAmount: total, note: "" },
    amountDue: toDouble(dueMinor(document), currency),
    paymentAllocations: allocationsOf(document, payments),
    metadata: { isDeleted: false },
    modifiedDate: instant(document.modifiedAt),
    sourceModifiedDate: instant(document.modifiedAt),
  };
}

/** A payment or a bill payment as the API shows it. */
export function toPayment(payment: BookPayment): object {
  const { id, kind, partyId, partyName, accountId, currency, totalMinor, paidOn } = payment;
  const party =
    kind === "payments"
      ? { customerRef: { id: partyId, companyName: partyName } }
      : { supplierRef: { id: partyId, supplierName: partyName } };
  return {
    ...{ id, ...party, ...(accountId === null ? {} : { accountRef: { id: accountId } }) },
    ...{ totalAmount: toDouble(totalMinor, currency), currency, currencyRate: null },
    ...{ date: midnight(paidOn), note: payment.note, reference: payment.reference },
    lines: payment.links.map((link) => ({
      amount: toDouble(link.amountMinor, currency),
      links: [
        {
          type: link.kind === "invoice" ? "Invoice" : "Bill",
          id: link.documentId,
          amount: -toDouble(link.amountMinor, currency),
          currencyRate: null,
        },
      ],
      allocatedOnDate: midnight(paidOn),
    })),
    metadata: { isDeleted: false },
    modifiedDate: instant(payment.modifiedAt),
    sourceModifiedDate: instant(payment.modifiedAt),
  };
}

function allocationsOf(document: BookDocument, payments: readonly BookPayment[]): object[] {
  return payments
    .filter(({ id }) => document.paymentIds.includes(id))
    .map(({ id, note, reference, accountId, currency, totalMinor, paidOn, links }) => {
      const mine = links.filter(({ documentId }) => documentId === document.id);
      const amountMinor = mine.reduce((sum, link) => sum + link.amountMinor, 0n);
      const paid = { currency, currencyRate: null };
      return {
        payment: {
          ...{
            id,
            note,
            reference,
            ...(accountId === null ? {} : { accountRef: { id: accountId } }),
          },
          ...{ ...paid, paidOnDate: midnight(paidOn), totalAmount: toDouble(totalMinor, currency) },
        },
        allocation: {
          ...{ ...paid, allocatedOnDate: midnight(paidOn) },
          totalAmount: toDouble(amountMinor, currency),
        },
      };
    });
}

/** What is still to be paid: nothing of what is cancelled. */
function dueMinor({ state, totalMinor, paidMinor }: BookDocument): bigint {
  return state === "void" ? 0n : totalMinor - paidMinor;
}

function statusOf({ state, totalMinor, paidMinor }: BookDocument, open: "Submitted" | "Open") {
  if (state === "draft") return "Draft";
  if (state === "void") return "Void";
  if (paidMinor >= totalMinor) return "Paid";
  return paidMinor > 0n ? "PartiallyPaid" : open;
}

/** At home a sixth of the whole is tax at 20 %; from abroad there is none. */
function taxOf({ currency, totalMinor }: BookDocument): bigint {
  return currency === "GBP" ? totalMinor / 6n : 0n;
}
