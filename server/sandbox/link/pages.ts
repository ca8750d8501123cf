import type { StoryInstitution } from "../../../prisma/story/types.ts";
import { type Markup, markup } from "../http/markup.ts";
import type { Sandbox } from "../sandbox.ts";
import { unreachable } from "../unreachable.ts";
import type { SignInRequest } from "../wires/wire.ts";
import { institutionsMatching } from "../world/institutions.ts";
import { toDecimal } from "../world/money.ts";
import { aggregatorLabel } from "./aggregators.ts";
import type { SignIn, Step, Walk } from "./sign-ins.ts";
import { linkStyle } from "./style.ts";
import { demoCode, demoPassword, demoUser } from "./walk.ts";

/** The page of the step that the walk has reached. */
export function stepPage(
  sandbox: Sandbox,
  { request }: SignIn,
  walk: Walk,
  of: { query: string; nonce: string },
): string {
  const institution =
    walk.institutionKey === null ? null : sandbox.world.institution(walk.institutionKey);
  const body = (() => {
    switch (walk.step) {
      case "institution":
        return institutionStep(sandbox, request, of);
      case "sign_in":
        return signInStep(request, walk, institution?.name ?? "");
      case "code":
        return codeStep(walk);
      case "accounts":
        return accountsStep(sandbox, request, walk);
      case "consent":
        return consentStep(sandbox, request, walk);
      case "done":
      case "left":
        return endStep(walk.step, request, walk);
      default:
        return unreachable(walk.step);
    }
  })();
  return page(institution, body, walk, request, of.nonce);
}

/** A page outside any walk: an unknown or outdated address. */
export function deadPage(title: string, explanation: string): string {
  return document(
    title,
    "#334155",
    markup`<main><div class="content"><h1>${title}</h1><p class="soft">${explanation}</p></div></main>`,
  );
}

function page(
  institution: StoryInstitution | null,
  content: Markup,
  walk: Walk,
  request: SignInRequest,
  nonce: string,
): string {
  const ended = walk.step === "done" || walk.step === "left";
  const name = institution?.name ?? "Connect your bank";
  const canGoBack =
    walk.step === "code" ||
    (walk.step === "sign_in" && request.institutionKey === null) ||
    (walk.step === "consent" && request.choosesAccounts);
  return document(
    `${titles[walk.step]} · ${name}`,
    institution?.colour ?? "#334155",
    markup`<main>
  <header class="band"><span class="mark" aria-hidden="true">${name.slice(0, 1)}</span><div><b>${name}</b><span>${institution?.tagline ?? "Secure connection"} · with ${aggregatorLabel(request.wire)}</span></div></header>
  <ol class="steps" aria-label="Progress">${progress(walk.step)}</ol>
  <div class="content">${complaint(walk)}${content}</div>
  ${
    !ended &&
    markup`<div class="foot">
    ${canGoBack ? markup`<form method="post"><button class="plain" name="action" value="back">Back</button></form>` : markup`<span></span>`}
    <form method="post"><button class="plain" name="action" value="cancel">Cancel</button></form>
  </div>`
  }
</main>
<footer class="note">A simulated bank, reached as ${aggregatorLabel(request.wire)} would: no real account is involved. You return to ${clientName(request)} afterwards.</footer>
${walk.step === "institution" && markup`<script nonce="${nonce}">${{ markup: filterScript }}</script>`}`,
  );
}

function institutionStep(sandbox: Sandbox, request: SignInRequest, of: { query: string }): Markup {
  const found = institutionsMatching(
    sandbox.world.institutions,
    of.query,
    request.countries ?? null,
  );
  return markup`<h1>Find your bank</h1>
<p class="soft">${clientName(request)} asks to see the accounts and transactions of your company.</p>
<form method="get" role="search">
  <label class="field" for="q">Search for your bank</label>
  <input id="q" name="q" type="search" value="${of.query}" autocomplete="off" autofocus>
</form>
<form method="post"><ul class="banks">${found.map(
    (institution) => markup`<li data-name="${institution.name.toLowerCase()}">
  <button name="institution" value="${institution.institutionId}" style="--brand:${institution.colour}"><span class="mark" aria-hidden="true">${institution.name.slice(0, 1)}</span><span>${institution.name}<small>${institution.countries.join(", ")}</small></span></button></li>`,
  )}</ul></form>
<p class="soft" role="status" id="none"${found.length > 0 && markup` hidden`}>No bank of that name is simulated here.</p>`;
}

function signInStep(request: SignInRequest, walk: Walk, name: string): Markup {
  const why =
    request.shared === null
      ? `Sign in to ${name} to choose what ${clientName(request)} may see.`
      : `Sign in again so that ${clientName(request)} can go on reading your accounts.`;
  return markup`<h1>Sign in</h1>
<p class="soft">${why}</p>
<form method="post">
  <label class="field" for="user">User name</label>
  <input id="user" name="user" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus${invalid(walk)}>
  <label class="field" for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required${invalid(walk)}>
  <button class="main">Sign in</button>
</form>
<p class="hint">For the demo: user name <code>${demoUser}</code>, password <code>${demoPassword}</code></p>`;
}

