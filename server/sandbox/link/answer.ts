import { randomBytes } from "node:crypto";
import { html, type Reply, type Request, redirect } from "../http/exchange.ts";
import type { Sandbox } from "../sandbox.ts";
import { advance, note } from "./flow.ts";
import { deadPage, stepPage } from "./pages.ts";

/** Serves the hosted pages: a form moves the walk on, and the address always shows where it stands. */
export function answerLink(sandbox: Sandbox, request: Request): Reply {
  const token = sandbox.links.byHostedId(request.path.slice("/link/".length));
  if (token === undefined) {
    return html(
      404,
      deadPage("This link is not known", "Start again in the application that sent you here."),
    );
  }
  if (sandbox.links.expired(token)) {
    return html(
      410,
      deadPage("This link has expired", "Start again in the application that sent you here."),
    );
  }
  if (request.method === "GET") {
    const known = token.sessions.length;
    const session = sandbox.links.session(token);
    if (token.sessions.length > known) note(sandbox, session, "OPEN");
    const nonce = randomBytes(12).toString("base64url");
    const query = request.query.get("q") ?? "";
    return html(200, stepPage(sandbox, token, session, { query, nonce }), nonce);
  }
  // A form of a walk that has ended (a second click, the back button) must not begin another.
  const session = token.sessions.at(-1) ?? sandbox.links.session(token);
  advance(sandbox, token, session, new URLSearchParams(request.body));
  const ended = session.step === "done" || session.step === "left";
  if (ended && token.completionRedirectUri !== null) return redirect(token.completionRedirectUri);
  if (ended) {
    return html(200, stepPage(sandbox, token, session, { query: "", nonce: "" }));
  }
  return redirect(request.path);
}
