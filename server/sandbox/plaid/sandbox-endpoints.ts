import type {
  CustomSandboxTransaction,
  SandboxItemFireWebhookRequest,
  SandboxItemFireWebhookResponse,
  SandboxItemResetLoginResponse,
  SandboxPublicTokenCreateRequest,
  SandboxPublicTokenCreateResponse,
  SandboxTransactionsCreateRequest,
  SandboxTransactionsCreateResponse,
  WebhookVerificationKeyGetRequest,
  WebhookVerificationKeyGetResponse,
} from "plaid";
import { daysBetween } from "../../../prisma/story/calendar.ts";
import { toMinor } from "../world/money.ts";
import type { RowDraft } from "../world/row.ts";
import { anyItem, type Call, type Endpoint } from "./call.ts";
import { optionalText, record, text, texts, wholeNumber } from "./fields.ts";
import { fireWebhook, type ItemWebhookCode, itemWebhookCodes } from "./hooks.ts";
import { linkItem, setTrouble } from "./item-changes.ts";
import { requireInstitution, webhookField } from "./link-endpoints.ts";
import { PlaidProblem, problems } from "./problems.ts";
import type { Arriving, Wire } from "./wire.ts";

export const sandboxEndpoints: Record<string, Endpoint> = {
  "/sandbox/public_token/create": createPublicToken,
  "/sandbox/item/fire_webhook": fireItemWebhook,
  "/sandbox/item/reset_login": resetLogin,
  "/sandbox/transactions/create": createTransactions,
  "/webhook_verification_key/get": getVerificationKey,
};

function createPublicToken(body: Arriving<SandboxPublicTokenCreateRequest>, call: Call) {
  const institution = requireInstitution(call, text(body.institution_id, "institution_id"));
  texts(body.initial_products, "initial_products");
  const options = record(body.options, "options");
  const user = optionalText(options.override_username, "options.override_username");
  const password = optionalText(options.override_password, "options.override_password");
  if ((user ?? "user_good") !== "user_good" || (password ?? "pass_good") !== "pass_good") {
    throw problems.invalid("options.override_username", "only user_good / pass_good signs in here");
  }
  const transactions = record(options.transactions, "options.transactions");
  const { publicToken } = linkItem(call.sandbox, {
    institutionKey: institution.key,
    paths: institution.accounts.map((account) => `${institution.key}/${account.key}`),
    webhook: webhookField(call, options.webhook, "options.webhook") ?? null,
    days: wholeNumber(transactions.days_requested, "options.transactions.days_requested", {
      min: 1,
      max: 730,
      otherwise: 90,
    }),
  });
  return {
    public_token: publicToken,
    request_id: call.requestId,
  } satisfies Wire<SandboxPublicTokenCreateResponse>;
}

function fireItemWebhook(body: Arriving<SandboxItemFireWebhookRequest>, call: Call) {
  const item = anyItem(body, call);
  const code = text(body.webhook_code, "webhook_code");
  if (!itemWebhookCodes.includes(code as ItemWebhookCode)) {
    throw problems.invalid("webhook_code", "is not one that this sandbox sends");
  }
  if (item.webhook === null) {
    throw new PlaidProblem(
      400,
      "SANDBOX_ERROR",
      "SANDBOX_WEBHOOK_INVALID",
      "webhook for this item is not set up",
    );
  }
  return {
    webhook_fired: fireWebhook(call.sandbox, item, code as ItemWebhookCode),
    request_id: call.requestId,
  } satisfies Wire<SandboxItemFireWebhookResponse>;
}

function resetLogin(body: Record<string, unknown>, call: Call) {
  setTrouble(call.sandbox, anyItem(body, call), "login_required");
  return {
    reset_login: true,
    request_id: call.requestId,
  } satisfies Wire<SandboxItemResetLoginResponse>;
}

const createdMax = 10;
const daysBackMax = 14;

function createTransactions(body: Arriving<SandboxTransactionsCreateRequest>, call: Call) {
  const item = anyItem(body, call);
  const list = body.transactions;
  if (!Array.isArray(list) || list.length === 0 || list.length > createdMax) {
    throw problems.invalid("transactions", `must have 1 to ${createdMax} entries`);
  }
  const path = item.paths[0] ?? "";
  const rows = list.map((entry) => createdRow(call, path, record(entry, "transactions")));
  call.sandbox.record({ of: "bank", did: "posted", rows });
  return { request_id: call.requestId } satisfies Wire<SandboxTransactionsCreateResponse>;
}

function createdRow(call: Call, path: string, entry: Arriving<CustomSandboxTransaction>): RowDraft {
  const { currency } = call.sandbox.world.account(path);
  const given = optionalText(entry.iso_currency_code, "iso_currency_code") ?? currency;
  if (given !== currency) {
    throw problems.invalid("iso_currency_code", `must be the account's currency, ${currency}`);
  }
  const amountMinor = toMinor(entry.amount, currency);
  if (typeof entry.amount !== "number" || amountMinor === undefined) {
    throw problems.invalid("amount", "must be a number with at most two decimals");
  }
  const bookedOn = text(entry.date_posted, "date_posted");
  text(entry.date_transacted, "date_transacted");
  const daysBack = daysBetween(bookedOn, call.sandbox.world.clock.today());
  if (!(daysBack >= 0 && daysBack <= daysBackMax)) {
    throw problems.invalid("date_posted", `must lie within the last ${daysBackMax} days`);
  }
  return {
    path,
    bookedOn,
    amountMinor: String(-amountMinor),
    currency,
    description: text(entry.description, "description"),
    category: amountMinor < 0n ? "sales" : "office",
    channel: "other",
  };
}

function getVerificationKey(body: Arriving<WebhookVerificationKeyGetRequest>, call: Call) {
  const key = call.sandbox.keys.find(text(body.key_id, "key_id"));
  if (key === undefined) {
    throw new PlaidProblem(
      400,
      "INVALID_INPUT",
      "INVALID_WEBHOOK_VERIFICATION_KEY_ID",
      "invalid key_id provided",
    );
  }
  return {
    key: {
      alg: "ES256",
      crv: "P-256",
      kid: key.kid,
      kty: "EC",
      use: "sig",
      x: key.x,
      y: key.y,
      created_at: key.createdAt,
      expired_at: key.expiredAt,
    },
    request_id: call.requestId,
  } satisfies Wire<WebhookVerificationKeyGetResponse>;
}
