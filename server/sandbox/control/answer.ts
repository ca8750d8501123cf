import { randomBytes } from "node:crypto";
import { file, html, json, type Reply, type Request } from "../http/exchange.ts";
import type { Platform } from "../platforms/platform.ts";
import type { Sandbox } from "../sandbox.ts";
import { ControlProblem } from "./fields.ts";
import { controlPage } from "./page.ts";
import { reads } from "./reads.ts";
import { statementFile } from "./statement-file.ts";
import { type Controls, writes } from "./writes.ts";

/** Serves the control page and its JSON. Writes take JSON only, so that no foreign page can send one. */
export async function answerControl(
  sandbox: Sandbox,
  controls: Controls,
  request: Request,
): Promise<Reply> {
  try {
    if (request.method === "GET" && request.path === "/control") {
      const nonce = randomBytes(12).toString("base64url");
      return html(200, controlPage(nonce), nonce);
    }
    if (request.method === "GET" && request.path === "/control/statement") {
      const { name, bytes } = statementFile(sandbox, request.query);
      return file(name, bytes);
    }
    const name = request.path.slice("/control/".length);
    const platform = sandbox.platforms.find((one) => `${name}/`.startsWith(`${one.name}/`));
    // Awaited here, so that its refusals are answered below.
    if (platform !== undefined) return await answerPlatform(platform, request);
    const read = request.method === "GET" ? reads[name] : undefined;
    if (read !== undefined) return json(200, read(controls.plaid, request.query));
    const write = request.method === "POST" ? writes[name] : undefined;
    if (write === undefined) return json(404, { error: `no such control: ${name}` });
    if (!request.headers["content-type"]?.startsWith("application/json")) {
      return json(415, { error: "send application/json" });
    }
    return json(200, await write(sandbox, controls, parse(request.body)));
  } catch (error) {
    if (error instanceof ControlProblem) return json(400, { error: error.message });
    throw error;
  }
}

/** A platform's own page and controls, below its name. */
async function answerPlatform(platform: Platform, request: Request): Promise<Reply> {
  const { method, path } = request;
  const name = path.slice(`/control/${platform.name}/`.length);
  if (method === "GET" && name === "") {
    const nonce = randomBytes(12).toString("base64url");
    return html(200, platform.page(nonce), nonce);
  }
  const read = method === "GET" ? platform.reads[name] : undefined;
  if (read !== undefined) return json(200, read(request.query));
  const write = method === "POST" ? platform.writes[name] : undefined;
  if (write === undefined) return json(404, { error: `no such control: ${name}` });
  if (!request.headers["content-type"]?.startsWith("application/json")) {
    return json(415, { error: "send application/json" });
  }
  return json(200, await write(parse(request.body)));
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body === "" ? "{}" : body);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    throw new ControlProblem("the body is not JSON");
  }
  throw new ControlProblem("the body must be an object");
}
