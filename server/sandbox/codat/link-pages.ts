import { type Markup, markup } from "../http/markup.ts";
import { linkStyle } from "../link/style.ts";
import type { BookAccount, Books } from "./books.ts";
import type { SourceAccount } from "./companies.ts";
import type { SourceAccountFields } from "./facts.ts";
import type { Organisation } from "./organisations.ts";
import { type Package, packages } from "./packages.ts";

/** What one walk has chosen so far; each form carries it on. */
export interface Chosen {
  readonly organisation: string | null;
  /** By source account's id: a target's id, "new", or "none". */
  readonly targets: ReadonlyMap<string, string>;
}

/** What a person chooses from. */
interface Offered {
  readonly books: Books;
  readonly sources: readonly SourceAccount[];
  /** Targets that are fed already. */
  readonly taken: ReadonlySet<string>;
}

/** An address that leads nowhere. */
export function deadPage(title: string, explanation: string): string {
  return document(
    "#334155",
    title,
    markup`<main><div class="content"><h1>${title}</h1><p class="soft">${explanation}</p></div></main>`,
  );
}

export function packagesPage(companyName: string): string {
  const listed = packages.filter(({ feeds }) => feeds !== null);
  return document(
    "#334155",
    "Choose your accounting package",
    markup`<main><div class="content"><h1>Choose your accounting package</h1>
<p class="soft">The books of ${companyName} are kept in:</p>
<form method="post"><ul class="banks">${listed.map(
      ({ key, label, name, colour }) => markup`<li>
  <button name="platform" value="${key}" style="--brand:${colour}"><span class="mark" aria-hidden="true">${label.slice(0, 1)}</span><span>${label}<small>${name}</small></span></button></li>`,
    )}</ul></form></div></main>`,
  );
}

export function organisationPage(of: Package, list: readonly Organisation[]): string {
  return page(
    of,
    "Choose an organisation",
    markup`<h1>Choose an organisation</h1>
<p class="soft">Tieout asks to send bank transactions to it.</p>
<form method="post"><ul class="banks">${list.map(
      ({ key, name, country, baseCurrency }) => markup`<li>
  <button name="organisation" value="${key}"><span class="mark" aria-hidden="true">${name.slice(0, 1)}</span><span>${name}<small>${country}, ${baseCurrency}</small></span></button></li>`,
    )}</ul></form>`,
  );
}

/** Which account of the books each source account feeds, on the package's own page. */
export function mappingPage(
  of: Package,
  chosen: Chosen,
  { books, sources, taken }: Offered,
  complaint: string | null,
): string {
  return page(
    of,
    "Connect your bank accounts",
    markup`<h1>Connect your bank accounts</h1>
${complaint !== null && markup`<p class="complaint" role="alert">${complaint}</p>`}
<p class="soft">Choose where in ${books.organisation.name} the transactions of each account go.</p>
<form method="post">${hidden({ ...chosen, targets: new Map() })}${sources.map(({ fields }, at) => {
      const id = `target-${at}`;
      return markup`<label class="field" for="${id}">${fields.accountName} (${fields.currency})</label>
<select id="${id}" name="target:${fields.id}"><option value="new">A new account</option>${books
        .fitting(fields)
        .filter((target) => !taken.has(target.id))
        .map(
          (target) =>
            markup`<option value="${target.id}"${isLikely(target, fields, chosen) && markup` selected`}>${target.code} ${target.name}</option>`,
        )}<option value="none">Not now</option></select>`;
    })}
<button class="main" name="mapping" value="yes">Continue</button></form>`,
  );
}

/** What was chosen before, else the account with the same last digits. */
function isLikely(
  { id, number }: BookAccount,
  { id: sourceId, accountNumber }: SourceAccountFields,
  { targets }: Chosen,
): boolean {
  const before = targets.get(sourceId);
  return before === undefined ? number.endsWith(accountNumber.slice(-4)) : before === id;
}

export function allowPage(of: Package, chosen: Chosen, name: string): string {
  const reads = of.reads ? " and to read its invoices, bills and bank accounts" : "";
  return page(
    of,
    "Allow access?",
    markup`<h1>Allow access?</h1>
<dl><dt>Who</dt><dd>Tieout</dd><dt>Whose books</dt><dd>${name}</dd>
<dt>What</dt><dd>To send bank transactions to it${reads}.</dd></dl>
<form method="post">${hidden(chosen)}<button class="main" name="allow" value="yes">Allow access</button></form>`,
  );
}

/** The end of a walk that leads nowhere else. */
export function endPage(of: Package, linked: boolean): string {
  const title = linked ? `${of.label} is connected` : "Nothing was connected";
  return document(
    of.colour,
    title,
    markup`<main><div class="content"><h1>${title}</h1><p class="soft">You can close this window.</p></div></main>`,
  );
}

function hidden({ organisation, targets }: Chosen): Markup {
  const fields = [...targets].map(
    ([id, target]) => markup`<input type="hidden" name="target:${id}" value="${target}">`,
  );
  return markup`<input type="hidden" name="chosen" value="${organisation ?? ""}">${fields}`;
}

function page(of: Package, title: string, content: Markup): string {
  return document(
    of.colour,
    `${title} · ${of.label}`,
    markup`<main>
  <div class="band"><span class="mark" aria-hidden="true">${of.label.slice(0, 1)}</span><div><b>${of.label}</b><span>${of.name}</span></div></div>
  <div class="content">${content}</div>
  <div class="foot"><span></span><form method="post"><button class="plain" name="action" value="cancel">Refuse</button></form></div>
</main>
<footer class="note">A simulated accounting package, reached as Codat would: no real books are involved. You return to Tieout afterwards.</footer>`,
  );
}

const selectStyle = `select { width: 100%; padding: 11px 12px; font: inherit; color: inherit; background: var(--field); border: 1px solid var(--line); border-radius: 8px; }`;

function document(brand: string, title: string, body: Markup): string {
  return markup`<!doctype html><html lang="en" style="--brand:${brand}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><link rel="icon" href="data:,"><style>${{ markup: linkStyle + selectStyle }}</style></head><body>${body}</body></html>`
    .markup;
}
