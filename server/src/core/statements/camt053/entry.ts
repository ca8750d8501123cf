import type { CurrencyCode } from "../../currencies.ts";
import { parseCurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import { formatDecimal, money } from "../../money.ts";
import { failed, ok, type Result } from "../../result.ts";
import {
  descriptionCharactersMax,
  plainText,
  quoted,
  type StatementLine,
  type StatementProblem,
} from "../statement.ts";
import { nameOfCode } from "./code-names.ts";
import {
  amountProblem,
  type CamtValues,
  dayText,
  directionOf,
  parseCamtAmount,
  parseCamtDay,
} from "./fields.ts";
import { type CamtTransaction, givenId } from "./transaction.ts";

/** The values of Ntry itself that are read. */
export const entryPaths: ReadonlySet<string> = new Set([
  ...["Amt", "Amt@Ccy", "CdtDbtInd", "RvslInd", "Sts", "Sts/Cd", "Sts/Prtry", "AcctSvcrRef"],
  ...["BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm", "AddtlNtryInf"],
  ...["BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd"],
  ...["NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId"],
]);

/** A batch of more is one line: its transactions wait in memory until they are known to add up. */
export const batchTransactionsMax = 10_000;

export interface CamtEntry {
  readonly row: number;
  readonly values: CamtValues;
  /** At most `batchTransactionsMax`. */
  readonly transactions: readonly CamtTransaction[];
  readonly transactionCount: number;
}

export interface CamtAccount {
  readonly currency: CurrencyCode | null;
  readonly ownerName: string | null;
}

export interface ReadEntry {
  readonly lines: readonly StatementLine[];
  readonly problems: readonly StatementProblem[];
  /** With its direction; null where it could not be read. */
  readonly amountMinor: bigint | null;
  readonly booked: boolean;
}

/**
 * The lines of one Ntry.
 *
 * - Only what is booked becomes lines: Sts BOOK, which is text up to version 6 and an element Cd from 7 on.
 * - CdtDbtInd tells the direction, of a reversal as well: "If the CreditDebitIndicator is CRDT and ReversalIndicator is
 *   Yes, the original operation was a debit entry" (ISO 20022, StatementEntry and ReportEntry, ReversalIndicator). Some
 *   banks print the original's direction against it; the statement's balance then says so.
 * - A batch becomes a line for each TxDtls where these have amounts in the account's currency that add up to the
 *   entry's. Otherwise it is one line, and that is told.
 * - The file's id is the bank's own, AcctSvcrRef: of the transaction where it sets it apart within its entry, else of
 *   the entry, with the transaction's place in a batch ("X1/3"). NtryRef is none: banks number each statement's entries
 *   with it from 1, or repeat one customer's number in all.
 */
export function readCamtEntry(entry: CamtEntry, account: CamtAccount): ReadEntry {
  const { values, row } = entry;
  const booked = isBooked(values);
  const amount = readAmount(values, account.currency);
  const amountMinor = amount.ok ? amount.value : null;
  const answer = (lines: readonly StatementLine[], ...problems: StatementProblem[]) => {
    return { lines, problems, amountMinor, booked };
  };
  if (!booked) {
    const status = values.get("Sts/Cd") ?? values.get("Sts/Prtry") ?? values.get("Sts") ?? "";
    const message = "An entry that the bank has not booked is passed over.";
    return answer([], {
      ...{ row, code: "not_for_the_books", text: quoted(status), message, loss: "none" },
    });
  }
  if (!amount.ok) return answer([], { row, loss: "line", ...amount.problem });
  const day = dayText(values, "BookgDt") ?? dayText(values, "ValDt");
  const bookedOn = day === null ? null : parseCamtDay(day);
  if (bookedOn === null) {
    const code = day === null ? "missing_date" : "bad_date";
    const message = "A day is expected in BookgDt, such as 2026-01-05.";
    return answer([], { row, code, text: quoted(day ?? ""), message, loss: "line" });
  }
  return linesOf(entry, { ...account, bookedOn, amountMinor: amount.value }, answer);
}

interface Booking extends CamtAccount {
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
}

function linesOf(
  entry: CamtEntry,
  booking: Booking,
  answer: (lines: readonly StatementLine[], ...problems: StatementProblem[]) => ReadEntry,
): ReadEntry {
  const { transactions, transactionCount, row } = entry;
  const [only] = transactions;
  if (transactionCount <= 1) return answer([lineOf(entry, booking, only ?? null, null)]);
  const parts = partsOf(transactions, booking.amountMinor);
  const together = lineOf(entry, booking, null, null);
  const note = (text: string, why: string) => {
    const message = `The entry has ${transactionCount} transactions ${why}: it was taken as one line.`;
    return answer([together], { row, code: "bad_field", text, message, loss: "none" });
  };
  if (transactionCount > transactions.length) return note("", "which is too many for single lines");
  if (parts === null) return note("", "of which not all tell their amount in its currency");
  const sum = parts.reduce((total, part) => total + part, 0n);
  if (sum !== booking.amountMinor) {
    const text = booking.currency ? formatDecimal(money(sum, booking.currency)) : "";
    return note(text, "that do not add up to its amount");
  }
  const shared = sharedReferences(transactions);
  const lines = transactions.flatMap((transaction, at) => {
    const amountMinor = parts[at] ?? 0n;
    if (amountMinor === 0n) return [];
    const place = { number: at + 1, ownId: !shared.has(transaction.bankReference ?? "") };
    return [lineOf(entry, { ...booking, amountMinor }, transaction, place)];
  });
  return answer(lines);
}

/** The transactions' amounts with their directions; null where one has none. */
function partsOf(
  transactions: readonly CamtTransaction[],
  amountMinor: bigint,
): readonly bigint[] | null {
  const parts: bigint[] = [];
  for (const { amountMinor: part, direction } of transactions) {
    if (part === null) return null;
    parts.push(part * (direction ?? (amountMinor < 0n ? -1n : 1n)));
  }
  return parts;
}

function sharedReferences(transactions: readonly CamtTransaction[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { bankReference } of transactions) {
    if (bankReference === null) continue;
    if (seen.has(bankReference)) shared.add(bankReference);
    seen.add(bankReference);
  }
  return shared;
}

/** @param place of the transaction in its batch; null where it is the entry's only one */
function lineOf(
  entry: CamtEntry,
  booking: Booking,
  transaction: CamtTransaction | null,
  place: { readonly number: number; readonly ownId: boolean } | null,
): StatementLine {
  const { values } = entry;
  return {
    row: place === null ? entry.row : (transaction?.row ?? entry.row),
    bookedOn: booking.bookedOn,
    amountMinor: booking.amountMinor,
    description: descriptionOf(values, transaction, booking.amountMinor),
    counterpartyName: transaction === null ? null : counterpartyOf(values, transaction, booking),
    reference:
      transaction?.reference ??
      givenId(values.get("NtryDtls/Btch/PmtInfId") ?? values.get("NtryDtls/Btch/MsgId")),
    fileId: fileIdOf(givenId(values.get("AcctSvcrRef")), transaction, place),
  };
}

function fileIdOf(
  entryId: string | null,
  transaction: CamtTransaction | null,
  place: { readonly number: number; readonly ownId: boolean } | null,
): string | null {
  const own = transaction?.bankReference ?? null;
  if (place === null) return own ?? entryId;
  if (own !== null && own !== entryId && place.ownId) return own;
  const shared = entryId ?? own;
  return shared === null ? null : `${shared}/${place.number}`;
}

function descriptionOf(
  values: CamtValues,
  transaction: CamtTransaction | null,
  amountMinor: bigint,
): string {
  const added = plainText(values.get("AddtlNtryInf") ?? "", descriptionCharactersMax);
  const code = transaction?.codeName ?? nameOfCode(values);
  const named = code === null ? null : plainText(code, descriptionCharactersMax);
  return transaction?.description ?? added ?? named ?? (amountMinor < 0n ? "Debit" : "Credit");
}

/**
 * Of a credit the one who pays, of a debit the one who is paid. A payment that is given back keeps its parties' places
 * while the money goes the other way. Where that gives the account's own owner, or nobody, it is the other one.
 */
function counterpartyOf(
  values: CamtValues,
  { debtor, creditor, returned }: CamtTransaction,
  { amountMinor, ownerName }: Booking,
): string | null {
  const back = returned || /^(?:true|1)$/.test(values.get("RvslInd") ?? "");
  const [first, second] = amountMinor > 0n !== back ? [debtor, creditor] : [creditor, debtor];
  const isOwner = (name: string | null) => name?.toLowerCase() === ownerName?.toLowerCase();
  if (first !== null && !isOwner(first)) return first;
  return second !== null && !isOwner(second) ? second : first;
}

function isBooked(values: CamtValues): boolean {
  const code = values.get("Sts/Cd") ?? values.get("Sts");
  const proprietary = values.get("Sts/Prtry");
  if (code === undefined && proprietary === undefined) return true;
  return code === "BOOK" || /^BOOK(?:ED)?$/i.test(proprietary ?? "");
}

type AmountProblem = Pick<StatementProblem, "code" | "text" | "message">;

function readAmount(
  values: CamtValues,
  currency: CurrencyCode | null,
): Result<bigint, AmountProblem> {
  const text = values.get("Amt");
  if (text === undefined) {
    return failed({ code: "missing_amount", text: "", message: "The entry has no amount (Amt)." });
  }
  const named = values.get("Amt@Ccy");
  const shown = quoted(named === undefined ? text : `${text} ${named}`);
  if (currency === null) {
    const message = "The amount's currency is not known: the file names none that can be used.";
    return failed({ code: "unknown_currency", text: shown, message });
  }
  if (named !== undefined && parseCurrencyCode(named) !== currency) {
    const message = `The amount is in another currency than the account, which is in ${currency}.`;
    return failed({ code: "other_currency", text: shown, message });
  }
  const direction = directionOf(values.get("CdtDbtInd"));
  if (direction === null) {
    const message = "CRDT or DBIT is expected in CdtDbtInd.";
    return failed({
      ...{ code: "missing_field", text: quoted(values.get("CdtDbtInd") ?? ""), message },
    });
  }
  const amount = parseCamtAmount(text, currency);
  if (!amount.ok) return failed({ text: shown, ...amountProblem(amount.problem) });
  if (amount.value.amountMinor === 0n) {
    return failed({
      code: "zero_amount",
      text: shown,
      message: "An entry of nothing is passed over.",
    });
  }
  return ok(amount.value.amountMinor * direction);
}
