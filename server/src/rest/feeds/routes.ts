import { isCurrencyCode } from "../../core/currencies.ts";
import { parseLocalDate } from "../../core/dates.ts";
import { parseDecimal } from "../../core/money.ts";
import { pushBatch } from "../../features/connections/push-batch.ts";
import { InvalidInput } from "../../features/errors.ts";
import type { ProviderAccount, ProviderTransaction } from "../../providers/provider.ts";
import { type RestApi, type Route, route } from "../route.ts";
import { type Batch, batchBody, batchSchema } from "./schemas.ts";

const routes: readonly Route[] = [
  route({
    method: "post",
    path: "/connections/{id}/batches/",
    operationId: "pushBatch",
    summary: "Post a batch of transactions",
    description:
      "All of it is taken, or nothing. Sent again it changes nothing: each transaction is known by its id. Amounts are " +
      "decimal texts, money in positive. Accounts are told of with the first batch that has rows of them.",
    permission: "the permission bank_feeds:push",
    query: null,
    body: batchBody,
    bodyOptional: false,
    problems: ["NOT_FOUND", "CONFLICT"],
    answers: { status: 200, schema: batchSchema },
    answer: async ({ app, viewer, id, body }) => {
      const rows = body.transactions.map(toRow);
      const applied = await pushBatch(app, viewer, id, {
        accounts: body.accounts.map(toAccount),
        rows,
        removed: body.removed.map((each) => ({
          externalId: each.id,
          accountExternalId: each.account_id,
        })),
        whole: [],
      });
      const told = new Set(rows.map(({ externalId }) => externalId)).size;
      const { added, modified, removed } = applied;
      return { added, modified, removed, unchanged: Math.max(0, told - added - modified) };
    },
  }),
];

/** Where a bank's own system, or a middleware, posts what it has. */
export const feedsApi: RestApi = {
  base: "/api/bank_feeds/v1",
  title: "Tieout: pushed bank feeds",
  version: "1",
  description:
    "Batches of bank transactions from a bank's own system or a middleware. Errors are problem documents (RFC 9457): " +
    "look at `code`, not at the text.",
  routes,
};

/** @throws InvalidInput */
function toRow(given: Batch["transactions"][number], index: number): ProviderTransaction {
  const at = `transactions.${index}`;
  const currency = currencyOf(given.currency, `${at}.currency`);
  const bookedOn = parseLocalDate(given.booked_on);
  if (bookedOn === null) throw new InvalidInput("There is no such day.", `${at}.booked_on`);
  return {
    externalId: given.id,
    accountExternalId: given.account_id,
    bookedOn,
    amountMinor: minorOf(given.amount, currency, `${at}.amount`),
    currency,
    description: given.description,
    counterpartyName: given.counterparty ?? null,
    reference: given.reference ?? null,
    pending: given.pending,
    replacesExternalId: given.replaces ?? null,
    categoryName: null,
  };
}

/** @throws InvalidInput */
function toAccount(given: Batch["accounts"][number], index: number): ProviderAccount {
  const at = `accounts.${index}`;
  const currency = currencyOf(given.currency, `${at}.currency`);
  const minor = (amount: string | null | undefined, field: string) =>
    amount == null ? null : minorOf(amount, currency, `${at}.${field}`);
  const number = given.number?.replace(/\s+/g, "") ?? null;
  return {
    externalId: given.id,
    persistentId: null,
    name: given.name,
    officialName: null,
    kind: given.kind,
    mask: number?.slice(-4) ?? null,
    identifier: number,
    currency,
    balanceCurrentMinor: minor(given.balance, "balance"),
    balanceAvailableMinor: minor(given.available_balance, "available_balance"),
    balanceAsOf: given.balance_as_of == null ? null : new Date(given.balance_as_of),
  };
}

function currencyOf(text: string, field: string) {
  if (isCurrencyCode(text)) return text;
  throw new InvalidInput(`"${text}" is no currency.`, field);
}

/** Exact, or refused: a digit beyond the currency's smallest unit is never rounded away. */
function minorOf(
  text: string,
  currency: Parameters<typeof parseDecimal>[1],
  field: string,
): bigint {
  const amount = parseDecimal(text, currency);
  if (amount.ok) return amount.value.amountMinor;
  throw new InvalidInput(`"${text}" is no exact amount in ${currency}.`, field);
}
