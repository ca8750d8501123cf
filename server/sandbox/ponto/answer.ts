import { json, type Reply, type Request } from "../http/exchange.ts";
import { answerUnlessStruck } from "../wires/strike.ts";
import { answerData, answerInstitutions } from "./endpoints.ts";
import {
  answerRevoke,
  answerToken,
  bearerOf,
  checkClientToken,
  end,
  integrationOf,
} from "./oauth.ts";
import { type PontoSandbox, pontoClient } from "./ponto-sandbox.ts";
import { document, PontoProblem, plannedProblem, problemReply, problems } from "./problems.ts";
import { checkSignature } from "./signature.ts";

/** Answers one call of the API, from a client that has shown its certificate. */
export async function answerPonto(inside: PontoSandbox, request: Request): Promise<Reply> {
  try {
    const { signer } = inside;
    if (signer)
      checkSignature(request, { keyId: pontoClient.signatureKeyId, key: signer }, Date.now());
    return await route(inside, request);
  } catch (error) {
    if (!(error instanceof PontoProblem)) throw error;
    return problemReply(error);
  }
}

async function route(inside: PontoSandbox, request: Request): Promise<Reply> {
  const { method, path } = request;
  if (method === "GET" && path === "/webhooks/keys") return json(200, await inside.keys.set());
  if (method === "POST" && path === "/ponto-connect/oauth2/token")
    return answerToken(inside, request);
  if (method === "POST" && path === "/ponto-connect/oauth2/revoke")
    return answerRevoke(inside, request);
  const [, organization] =
    /^\/ponto-connect\/organizations\/([^/]+)\/integration$/.exec(path) ?? [];
  if (method === "DELETE" && organization !== undefined) {
    checkClientToken(inside, request);
    const integration = inside.integrations.all.get(organization);
    if (integration === undefined || integration.ended) throw problems.notFound();
    end(inside, integration);
    return document(200, { data: { type: "integration", id: organization } });
  }
  const institutions = answerInstitutions(inside, request);
  if (institutions !== undefined) return institutions;
  return answerAbout(inside, request);
}

/** A call about an integration, which the failures that were set for it may strike. */
function answerAbout(inside: PontoSandbox, request: Request): Promise<Reply> {
  const consentId = inside.integrations.byAccess(bearerOf(request))?.consentId ?? null;
  const refusals = {
    rateLimited: () => problemReply(problems.rateLimit()),
    internalError: () => problemReply(problems.internal()),
  };
  const target = { wire: "ponto", consentId };
  return answerUnlessStruck(inside.sandbox.faults, target, refusals, () => {
    try {
      const integration = integrationOf(inside, request);
      const planned = inside.plannedErrors.take(integration.consentId);
      if (planned !== null) throw plannedProblem(planned);
      const reply = answerData(inside, integration, request);
      if (reply === undefined) throw problems.notFound();
      return reply;
    } catch (error) {
      if (!(error instanceof PontoProblem)) throw error;
      return problemReply(error);
    }
  });
}
