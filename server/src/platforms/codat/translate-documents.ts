/** Invoices and bills as documents of the contract. */
import type { CurrencyCode } from "../../core/currencies.ts";
import { failed, ok, type Result } from "../../core/result.ts";
import { wireAmount, wireCurrency, wireId, wireObject, wireText } from "../../core/wire-values.ts";
import type { DocumentsPage, PlatformDocument } from "../platform.ts";
import { codatDay, codatMoment } from "./values.ts";

type Problem = DocumentsPage["problems"][number];
type Fields = Readonly<Record<string, unknown>>;

/** A document, or why it cannot be taken over, in a sentence for people. */
export function readDocument(
  row: unknown,
  kind: PlatformDocument["kind"],
): Result<PlatformDocument, Problem> {
  const fields = wireObject(row);
  const externalId = wireId(fields.id);
  const refuse = (message: string) => failed({ externalId, message });
  if (externalId === null) return refuse("A document has no id.");
  const number = wireText(kind === "invoice" ? fields.invoiceNumber : fields.reference);
  const name = number ?? "A document without a number";
  const currency = wireCurrency(fields.currency);
  if (currency === null) return refuse(`${name} is in no known currency.`);
  const issuedOn = codatDay(fields.issueDate);
  if (issuedOn === null) return refuse(`${name} has no date.`);
  const state = stateOf(fields);
  if (state === null) return refuse(`${name} has a status that is not known here.`);
  const total = wireAmount(fields.totalAmount, currency);
  if (!total.ok) return refuse(`The amount of ${name} cannot be read: ${total.problem}.`);
  // Packages take the amount off what they cancel.
  if (total.value < 0n || (total.value === 0n && state !== "void")) {
    return refuse(
      `${name} is a credit note or has no amount: only what is to be paid is taken over.`,
    );
  }
  const due = dueOf(fields, currency, { state, totalMinor: total.value });
  if (!due.ok) return refuse(`What is still due of ${name} cannot be read: ${due.problem}.`);
  return ok({
    ...{ kind, externalId, state, currency, issuedOn },
    number: number ?? `No number (${externalId.slice(0, 8)})`,
    ...partyOf(fields, kind),
    dueOn: codatDay(fields.dueDate),
    totalMinor: total.value,
    dueMinor: due.value,
    modifiedAt: codatMoment(fields.modifiedDate),
  });
}

function partyOf(fields: Fields, kind: PlatformDocument["kind"]) {
  const party = wireObject(kind === "invoice" ? fields.customerRef : fields.supplierRef);
  const name = wireText(kind === "invoice" ? party.companyName : party.supplierName);
  return {
    counterpartyExternalId: wireId(party.id),
    counterpartyName: name ?? (kind === "invoice" ? "Unnamed customer" : "Unnamed supplier"),
  };
}

/** Null for one that came up after this was written. */
function stateOf({ status, metadata }: Fields): PlatformDocument["state"] | null {
  if (wireObject(metadata).isDeleted === true) return "void";
  return states[String(status)] ?? null;
}

const states: Readonly<Record<string, PlatformDocument["state"]>> = {
  Submitted: "open",
  Open: "open",
  PartiallyPaid: "part_paid",
  Paid: "paid",
  Void: "void",
  Draft: "draft",
};

/** Bills may come without what is due: then it follows from the status, unless a part is paid. */
function dueOf(
  { amountDue }: Fields,
  currency: CurrencyCode,
  { state, totalMinor }: { state: PlatformDocument["state"]; totalMinor: bigint },
): Result<bigint, string> {
  if (state === "void" || state === "paid") return ok(0n);
  if (amountDue === undefined || amountDue === null) {
    return state === "part_paid" ? failed("it is not told") : ok(totalMinor);
  }
  const due = wireAmount(amountDue, currency);
  if (!due.ok) return due;
  const within = due.value >= 0n && due.value <= totalMinor;
  return within ? due : failed("it is more than the whole, or less than nothing");
}
