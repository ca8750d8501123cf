import { json } from "../http/exchange.ts";
import { connection, type Endpoint, feedConnection } from "./call.ts";
import { accountTypes, transactionTypes } from "./facts.ts";
import { problems } from "./problems.ts";

const options = "/companies/:companyId/connections/:connectionId/options";

/** What a package wants to be told of each kind of record. */
export const optionEndpoints: Record<string, Endpoint> = {
  [`GET ${options}/bankAccounts`]: (call) => {
    connection(call);
    return json(
      200,
      model("Bank Account", {
        accountName: field("String", true),
        accountType: choice(accountTypes, false),
        accountNumber: field("String", true),
        currency: field("String", true),
      }),
    );
  },
  [`GET ${options}/bankAccounts/:accountId/bankTransactions`]: (call) => {
    const rules = feedConnection(call).package.feeds;
    const longest = rules?.descriptionCharactersMax ?? 0;
    return json(
      200,
      model("Bank Transaction", {
        accountId: field("String", true),
        transactions: {
          ...field("Array", true),
          properties: {
            id: field("String", true),
            date: field("DateTime", true),
            amount: field("Number", true),
            balance: field("Number", rules?.needsBalance ?? false),
            description: field("String", true, `Must not be longer than ${longest} characters.`),
            counterparty: field("String", false),
            reference: field("String", false),
            transactionType: choice(transactionTypes, false),
          },
        },
      }),
    );
  },
  [`GET ${options}/payments`]: (call) => payment(call, "customerRef"),
  [`GET ${options}/billPayments`]: (call) => payment(call, "supplierRef"),
};

function payment(call: Parameters<Endpoint>[0], party: string) {
  const found = connection(call);
  if (!found.package.reads) throw problems.dataType("payments", found.package.name);
  return json(
    200,
    model("Payment", {
      [party]: field("Object", true),
      accountRef: field("Object", true),
      totalAmount: field("Number", true),
      currency: field("String", true),
      date: field("DateTime", true),
      lines: field("Array", true),
    }),
  );
}

function model(displayName: string, properties: Record<string, object>): object {
  return { type: "Object", displayName, description: displayName, required: true, properties };
}

function field(type: string, required: boolean, details?: string): object {
  const warnings = details === undefined ? [] : [{ field: "", details, ref: null }];
  return {
    ...{ type, displayName: "", description: "", required },
    validation: { warnings, information: [] },
  };
}

function choice(values: readonly string[], required: boolean): object {
  const list = values.map((value) => {
    return { value, type: "String", displayName: value, description: "", required: false };
  });
  return { ...field("String", required), options: list };
}
