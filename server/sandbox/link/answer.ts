import { randomBytes } from "node:crypto";
import { html, type Reply, type Request, redirect } from "../http/exchange.ts";
import type { Sandbox } from "../sandbox.ts";
import { deadPage, stepPage } from "./pages.ts";
import { advance, note } from "./walk.ts";

/** Serves the hosted pages: a form moves the walk on, and the address always shows where it stands. */
export function answerLink(sandbox: Sandbox, request: Request): Reply {
  const signIn = sandbox.signIns.find(request.path.slice("/link/".length));
  if (signIn === undefined) {
    return html(
      404,
      deadPage("This link is not known", "Start again in the application that sent you here."),
    );
  }
  if (sandbox.signIns.expired(signIn)) {
    return html(
      410,
      deadPage("This link has expired", "Start again in the application that sent you here."),
    );
  }
  if (request.method === "GET") {
    const known = signIn.walks.length;
    const walk = sandbox.signIns.walk(signIn);
    if (signIn.walks.length > known) note(sandbox, walk, "opened");
    const nonce = randomBytes(12).toString("base64url");
    const query = request.query.get("q") ?? "";
    return html(200, stepPage(sandbox, signIn, walk, { query, nonce }), nonce);
  }
  // A form of a walk that has ended (a second click, the back button) must not begin another.
  const walk = signIn.walks.at(-1) ?? sandbox.signIns.walk(signIn);
  advance(sandbox, signIn, walk, new URLSearchParams(request.body));
  const ended = walk.step === "done" || walk.step === "left";
  if (ended && walk.goesTo !== null) return redirect(walk.goesTo);
  if (ended) return html(200, stepPage(sandbox, signIn, walk, { query: "", nonce: "" }));
  return redirect(request.path);
}
