import { json, type Reply } from "../http/exchange.ts";
import {
  type Call,
  company,
  dateTime,
  type Endpoint,
  feedConnection,
  jsonObject,
  number,
  object,
  oneOf,
  optionalNumber,
  optionalText,
  sourceAccount,
  text,
} from "./call.ts";
import type { Connection } from "./companies.ts";
import { type PushDraft, type PushedTransaction, transactionTypes } from "./facts.ts";
import { newId } from "./ids.ts";
import { organisationOf } from "./organisations.ts";
import { page } from "./paging.ts";
import { problems } from "./problems.ts";
import { toPush } from "./translate.ts";

const transactionsMax = 1_000;
const connectionPath = "/companies/:companyId/connections/:connectionId";

/** Bank transactions pushed into the books, and what became of every push. */
export const pushEndpoints: Record<string, Endpoint> = {
  [`POST ${connectionPath}/push/bankAccounts/:accountId/bankTransactions`]: (call) => {
    const found = feedConnection(call);
    const accountId = sourceAccount(call).fields.id;
    const body = jsonObject(call);
    if (text(body.accountId, "accountId") !== accountId) {
      throw problems.field("accountId", "must be that of the address");
    }
    const transactions = transactionsOf(body.transactions);
    return accept(call, found, { dataType: "bankTransactions", accountId, transactions });
  },
  "GET /companies/:companyId/push": (call) => {
    const { companyId } = company(call);
    const { pushes, portal } = call.codat;
    return page(call.request, call.path, pushes.ofCompany(companyId), (one) =>
      toPush(one, portal.modes.tellsData),
    );
  },
  "GET /companies/:companyId/push/:key": (call) => {
    const { companyId } = company(call);
    const { pushes, portal } = call.codat;
    const found = pushes.find(call.params.key ?? "");
    if (found === undefined || found.companyId !== companyId) {
      throw problems.notFound(`Push operation ${call.params.key}`);
    }
    return json(200, toPush(found, portal.modes.tellsData));
  },
};

/** Takes a push, which is processed a little later. */
export function accept(call: Call, connection: Connection, body: PushDraft["body"]): Reply {
  const { codat, request } = call;
  const { connectionId, company: of, status, organisation } = connection;
  if (status !== "Linked") throw problems.notLinked(connectionId);
  if (organisation !== null && organisationOf(organisation).isDemonstration) {
    throw problems.demonstration();
  }
  const push = codat.processing.take({
    ...{ key: newId(), companyId: of.companyId, connectionId },
    at: codat.sandbox.world.clock.now(),
    timeoutInMinutes: minutesOf(request.query.get("timeoutInMinutes")),
    syncs: request.query.get("allowSyncOnPushComplete") !== "false",
    fate: codat.faults.ofPush(of.companyId),
    body,
  });
  return json(200, toPush(push, true));
}

function minutesOf(given: string | null): number | null {
  if (given === null) return null;
  if (!/^\d{1,5}$/.test(given) || Number(given) === 0) {
    throw problems.field("timeoutInMinutes", "must be a whole number above 0");
  }
  return Number(given);
}

function transactionsOf(value: unknown): PushedTransaction[] {
  if (!Array.isArray(value)) throw problems.field("transactions", "must be an array");
  if (value.length === 0) throw problems.field("transactions", "must not be empty");
  if (value.length > transactionsMax) {
    throw problems.field("transactions", `may be ${transactionsMax} at most`);
  }
  return value.map((one, at) => transactionOf(object(one, `transactions[${at}]`), at));
}

function transactionOf(one: Record<string, unknown>, at: number): PushedTransaction {
  const name = (field: string) => `transactions[${at}].${field}`;
  const { transactionType, reconciled } = one;
  return {
    id: text(one.id, name("id")),
    date: dateTime(one.date, name("date")),
    amount: number(one.amount, name("amount")),
    balance: optionalNumber(one.balance, name("balance")),
    description: optionalText(one.description, name("description")),
    counterparty: optionalText(one.counterparty, name("counterparty")),
    reference: optionalText(one.reference, name("reference")),
    reconciled: reconciled === true,
    transactionType:
      transactionType === undefined || transactionType === null
        ? null
        : oneOf(transactionType, name("transactionType"), transactionTypes),
  };
}
