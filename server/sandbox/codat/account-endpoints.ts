import { json } from "../http/exchange.ts";
import {
  type Call,
  type Endpoint,
  feedConnection,
  jsonArray,
  jsonObject,
  noContent,
  number,
  object,
  oneOf,
  optionalText,
  sourceAccount,
  text,
} from "./call.ts";
import type { Connection } from "./companies.ts";
import { accountTypes, type SourceAccountFields } from "./facts.ts";
import { CodatProblem, problems } from "./problems.ts";
import { toSourceAccount } from "./translate.ts";

const base = "/companies/:companyId/connections/:connectionId/connectionInfo/bankFeedAccounts";

/** Source accounts: the bank accounts that feed the books. */
export const accountEndpoints: Record<string, Endpoint> = {
  [`GET ${base}`]: (call) =>
    json(200, [...feedConnection(call).accounts.values()].map(toSourceAccount)),
  [`POST ${base}`]: (call) => {
    const found = feedConnection(call);
    return json(200, add(call, found, jsonObject(call)));
  },
  [`POST ${base}/batch`]: (call) => {
    const found = feedConnection(call);
    const results = jsonArray(call).map((one) => addOne(call, found, one));
    const mixed = results.some(({ result }) => result.error !== null);
    return json(mixed ? 207 : 201, results);
  },
  [`PATCH ${base}/:accountId`]: (call) => {
    const { connectionId } = feedConnection(call);
    const account = sourceAccount(call);
    const body = jsonObject(call);
    if (body.id !== undefined && body.id !== account.fields.id) {
      throw problems.field("id", "must be that of the address");
    }
    const { id: accountId, ...changes } = fieldsOf({ ...account.fields, ...body });
    const at = call.codat.sandbox.world.clock.now();
    call.codat.record({
      of: "codat",
      did: "account_changed",
      connectionId,
      accountId,
      changes,
      at,
    });
    return json(200, toSourceAccount(sourceAccount(call)));
  },
  [`DELETE ${base}/:accountId`]: (call) => {
    const found = feedConnection(call);
    const account = sourceAccount(call);
    const { connectionId } = found;
    const accountId = account.fields.id;
    call.codat.record({ of: "codat", did: "account_deleted", connectionId, accountId });
    if (account.status === "connected") {
      account.status = "disconnected";
      call.codat.hooks.accountMoved(found, account);
    }
    return noContent;
  },
};

function addOne(call: Call, connection: Connection, given: unknown) {
  const sourceAccountId = String((given as { id?: unknown } | null)?.id ?? "");
  try {
    const account = add(call, connection, object(given, "account"));
    return { sourceAccountId, result: { statusCode: 200, error: null, account } };
  } catch (error) {
    if (!(error instanceof CodatProblem)) throw error;
    const why = error.findings?.[0];
    const message = why === undefined ? error.message : `${why.itemId} ${why.message}`;
    return { sourceAccountId, result: { statusCode: error.status, error: message } };
  }
}

function add(call: Call, { connectionId, accounts }: Connection, body: Record<string, unknown>) {
  const account = fieldsOf(body);
  if (accounts.has(account.id)) throw problems.accountExists();
  const at = call.codat.sandbox.world.clock.now();
  call.codat.record({ of: "codat", did: "account_added", connectionId, account, at });
  const added = accounts.get(account.id);
  if (added === undefined) throw problems.account(account.id);
  return toSourceAccount(added);
}

function fieldsOf(body: Record<string, unknown>): SourceAccountFields {
  const currency = text(body.currency, "currency");
  if (!/^[A-Z]{3}$/.test(currency)) throw problems.field("currency", "must be an ISO 4217 code");
  const sortCode = optionalText(body.sortCode, "sortCode");
  if (currency === "GBP" && sortCode === null && body.routingInfo === undefined) {
    throw problems.field("sortCode", "is required for accounts in GBP");
  }
  return {
    id: text(body.id, "id"),
    accountName: text(body.accountName, "accountName"),
    accountType: oneOf(body.accountType, "accountType", accountTypes),
    accountNumber: text(body.accountNumber, "accountNumber"),
    currency,
    balance: number(body.balance, "balance"),
    ...(sortCode === null ? {} : { sortCode }),
    ...(body.routingInfo ? { routingInfo: object(body.routingInfo, "routingInfo") } : {}),
    ...(body.accountInfo ? { accountInfo: object(body.accountInfo, "accountInfo") } : {}),
  };
}
