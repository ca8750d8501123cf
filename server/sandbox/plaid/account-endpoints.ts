import type { AccountsGetRequest, AccountsGetResponse } from "plaid";
import { type Call, type Endpoint, workingItem } from "./call.ts";
import { record, texts } from "./fields.ts";
import { problems } from "./problems.ts";
import { accountsOf, toItem } from "./translate.ts";
import type { Arriving, Wire } from "./wire.ts";

export const accountEndpoints: Record<string, Endpoint> = {
  "/accounts/get": getAccounts,
  "/accounts/balance/get": getAccounts,
};

function getAccounts(body: Arriving<AccountsGetRequest>, call: Call) {
  const item = workingItem(body, call);
  const { account_ids: wanted } = record(body.options, "options");
  const ids = wanted === undefined ? undefined : texts(wanted, "options.account_ids");
  const all = accountsOf(call.sandbox.world, item);
  if (ids?.some((id) => !all.some((account) => account.account_id === id))) {
    throw problems.accountId();
  }
  return {
    accounts: all.filter((account) => ids === undefined || ids.includes(account.account_id)),
    item: toItem(call.sandbox.world, item, call.requestId),
    request_id: call.requestId,
  } satisfies Wire<AccountsGetResponse>;
}
