import type {
  InstitutionsGetByIdRequest,
  InstitutionsGetByIdResponse,
  InstitutionsGetRequest,
  InstitutionsGetResponse,
  InstitutionsSearchRequest,
  InstitutionsSearchResponse,
} from "plaid";
import { institutionsMatching } from "../world/institutions.ts";
import type { Call, Endpoint } from "./call.ts";
import { text, texts, wholeNumber } from "./fields.ts";
import { requireInstitution } from "./link-endpoints.ts";
import { toInstitution } from "./translate.ts";
import type { Arriving, Wire } from "./wire.ts";

export const institutionEndpoints: Record<string, Endpoint> = {
  "/institutions/search": searchInstitutions,
  "/institutions/get": listInstitutions,
  "/institutions/get_by_id": getInstitution,
};

const foundMax = 10;

function searchInstitutions(body: Arriving<InstitutionsSearchRequest>, call: Call) {
  const query = text(body.query, "query");
  const countries = texts(body.country_codes, "country_codes");
  return {
    institutions: institutionsMatching(call.sandbox.world.institutions, query, countries)
      .slice(0, foundMax)
      .map(toInstitution),
    request_id: call.requestId,
  } satisfies Wire<InstitutionsSearchResponse>;
}

function listInstitutions(body: Arriving<InstitutionsGetRequest>, call: Call) {
  const countries = texts(body.country_codes, "country_codes");
  const count = wholeNumber(body.count, "count", { min: 1, max: 500, otherwise: 100 });
  const offset = wholeNumber(body.offset, "offset", { min: 0, max: 100_000, otherwise: 0 });
  const found = institutionsMatching(call.sandbox.world.institutions, "", countries);
  return {
    institutions: found.slice(offset, offset + count).map(toInstitution),
    total: found.length,
    request_id: call.requestId,
  } satisfies Wire<InstitutionsGetResponse>;
}

function getInstitution(body: Arriving<InstitutionsGetByIdRequest>, call: Call) {
  texts(body.country_codes, "country_codes");
  const institution = requireInstitution(call, text(body.institution_id, "institution_id"));
  return {
    institution: toInstitution(institution),
    request_id: call.requestId,
  } satisfies Wire<InstitutionsGetByIdResponse>;
}
