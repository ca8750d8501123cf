import type {
  ItemPublicTokenExchangeRequest,
  ItemPublicTokenExchangeResponse,
  LinkTokenCreateRequest,
  LinkTokenCreateResponse,
  LinkTokenGetRequest,
  LinkTokenGetResponse,
} from "plaid";
import { destinationAllowed } from "../webhooks/destination.ts";
import type { Call, Endpoint } from "./call.ts";
import { optionalText, record, text, texts, wholeNumber } from "./fields.ts";
import { createLink } from "./link-flow.ts";
import { type LinkRequest, linkMinutes, updateMinutes } from "./link-tokens.ts";
import { problems } from "./problems.ts";
import { sessionAnswer } from "./session-answer.ts";
import type { Arriving, Wire } from "./wire.ts";

export const linkEndpoints: Record<string, Endpoint> = {
  "/link/token/create": createLinkToken,
  "/link/token/get": getLinkToken,
  "/item/public_token/exchange": exchangePublicToken,
};

function createLinkToken(body: Arriving<LinkTokenCreateRequest>, call: Call) {
  const { sandbox } = call;
  const clientName = text(body.client_name, "client_name");
  const language = text(body.language, "language");
  const countryCodes = texts(body.country_codes, "country_codes");
  const user = record(body.user, "user");
  if (optionalText(body.user_id, "user_id") === undefined) {
    text(user.client_user_id, "user.client_user_id");
  }
  const accessToken = optionalText(body.access_token, "access_token");
  const updates = accessToken === undefined ? null : sandbox.items.byAccessToken(accessToken);
  const products =
    body.products === undefined || body.products === null ? [] : texts(body.products, "products");
  if (updates === null && products.length === 0) throw problems.missing("products");
  if (updates !== null && products.length > 0) {
    throw problems.invalid("products", "must not be set when access_token is");
  }
  const hosted = record(body.hosted_link, "hosted_link");
  const update = record(body.update, "update");
  const transactions = record(body.transactions, "transactions");
  const institutionId = optionalText(body.institution_id, "institution_id");
  if (institutionId !== undefined) requireInstitution(call, institutionId);
  const request: LinkRequest = {
    clientName,
    language,
    countryCodes,
    products,
    webhook: webhookField(call, body.webhook, "webhook") ?? null,
    redirectUri: optionalText(body.redirect_uri, "redirect_uri") ?? null,
    completionRedirectUri: completionUri(hosted.completion_redirect_uri),
    institutionKey:
      updates?.institutionKey ??
      (institutionId === undefined ? null : sandbox.world.institution(institutionId).key),
    days: wholeNumber(transactions.days_requested, "transactions.days_requested", {
      min: 1,
      max: 730,
      otherwise: 90,
    }),
    itemId: updates?.itemId ?? null,
    choosesAccounts: updates === null || update.account_selection_enabled === true,
  };
  const token = createLink(sandbox, request, updates === null ? linkMinutes : updateMinutes);
  return {
    link_token: token.linkToken,
    expiration: new Date(token.expiresAt).toISOString(),
    ...(body.hosted_link === undefined || body.hosted_link === null
      ? {}
      : { hosted_link_url: token.signIn.url }),
    request_id: call.requestId,
  } satisfies Wire<LinkTokenCreateResponse>;
}

function getLinkToken(body: Arriving<LinkTokenGetRequest>, call: Call) {
  const token = call.sandbox.links.byToken(text(body.link_token, "link_token"));
  if (token === undefined) throw problems.linkToken("could not find matching link token");
  return {
    link_token: token.linkToken,
    created_at: new Date(token.createdAt).toISOString(),
    expiration: new Date(token.expiresAt).toISOString(),
    link_sessions: token.signIn.walks.map((session) => sessionAnswer(call.sandbox, token, session)),
    metadata: {
      initial_products:
        token.products as Wire<LinkTokenGetResponse>["metadata"]["initial_products"],
      webhook: token.webhook,
      country_codes: token.countryCodes as Wire<LinkTokenGetResponse>["metadata"]["country_codes"],
      language: token.language,
      redirect_uri: token.redirectUri,
      client_name: token.clientName,
    },
    request_id: call.requestId,
  } satisfies Wire<LinkTokenGetResponse>;
}

function exchangePublicToken(body: Arriving<ItemPublicTokenExchangeRequest>, call: Call) {
  const publicToken = text(body.public_token, "public_token");
  const item = call.sandbox.items.byPublicToken(publicToken);
  call.sandbox.record({ of: "plaid", did: "public_token_used", publicToken, itemId: item.itemId });
  return {
    access_token: item.accessToken,
    item_id: item.itemId,
    request_id: call.requestId,
  } satisfies Wire<ItemPublicTokenExchangeResponse>;
}

/** A webhook address from a request; only addresses that this sandbox may call are taken. */
export function webhookField(call: Call, value: unknown, field: string): string | undefined {
  const url = optionalText(value, field);
  if (url !== undefined && !destinationAllowed(url, call.sandbox.settings.webhookHosts)) {
    throw problems.invalid(field, "must be a loopback address: this sandbox calls no other host");
  }
  return url;
}

export function requireInstitution(call: Call, institutionId: string) {
  const found = call.sandbox.world.institutions.find((i) => i.institutionId === institutionId);
  if (found === undefined) throw problems.institution();
  return found;
}

function completionUri(value: unknown): string | null {
  const uri = optionalText(value, "hosted_link.completion_redirect_uri");
  if (uri === undefined) return null;
  if (!/^https?:\/\//.test(uri) || !URL.canParse(uri)) {
    throw problems.invalid("hosted_link.completion_redirect_uri", "must be a valid URI");
  }
  return uri;
}