function codeStep(walk: Walk): Markup {
  return markup`<h1>Enter your security code</h1>
<p class="soft">We sent a code to the telephone that ends in 47.</p>
<form method="post">
  <label class="field" for="code">Security code</label>
  <input id="code" class="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="7" required autofocus${invalid(walk)}>
  <button class="main">Confirm</button>
</form>
<p class="hint">For the demo: <code>${demoCode}</code></p>`;
}

function accountsStep(sandbox: Sandbox, request: SignInRequest, walk: Walk): Markup {
  const institution = sandbox.world.institution(walk.institutionKey ?? "");
  return markup`<h1>Choose accounts</h1>
<p class="soft">${clientName(request)} sees only the accounts that you tick.</p>
<form method="post"><fieldset style="border:0;padding:0;margin:0"><legend class="sr">Accounts</legend>
<ul class="accounts">${institution.accounts.map((account) => {
    const path = `${institution.key}/${account.key}`;
    const { balanceMinor } = sandbox.world.account(path);
    const ticked = walk.paths.length === 0 || walk.paths.includes(path);
    return markup`<li><label><input type="checkbox" name="account" value="${path}"${ticked && markup` checked`}>
  <span>${account.name}<small>${account.officialName} ••${account.mask}</small></span><span class="amount">${grouped(toDecimal(balanceMinor, account.currency))} ${account.currency}</span></label></li>`;
  })}</ul></fieldset>
<button class="main" name="choosing" value="yes">Continue</button></form>`;
}

function consentStep(sandbox: Sandbox, request: SignInRequest, walk: Walk): Markup {
  const names = walk.paths.map((path) => {
    const account = sandbox.world.account(path);
    return `${account.name} ••${account.mask}`;
  });
  return markup`<h1>Allow access?</h1>
<p class="soft">You can take it back at any time, here or at ${clientName(request)}.</p>
<dl>
  <dt>Who</dt><dd>${clientName(request)}</dd>
  <dt>Accounts</dt>${names.map((name) => markup`<dd>${name}</dd>`)}
  <dt>What</dt><dd>Account names and numbers, balances, and transactions of the last ${request.daysOfHistory ?? 90} days and from now on. No payments can be made.</dd>
  <dt>How long</dt><dd>180 days, then you are asked again.</dd>
</dl>
<form method="post"><button class="main" name="allow" value="yes">Allow access</button></form>`;
}

function endStep(step: "done" | "left", request: SignInRequest, walk: Walk): Markup {
  const title = step === "done" ? "Your bank is connected" : "Nothing was connected";
  const back = walk.goesTo;
  return markup`<h1>${title}</h1>${
    back === null
      ? markup`<p class="soft">You can close this window.</p>`
      : markup`<p><a href="${back}">Return to ${clientName(request)}</a></p>`
  }`;
}

function clientName(request: SignInRequest): string {
  return request.applicationName ?? "Tieout";
}

/** Thousands apart: "36305.68" is "36,305.68". */
function grouped(decimal: string): string {
  return decimal.replace(/\B(?=(\d{3})+(?=\.))/g, ",");
}

const order: Step[] = ["institution", "sign_in", "code", "accounts", "consent"];
const titles: Record<Step, string> = {
  institution: "Find your bank",
  sign_in: "Sign in",
  code: "Security code",
  accounts: "Choose accounts",
  consent: "Allow access",
  done: "Connected",
  left: "Cancelled",
};

function progress(step: Step): Markup[] {
  const reached = step === "done" ? order.length : order.indexOf(step) + 1;
  return order.map((name, i) => {
    const state = i < reached ? markup` class="past"` : markup``;
    const current = name === step ? markup` aria-current="step"` : markup``;
    return markup`<li${state}${current}><span class="sr">${titles[name]}</span></li>`;
  });
}

function complaint(walk: Walk): Markup | null {
  if (walk.complaint === null) return null;
  return markup`<p class="complaint" role="alert" id="complaint">${walk.complaint}</p>`;
}

function invalid(walk: Walk): Markup | false {
  return walk.complaint !== null && markup` aria-invalid="true" aria-describedby="complaint"`;
}

function document(title: string, brand: string, body: Markup): string {
  return markup`<!doctype html><html lang="en" style="--brand:${brand}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><link rel="icon" href="data:,"><style>${{ markup: linkStyle }}</style></head><body>${body}</body></html>`
    .markup;
}

/** Narrows the list while typing; without scripts the search field's form does the same. */
const filterScript = `
const q = document.getElementById("q"), none = document.getElementById("none");
const rows = [...document.querySelectorAll("ul.banks li")];
q.form.addEventListener("submit", (event) => event.preventDefault());
q.addEventListener("input", () => {
  const words = q.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    row.hidden = !words.every((word) => row.dataset.name.includes(word));
    if (!row.hidden) shown += 1;
  }
  none.hidden = shown > 0;
});`;
