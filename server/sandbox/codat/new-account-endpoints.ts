import { connection, type Endpoint, jsonObject, oneOf, optionalText } from "./call.ts";
import { problems } from "./problems.ts";
import { accept } from "./push-endpoints.ts";

/** Bank accounts that are made in the books. */
export const newAccountEndpoints: Record<string, Endpoint> = {
  "POST /companies/:companyId/connections/:connectionId/push/bankAccounts": (call) => {
    const found = connection(call);
    if (!found.package.reads) throw problems.dataType("bankAccounts", found.package.name);
    const body = jsonObject(call);
    return accept(call, found, {
      dataType: "bankAccounts",
      account: {
        accountName: optionalText(body.accountName, "accountName"),
        accountNumber: optionalText(body.accountNumber, "accountNumber"),
        currency: optionalText(body.currency, "currency"),
        accountType: oneOf(body.accountType ?? "Debit", "accountType", ["Debit", "Credit"]),
      },
    });
  },
};
