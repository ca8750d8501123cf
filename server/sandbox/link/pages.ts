import type { StoryInstitution } from "../../../prisma/story/types.ts";
import { type Markup, markup } from "../http/markup.ts";
import { institutionsMatching } from "../plaid/institution-endpoints.ts";
import type { Sandbox } from "../sandbox.ts";
import { unreachable } from "../unreachable.ts";
import { toDecimal } from "../world/money.ts";
import { demoCode, demoPassword, demoUser } from "./flow.ts";
import { linkStyle } from "./style.ts";
import type { LinkSession, LinkToken, Step } from "./tokens.ts";

/** The page of the step that the walk has reached. */
export function stepPage(
  sandbox: Sandbox,
  token: LinkToken,
  session: LinkSession,
  of: { query: string; nonce: string },
): string {
  const institution =
    session.institutionKey === null ? null : sandbox.world.institution(session.institutionKey);
  const body = (() => {
    switch (session.step) {
      case "institution":
        return institutionStep(sandbox, token, session, of);
      case "sign_in":
        return signInStep(token, session, institution?.name ?? "");
      case "code":
        return codeStep(session);
      case "accounts":
        return accountsStep(sandbox, token, session);
      case "consent":
        return consentStep(sandbox, token, session);
      case "done":
      case "left":
        return endStep(session.step, token);
      default:
        return unreachable(session.step);
    }
  })();
  return page(institution, body, session, token, of.nonce);
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
  session: LinkSession,
  token: LinkToken,
  nonce: string,
): string {
  const ended = session.step === "done" || session.step === "left";
  const name = institution?.name ?? "Connect your bank";
  const canGoBack =
    session.step === "code" ||
    (session.step === "sign_in" && token.institutionKey === null) ||
    (session.step === "consent" && token.choosesAccounts);
  return document(
    `${titles[session.step]} · ${name}`,
    institution?.colour ?? "#334155",
    markup`<main>
  <header class="band"><span class="mark" aria-hidden="true">${name.slice(0, 1)}</span><div><b>${name}</b><span>${institution?.tagline ?? "Secure connection"}</span></div></header>
  <ol class="steps" aria-label="Progress">${progress(session.step)}</ol>
  <div class="content">${complaint(session)}${content}</div>
  ${
    !ended &&
    markup`<div class="foot">
    ${canGoBack ? markup`<form method="post"><button class="plain" name="action" value="back">Back</button></form>` : markup`<span></span>`}
    <form method="post"><button class="plain" name="action" value="cancel">Cancel</button></form>
  </div>`
  }
</main>
<footer class="note">A simulated bank: no real account is involved. You return to ${token.clientName} afterwards.</footer>
${session.step === "institution" && markup`<script nonce="${nonce}">${{ markup: filterScript }}</script>`}`,
  );
}

function institutionStep(
  sandbox: Sandbox,
  token: LinkToken,
  _session: LinkSession,
  of: { query: string },
): Markup {
  const found = institutionsMatching(sandbox.world.institutions, of.query, token.countryCodes);
  return markup`<h1>Find your bank</h1>
<p class="soft">${token.clientName} asks to see the accounts and transactions of your company.</p>
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

function signInStep(token: LinkToken, session: LinkSession, name: string): Markup {
  const why =
    token.itemId === null
      ? `Sign in to ${name} to choose what ${token.clientName} may see.`
      : `Sign in again so that ${token.clientName} can go on reading your accounts.`;
  return markup`<h1>Sign in</h1>
<p class="soft">${why}</p>
<form method="post">
  <label class="field" for="user">User name</label>
  <input id="user" name="user" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus${invalid(session)}>
  <label class="field" for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required${invalid(session)}>
  <button class="main">Sign in</button>
</form>
<p class="hint">For the demo: user name <code>${demoUser}</code>, password <code>${demoPassword}</code></p>`;
}

function codeStep(session: LinkSession): Markup {
  return markup`<h1>Enter your security code</h1>
<p class="soft">We sent a code to the telephone that ends in 47.</p>
<form method="post">
  <label class="field" for="code">Security code</label>
  <input id="code" class="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="7" required autofocus${invalid(session)}>
  <button class="main">Confirm</button>
</form>
<p class="hint">For the demo: <code>${demoCode}</code></p>`;
}

function accountsStep(sandbox: Sandbox, token: LinkToken, session: LinkSession): Markup {
  const institution = sandbox.world.institution(session.institutionKey ?? "");
  return markup`<h1>Choose accounts</h1>
<p class="soft">${token.clientName} sees only the accounts that you tick.</p>
<form method="post"><fieldset style="border:0;padding:0;margin:0"><legend class="sr">Accounts</legend>
<ul class="accounts">${institution.accounts.map((account) => {
    const path = `${institution.key}/${account.key}`;
    const { balanceMinor } = sandbox.world.account(path);
    const ticked = session.paths.length === 0 || session.paths.includes(path);
    return markup`<li><label><input type="checkbox" name="account" value="${path}"${ticked && markup` checked`}>
  <span>${account.name}<small>${account.officialName} ••${account.mask}</small></span><span class="amount">${grouped(toDecimal(balanceMinor, account.currency))} ${account.currency}</span></label></li>`;
  })}</ul></fieldset>
<button class="main" name="choosing" value="yes">Continue</button></form>`;
}

function consentStep(sandbox: Sandbox, token: LinkToken, session: LinkSession): Markup {
  const names = session.paths.map((path) => {
    const account = sandbox.world.account(path);
    return `${account.name} ••${account.mask}`;
  });
  return markup`<h1>Allow access?</h1>
<p class="soft">You can take it back at any time, here or at ${token.clientName}.</p>
<dl>
  <dt>Who</dt><dd>${token.clientName}</dd>
  <dt>Accounts</dt>${names.map((name) => markup`<dd>${name}</dd>`)}
  <dt>What</dt><dd>Account names and numbers, balances, and transactions of the last ${token.days} days and from now on. No payments can be made.</dd>
  <dt>How long</dt><dd>180 days, then you are asked again.</dd>
</dl>
<form method="post"><button class="main" name="allow" value="yes">Allow access</button></form>`;
}

function endStep(step: "done" | "left", token: LinkToken): Markup {
  const title = step === "done" ? "Your bank is connected" : "Nothing was connected";
  const back = token.completionRedirectUri;
  return markup`<h1>${title}</h1>${
    back === null
      ? markup`<p class="soft">You can close this window.</p>`
      : markup`<p><a href="${back}">Return to ${token.clientName}</a></p>`
  }`;
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

function complaint(session: LinkSession): Markup | null {
  if (session.complaint === null) return null;
  return markup`<p class="complaint" role="alert" id="complaint">${session.complaint}</p>`;
}

function invalid(session: LinkSession): Markup | false {
  return session.complaint !== null && markup` aria-invalid="true" aria-describedby="complaint"`;
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
