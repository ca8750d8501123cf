import {
  type Call,
  companyBooks,
  connection,
  dateTime,
  type Endpoint,
  jsonObject,
  number,
  object,
  optionalNumber,
  optionalText,
} from "./call.ts";
import type { PaymentDraft, PaymentKind } from "./facts.ts";
import { page } from "./paging.ts";
import { problems } from "./problems.ts";
import { accept } from "./push-endpoints.ts";
import { toPayment } from "./translate-documents.ts";

/** Payments of invoices and of bills, booked and read. */
export const paymentEndpoints: Record<string, Endpoint> = {
  "POST /companies/:companyId/connections/:connectionId/push/payments": (call) =>
    push(call, "payments"),
  "POST /companies/:companyId/connections/:connectionId/push/billPayments": (call) =>
    push(call, "billPayments"),
  "GET /companies/:companyId/data/payments": (call) => list(call, "payments"),
  "GET /companies/:companyId/data/billPayments": (call) => list(call, "billPayments"),
};

function push(call: Call, kind: PaymentKind) {
  const found = connection(call);
  if (!found.package.reads) throw problems.dataType(kind, found.package.name);
  const payment = paymentOf(jsonObject(call), kind);
  return accept(call, found, { dataType: kind, payment });
}

function list(call: Call, kind: PaymentKind) {
  const { snapshot } = companyBooks(call, kind);
  if (snapshot === null) throw problems.notSynced();
  const found = snapshot.payments.filter((one) => one.kind === kind);
  return page(call.request, call.path, found, toPayment);
}

function paymentOf(body: Record<string, unknown>, kind: PaymentKind): PaymentDraft {
  const partyField = kind === "payments" ? "customerRef" : "supplierRef";
  const party = body[partyField] ? object(body[partyField], partyField) : {};
  const account = body.accountRef ? object(body.accountRef, "accountRef") : {};
  const lines = Array.isArray(body.lines) ? body.lines : [];
  const partyName = kind === "payments" ? party.companyName : party.supplierName;
  return {
    kind,
    partyId: optionalText(party.id, `${partyField}.id`),
    partyName: optionalText(partyName, `${partyField}.name`),
    accountId: optionalText(account.id, "accountRef.id"),
    currency: optionalText(body.currency, "currency"),
    totalAmount: optionalNumber(body.totalAmount, "totalAmount"),
    date: dateTime(body.date, "date"),
    note: optionalText(body.note, "note"),
    reference: optionalText(body.reference, "reference"),
    lines: lines.map((line, at) => lineOf(object(line, `lines[${at}]`), at)),
  };
}

function lineOf(line: Record<string, unknown>, at: number): PaymentDraft["lines"][number] {
  const links = Array.isArray(line.links) ? line.links : [];
  return {
    amount: number(line.amount, `lines[${at}].amount`),
    links: links.map((given) => {
      const link = object(given, `lines[${at}].links`);
      return {
        type: optionalText(link.type, "type") ?? "Unknown",
        id: optionalText(link.id, "id"),
        amount: optionalNumber(link.amount, "amount"),
      };
    }),
  };
}
