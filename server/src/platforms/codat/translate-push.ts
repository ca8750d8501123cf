/** Lines and push operations, between Codat's words and the contract's. */
import type { LineKind } from "../../core/accounting/push-rules.ts";
import type { CurrencyCode } from "../../core/currencies.ts";
import { wireId, wireList, wireObject, wireText } from "../../core/wire-values.ts";
import type {
  ArrivedLine,
  FoundPush,
  LineProblem,
  PlatformLine,
  PushBatch,
  PushState,
} from "../platform.ts";
import { unreadable } from "./failures.ts";
import type { CodatPackage } from "./packages.ts";
import { codatAmount, codatDay, codatMoment, toCodatAmount, toCodatDay } from "./values.ts";

/** The body of a push. @throws PlatformFailure for an amount that no JSON number tells exactly */
export function toPushBody(batch: PushBatch, of: CodatPackage): Readonly<Record<string, unknown>> {
  const { currency } = batch;
  return {
    accountId: batch.feedExternalId,
    transactions: batch.lines.map((line) => ({
      id: line.id,
      date: toCodatDay(line.bookedOn),
      description: line.description,
      counterparty: line.counterpartyName,
      reference: line.reference,
      reconciled: line.reconciled,
      amount: toCodatAmount(line.amountMinor, currency),
      ...(line.balanceMinor !== null && { balance: toCodatAmount(line.balanceMinor, currency) }),
      transactionType: typeOf(line, of),
    })),
  };
}

/** A type that the sign contradicts is a warning there: then the sign's own type is the right one. */
function typeOf({ kind, amountMinor }: PlatformLine, { takesLineKinds }: CodatPackage): string {
  const bySign = amountMinor < 0n ? "Debit" : "Credit";
  const own = takesLineKinds ? types[kind] : null;
  return own === null || (own === "Fee" && amountMinor > 0n) ? bySign : own;
}

const types: Readonly<Record<LineKind, string | null>> = {
  credit: null,
  debit: null,
  fee: "Fee",
  interest: "Int",
  transfer: "Xfer",
};

/** A push operation as Codat tells it. @throws PlatformFailure for one without a key */
export function readPush(body: unknown, changed = false): PushState {
  const fields = wireObject(body);
  const externalKey = wireId(fields.pushOperationKey);
  if (externalKey === null) throw unreadable("a push operation without a key", changed);
  const status = statuses[String(fields.status)] ?? "pending";
  const lineProblems = [
    ...readProblems(wireObject(fields.validation).errors, "error"),
    ...readProblems(wireObject(fields.validation).warnings, "warning"),
  ];
  return {
    externalKey,
    status,
    problem: status === "failed" || status === "timed_out" ? problemOf(fields, lineProblems) : null,
    retryable: status === "failed" && isRetryable(fields, lineProblems),
    lineProblems,
    completedAt: status === "pending" ? null : codatMoment(fields.completedOnUtc),
  };
}

/** An operation of a feed's; null for one of another. @param feedsId the connection that takes the feeds */
export function readFoundPush(
  row: unknown,
  feedExternalId: string,
  feedsId: string,
): FoundPush | null {
  const fields = wireObject(row);
  const { data, dataType, dataConnectionKey, dataConnectionId } = fields;
  if (dataType !== undefined && dataType !== "bankTransactions") return null;
  const connection = dataConnectionKey ?? dataConnectionId;
  if (connection !== undefined && connection !== feedsId) return null;
  const { accountId, transactions } = wireObject(data);
  if (typeof accountId === "string" && accountId !== feedExternalId) return null;
  const requestedAt = codatMoment(fields.requestedOnUtc);
  if (requestedAt === null) return null;
  const ids = wireList(transactions).flatMap((one) => wireId(wireObject(one).id) ?? []);
  return { state: readPush(row), requestedAt, lineIds: ids.length === 0 ? null : ids };
}

/** A line that the books have; null for one whose day or amount cannot be read, which then counts as not there. */
export function readArrived(row: unknown, currency: CurrencyCode): ArrivedLine | null {
  const fields = wireObject(row);
  const externalId = wireId(fields.id);
  const bookedOn = codatDay(fields.clearedOnDate ?? fields.date);
  const amountMinor = codatAmount(fields.amount, currency);
  if (externalId === null || bookedOn === null || amountMinor === null) return null;
  return {
    externalId,
    // Codat gives the package's own id here, not the one that was pushed.
    lineId: null,
    bookedOn,
    amountMinor,
    balanceMinor: codatAmount(fields.balance, currency),
    description: wireText(fields.description) ?? "",
  };
}

/** One that nobody knows yet is taken for pending: it is asked for again. */
const statuses: Readonly<Record<string, PushState["status"]>> = {
  Pending: "pending",
  Success: "success",
  Failed: "failed",
  TimedOut: "timed_out",
};

const problemsMax = 2_000;

function readProblems(list: unknown, severity: LineProblem["severity"]): LineProblem[] {
  return wireList(list)
    .slice(0, problemsMax)
    .map((item) => {
      const { itemId, message, validatorName } = wireObject(item);
      const id = wireId(itemId);
      // Ids that were pushed are UUIDs; anything else names a field, and the problem is the whole push's.
      const ofLine = id !== null && /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(id);
      const said = wireText(message) ?? "The package gave no reason.";
      return {
        lineId: ofLine ? id.toLowerCase() : null,
        severity,
        message: ofLine || id === null || !/^[A-Za-z]\w{0,60}$/.test(id) ? said : `${id}: ${said}`,
        rule: wireText(validatorName),
      };
    });
}

/** "An error occurred in a downstream service. Correlation ID: … Message: …": what people need is behind the last. */
function problemOf(
  { errorMessage, status }: Readonly<Record<string, unknown>>,
  problems: readonly LineProblem[],
): string {
  if (status === "TimedOut") return "The package did not take it in time.";
  const errors = problems.filter(({ severity }) => severity === "error");
  const lines = errors.filter(({ lineId }) => lineId !== null).length;
  if (lines > 0) return `The package refused ${lines === 1 ? "one line" : `${lines} lines`}.`;
  const [first] = errors;
  if (first !== undefined) return `The package refused it: ${first.message}`;
  const [, behind] = /\bMessage: (.+)$/s.exec(wireText(errorMessage) ?? "") ?? [];
  return behind ? `The package refused it: ${behind}` : "The package could not take it.";
}

/** What failed for the package's own reasons may work another time; what was found wrong will be so again. */
function isRetryable(
  { statusCode }: Readonly<Record<string, unknown>>,
  problems: readonly LineProblem[],
): boolean {
  if (problems.some(({ severity }) => severity === "error")) return false;
  const code = Number(statusCode);
  return code >= 500 || code === 408 || code === 429;
}
