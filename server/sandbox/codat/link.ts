import { html, type Reply, type Request, redirect } from "../http/exchange.ts";
import type { Books } from "./books.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Connection, SourceAccount } from "./companies.ts";
import { createConnection, linkConnection } from "./connection-endpoints.ts";
import {
  allowPage,
  type Chosen,
  deadPage,
  endPage,
  mappingPage,
  organisationPage,
  packagesPage,
} from "./link-pages.ts";
import { feedStartThere, map, refusalOf, takenTargets } from "./mapping-endpoints.ts";
import { organisationOf, organisationsOf } from "./organisations.ts";
import { findPackage } from "./packages.ts";
import { type LinkEnd, linkEnds, returnAddress } from "./redirect.ts";
import { linkUrl } from "./translate.ts";

export const linkPrefix = "/codat-link/";

/**
 * The hosted pages: choose the package, choose the organisation, choose the accounts that are fed where the package
 * does that on its own pages, and allow it or refuse.
 */
export function answerLink(codat: CodatSandbox, request: Request): Reply {
  const { path, method } = request;
  if (method !== "GET" && method !== "POST") return dead(405, "This page is only for reading");
  const [, companyId] = /^\/codat-link\/company\/([\w-]+)$/.exec(path) ?? [];
  if (companyId !== undefined) return choosePackage(codat, request, companyId);
  const [, , connectionId] =
    /^\/codat-link\/companies\/([\w-]+)\/connections\/([\w-]+)\/start$/.exec(path) ?? [];
  const connection = codat.companies.connection(connectionId ?? "");
  if (connection === undefined) return dead(404, "This link is not known");
  const now = codat.sandbox.world.clock.now();
  const { key } = connection.package;
  if (key === "hcws" && !codat.otps.good(request.query.get("otp"), connection.connectionId, now)) {
    return dead(401, "This link has expired");
  }
  const walk = new Walk(codat, connection, request.query);
  return method === "GET" ? walk.begin() : walk.take(new URLSearchParams(request.body));
}

function choosePackage(codat: CodatSandbox, request: Request, companyId: string): Reply {
  const company = codat.companies.find(companyId);
  if (company === undefined) return dead(404, "This link is not known");
  const key = new URLSearchParams(request.body).get("platform") ?? "";
  if (request.method === "GET" || findPackage(key) === undefined) {
    return html(200, packagesPage(company.name));
  }
  const to = new URL(linkUrl(codat, createConnection(codat, companyId, key)));
  for (const [name, value] of request.query) to.searchParams.set(name, value);
  return redirect(to.href);
}

/** One step of a walk; what was chosen comes with each form, so nothing is kept here. */
class Walk {
  readonly #codat: CodatSandbox;
  readonly #connection: Connection;
  readonly #query: URLSearchParams;

  constructor(codat: CodatSandbox, connection: Connection, query: URLSearchParams) {
    this.#codat = codat;
    this.#connection = connection;
    this.#query = query;
  }

  begin(): Reply {
    const { status, organisation, package: of } = this.#connection;
    if (status !== "Linked") return html(200, organisationPage(of, organisationsOf(of.family)));
    if (this.#unmapped().length === 0) return this.#end(linkEnds.nothingDone);
    return this.#mapping({ organisation, targets: new Map() }, null);
  }

  take(form: URLSearchParams): Reply {
    if (form.get("action") === "cancel") return this.#end(linkEnds.refused);
    const chosen = this.#chosenIn(form);
    if (chosen === undefined) return this.begin();
    if (form.has("allow")) return this.#allow(chosen);
    if (this.#unmapped().length === 0) return this.#ask(chosen);
    if (!form.has("mapping")) return this.#mapping(chosen, null);
    const complaint = this.#complaintAbout(chosen);
    if (complaint !== null) return this.#mapping(chosen, complaint);
    // Who has allowed it once is not asked again for each account.
    return this.#connection.status === "Linked" ? this.#allow(chosen) : this.#ask(chosen);
  }

  #chosenIn(form: URLSearchParams): Chosen | undefined {
    const { package: of } = this.#connection;
    const key = form.get("organisation") ?? form.get("chosen");
    if (!organisationsOf(of.family).some((one) => one.key === key)) return undefined;
    const targets = [...form].flatMap(([name, value]): [string, string][] =>
      name.startsWith("target:") ? [[name.slice("target:".length), value]] : [],
    );
    return { organisation: key, targets: new Map(targets) };
  }

  #ask(chosen: Chosen): Reply {
    const { name } = organisationOf(chosen.organisation ?? "");
    return html(200, allowPage(this.#connection.package, chosen, name));
  }

  #mapping(chosen: Chosen, complaint: string | null): Reply {
    const { package: of } = this.#connection;
    const taken = takenTargets(this.#codat.companies.connections(), this.#connection);
    const offered = { books: this.#books(chosen), sources: this.#unmapped(), taken };
    return html(200, mappingPage(of, chosen, offered, complaint));
  }

  #allow(chosen: Chosen): Reply {
    const { organisation } = chosen;
    if (organisation === null) return this.begin();
    if (this.#connection.status !== "Linked") {
      linkConnection(this.#codat, this.#connection, organisation);
    }
    mapChosen(this.#codat, this.#connection, chosen.targets);
    return this.#end(linkEnds.linked);
  }

  /** Two accounts into one, or one in a currency that the books do not know. */
  #complaintAbout(chosen: Chosen): string | null {
    const { name, currencies } = this.#books(chosen).organisation;
    const wanted = [...chosen.targets].filter(([, target]) => target !== "none");
    const existing = wanted.flatMap(([, target]) => (target === "new" ? [] : target));
    const foreign = wanted
      .map(([id]) => this.#connection.accounts.get(id)?.fields.currency)
      .find((currency) => currency !== undefined && !currencies.includes(currency));
    if (foreign !== undefined) {
      return `The currency ${foreign} is not enabled in ${name}: choose "Not now" for it.`;
    }
    const twice = new Set(existing).size < existing.length;
    return twice ? "An account of the books can be fed by one bank account only." : null;
  }

  #unmapped(): SourceAccount[] {
    const { package: of, accounts } = this.#connection;
    if (!of.mapsThere) return [];
    return [...accounts.values()].filter(
      ({ status }) => status === "pending" || status === "disconnected",
    );
  }

  #books({ organisation }: Chosen): Books {
    const { company, package: of } = this.#connection;
    return this.#codat.library.get(`${company.companyId}/${of.family}/${organisation}`);
  }

  #end(end: LinkEnd): Reply {
    const back = returnAddress(this.#codat, this.#connection, end, this.#query);
    if (back !== null) return redirect(back);
    return html(200, endPage(this.#connection.package, end !== linkEnds.refused));
  }
}

/** Maps what a person chose on the package's page; what does not fit stays as it was. */
export function mapChosen(
  codat: CodatSandbox,
  connection: Connection,
  targets: ReadonlyMap<string, string>,
): void {
  for (const [id, target] of targets) {
    const source = connection.accounts.get(id);
    if (source === undefined || target === "none") continue;
    const targetId = target === "new" ? null : target;
    if (refusalOf(codat, connection, source, targetId) !== null) continue;
    const feedStart = feedStartThere(connection, codat.sandbox.world.clock.today());
    map(codat, connection, source, { targetId, feedStart });
  }
}

function dead(status: number, title: string): Reply {
  return html(status, deadPage(title, "Start again in the application that sent you here."));
}
