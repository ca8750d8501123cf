import { json } from "../http/exchange.ts";
import { destinationAllowed } from "../webhooks/destination.ts";
import { type Call, company, type Endpoint, jsonObject, noContent, object, text } from "./call.ts";
import type { CompanyFields } from "./facts.ts";
import { newId } from "./ids.ts";
import { packages } from "./packages.ts";
import { page } from "./paging.ts";
import { problems } from "./problems.ts";
import { toCompany } from "./translate.ts";

const tagsMax = 10;
const consumersMax = 50;

/** Companies, the list of integrations, and the addresses of webhooks. */
export const companyEndpoints: Record<string, Endpoint> = {
  "POST /companies": (call) => {
    const { codat } = call;
    const fields = fieldsOf(jsonObject(call));
    if (fields.name === undefined) throw problems.field("name", "is required");
    const companyId = newId();
    const { name, description = null, tags = {} } = fields;
    const at = codat.sandbox.world.clock.now();
    const made = { companyId, name, description, tags, at };
    codat.record({ of: "codat", did: "company_created", ...made });
    const found = codat.companies.find(companyId);
    if (found === undefined) throw problems.company(companyId);
    codat.hooks.companyMoved(found, "created");
    return json(200, toCompany(codat, found));
  },
  "GET /companies": (call) =>
    page(call.request, call.path, call.codat.companies.all(), (one) => toCompany(call.codat, one)),
  "GET /companies/:companyId": (call) => json(200, toCompany(call.codat, company(call))),
  "PUT /companies/:companyId": (call) => {
    const fields = fieldsOf(jsonObject(call));
    if (fields.name === undefined) throw problems.field("name", "is required");
    return changed(call, { description: null, tags: {}, ...fields });
  },
  "PATCH /companies/:companyId": (call) => changed(call, fieldsOf(jsonObject(call))),
  "DELETE /companies/:companyId": (call) => {
    const found = company(call);
    const { companyId } = found;
    call.codat.record({ of: "codat", did: "company_deleted", companyId });
    call.codat.hooks.companyMoved(found, "deleted");
    return noContent;
  },
  "GET /integrations": (call) => page(call.request, call.path, packages, toIntegration),
  "GET /integrations/:platformKey": ({ params }) => {
    const found = packages.find(({ key }) => key === params.platformKey);
    if (found === undefined) throw problems.notFound(`Integration ${params.platformKey}`);
    return json(200, toIntegration(found));
  },
  "GET /webhooks": (call) =>
    page(call.request, call.path, call.codat.portal.consumers, (one) => one),
  "POST /webhooks": (call) => {
    const body = jsonObject(call);
    const { portal, sandbox, record } = call.codat;
    const url = text(body.url, "url");
    const allowed = destinationAllowed(url, sandbox.settings.webhookHosts);
    if (!allowed) throw problems.field("url", "is not a valid address");
    if (portal.consumers.length >= consumersMax) throw problems.invalid("Too many consumers.");
    const consumer = {
      ...{ id: newId(), url, disabled: body.disabled === true },
      eventTypes: texts(body.eventTypes, "eventTypes"),
      companyTags: texts(body.companyTags, "companyTags"),
    };
    record({ of: "codat", did: "consumer_added", consumer });
    return json(201, consumer);
  },
  "DELETE /webhooks/:consumerId": ({ codat, params }) => {
    const consumerId = params.consumerId ?? "";
    if (!codat.portal.consumers.some(({ id }) => id === consumerId)) {
      throw problems.notFound(`Webhook consumer ${consumerId}`);
    }
    codat.record({ of: "codat", did: "consumer_deleted", consumerId });
    return noContent;
  },
};

function changed(call: Call, fields: Partial<CompanyFields>) {
  const { companyId } = company(call);
  call.codat.record({ of: "codat", did: "company_changed", companyId, ...fields });
  return json(200, toCompany(call.codat, company(call)));
}

function fieldsOf(body: Record<string, unknown>): Partial<CompanyFields> {
  const fields: Partial<CompanyFields> = {};
  // As documented, other characters are dropped without a word.
  if (body.name !== undefined) {
    fields.name = text(text(body.name, "name").replace(/[^\p{L}\p{N} \-',&@.?!]/gu, ""), "name");
  }
  if (typeof body.description === "string") fields.description = body.description;
  if (body.tags !== undefined && body.tags !== null) {
    const tags = Object.entries(object(body.tags, "tags"));
    const right =
      tags.length <= tagsMax &&
      tags.every(([key, value]) => key.length <= 27 && String(value).length <= 100);
    if (!right) throw problems.field("tags", "has too many or too long ones");
    fields.tags = Object.fromEntries(tags.map(([key, value]) => [key, String(value)]));
  }
  return fields;
}

function texts(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw problems.field(name, "must be an array");
  return value.map((one) => text(one, name));
}

function toIntegration(of: (typeof packages)[number]): object {
  return {
    ...{ key: of.key, name: of.name, logoUrl: "", enabled: true, isBeta: false },
    ...{ isOfflineConnector: false, integrationId: of.integrationId, sourceType: of.sourceType },
    ...{ sourceId: of.integrationId, datatypeFeatures: [], supportedEnvironments: "Live" },
    linkedConnectionsCount: 0,
  };
}
