import type { IncomingMessage, ServerResponse } from "node:http";
import type { App } from "../app.ts";
import { receivePlatformWebhook } from "../features/accounting/receive-webhook.ts";
import { receiveWebhook } from "../features/connections/receive-webhook.ts";
import { answerJson, answerProblem, readBody } from "./answer.ts";

const bodyBytesMax = 1_048_576;

/** A provider's delivery, byte for byte as it came: signatures are over the bytes. */
export async function handleWebhook(
  app: App,
  request: IncomingMessage,
  response: ServerResponse,
  providerName: string,
  path: string,
): Promise<void> {
  if (request.method !== "POST") {
    response.setHeader("allow", "POST");
    answerProblem(response, 405, "Webhooks are posted.", "METHOD_NOT_ALLOWED");
    return;
  }
  const body = await readBody(request, bodyBytesMax);
  if (body === null) {
    // The rest of the body is not worth reading.
    response.setHeader("connection", "close");
    answerProblem(response, 413, "The body is too large.", "BODY_TOO_LARGE");
    return;
  }
  const delivery = { path, headers: headersOf(request), body, receivedAt: app.now() };
  const receive = app.platforms.find(providerName) ? receivePlatformWebhook : receiveWebhook;
  const { status } = await receive(app, providerName, delivery);
  answerJson(response, status, status < 300 ? { received: true } : { received: false });
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : value,
    ]),
  );
}
