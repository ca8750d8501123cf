import { wireId, wireList, wireObject } from "../../core/wire-values.ts";
import type { PlatformLink, PlatformPayment, PushState } from "../platform.ts";
import type { CodatClient } from "./client.ts";
import { stillFetching } from "./failures.ts";
import { fetchAnew } from "./fresh.ts";
import { booksPath, type CodatLink, codatLink, companyPath, keyOf } from "./ids.ts";
import { readAll } from "./pages.ts";
import { orAccessMissing } from "./push.ts";
import { readPush } from "./translate-push.ts";
import { toCodatAmount, toCodatDay } from "./values.ts";

const timeoutMinutes = 60;
/** Packages cut a reference off at 255 characters, and the id behind it with it. */
const referenceCharactersMax = 200;

/**
 * Books the payment of one document. Its id stands in the payment's text: one that is in the books already is not sent
 * again, whatever became of the answer.
 * @throws PlatformFailure
 */
export async function sendPayment(
  client: CodatClient,
  of: PlatformLink,
  payment: PlatformPayment,
): Promise<PushState> {
  const link = codatLink(of);
  const list = listOf(payment);
  const { booked } = await findBooked(client, link, list, payment.externalId);
  if (booked !== null) return booked;
  return orAccessMissing(client, booksPath(link), async () => {
    const { body } = await client.call({
      ...{ method: "POST", path: `${booksPath(link)}/push/${list}` },
      query: { timeoutInMinutes: String(timeoutMinutes), allowSyncOnPushComplete: "true" },
      idempotencyKey: keyOf(payment.externalId),
      body: toPaymentBody(payment, link),
    });
    return readPush(body, true);
  });
}

/**
 * Looks for a payment by the id in its text: among the pushes, which may be listed without what they were of, and then
 * in the books, which Codat fetches anew.
 * @throws PlatformFailure
 */
export async function findPayment(
  client: CodatClient,
  of: PlatformLink,
  payment: PlatformPayment,
  since: Date,
): Promise<PushState | null> {
  const link = codatLink(of);
  const list = listOf(payment);
  const rows = await readAll(client, `${companyPath(link)}/push`, {
    query: `dataType=${list}&&requestedOnUtc>=${since.toISOString()}`,
    orderBy: "-requestedOnUtc",
    pageSize: "100",
  });
  const pushes = rows.flatMap((row) => readPaymentPush(row, list, link) ?? []);
  const own = pushes.filter(({ text }) => text?.includes(payment.externalId));
  const ended = own.find(({ state }) => state.status === "success") ?? own[0];
  const status = ended?.state.status;
  if (ended && (status === "success" || status === "pending")) return ended.state;
  if (pushes.some(({ text, state }) => text === null && state.status === "pending")) {
    throw stillFetching("a payment of which Codat does not say what it is");
  }
  return orAccessMissing(client, booksPath(link), async () => {
    await fetchAnew(client, link, list);
    const { booked, isRead } = await findBooked(client, link, list, payment.externalId);
    if (!isRead) throw stillFetching(`${list} are not fetched yet`);
    return booked ?? ended?.state ?? null;
  });
}

type PaymentList = "payments" | "billPayments";

function listOf({ kind }: PlatformPayment): PaymentList {
  return kind === "invoice" ? "payments" : "billPayments";
}

/** A push of a payment with the texts that it had; null where Codat does not tell them. */
function readPaymentPush(row: unknown, list: PaymentList, { booksId }: CodatLink) {
  const { data, dataType, dataConnectionKey } = wireObject(row);
  if (dataType !== undefined && dataType !== list) return null;
  if (dataConnectionKey !== undefined && dataConnectionKey !== booksId) return null;
  const { note, reference, totalAmount } = wireObject(data);
  const isTold = totalAmount !== undefined;
  const texts = [note, reference].filter((text) => typeof text === "string");
  return { state: readPush(row), text: isTold ? texts.join("\n") : null };
}

/** A payment that the books have with this id in its text. */
async function findBooked(
  client: CodatClient,
  link: CodatLink,
  list: PaymentList,
  id: string,
): Promise<{ booked: PushState | null; isRead: boolean }> {
  const { status, body } = await client.call({
    ...{ method: "GET", path: `${companyPath(link)}/data/${list}`, allow: [404, 409] },
    query: { query: `${link.package.paymentText}~${id}`, page: "1", pageSize: "1" },
  });
  const [row] = status === 200 ? wireList(wireObject(body).results) : [];
  const found = wireId(wireObject(row).id);
  if (found === null) return { booked: null, isRead: status === 200 };
  const booked: PushState = {
    ...{ externalKey: `${list}:${found}`, status: "success", problem: null, retryable: false },
    ...{ lineProblems: [], completedAt: null },
  };
  return { booked, isRead: true };
}

/** One line with one link, which cancel out: Codat's arithmetic. */
export function toPaymentBody(
  payment: PlatformPayment,
  link: Pick<CodatLink, "package">,
): Readonly<Record<string, unknown>> {
  const { currency, kind, externalId } = payment;
  const reference = payment.reference?.slice(0, referenceCharactersMax) ?? null;
  const amount = toCodatAmount(payment.amountMinor, currency);
  const party = payment.counterpartyExternalId && { id: payment.counterpartyExternalId };
  const [partyField, type] =
    kind === "invoice" ? (["customerRef", "Invoice"] as const) : (["supplierRef", "Bill"] as const);
  const ownText = link.package.paymentText === "note";
  return {
    ...(party && { [partyField]: party }),
    accountRef: { id: payment.targetExternalId },
    ...{ totalAmount: amount, currency, date: toCodatDay(payment.paidOn) },
    note: ownText ? `Tieout ${externalId}` : null,
    reference: ownText ? reference : [reference, externalId].filter(Boolean).join(" "),
    lines: [{ amount, links: [{ type, id: payment.documentExternalId, amount: -amount }] }],
  };
}
