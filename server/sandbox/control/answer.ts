import { randomBytes } from "node:crypto";
import { file, html, json, type Reply, type Request } from "../http/exchange.ts";
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

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body === "" ? "{}" : body);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    throw new ControlProblem("the body is not JSON");
  }
  throw new ControlProblem("the body must be an object");
}
