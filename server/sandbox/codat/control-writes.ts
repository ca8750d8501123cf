import * as field from "../control/fields.ts";
import { ControlProblem } from "../control/fields.ts";
import type { Platform } from "../platforms/platform.ts";
import { badWebhooks } from "../wires/words.ts";
import { toDouble, toMinor } from "../world/money.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Connection } from "./companies.ts";
import { linkConnection, moveConnection } from "./connection-endpoints.ts";
import { faultWrites } from "./control-faults.ts";
import { booksOf } from "./control-reads.ts";
import type { Modes } from "./facts.ts";
import { mapChosen } from "./link.ts";
import { organisationsOf } from "./organisations.ts";

type Body = Record<string, unknown>;

/** What the control API can do to companies, their books and the way that Codat behaves. */
export function controlWrites(codat: CodatSandbox): Platform["writes"] {
  const at = () => codat.sandbox.world.clock.now();
  /** People edit books by hand, and Codat fetches them by its schedule: at once, unless told otherwise. */
  const edited = (body: Body, companyId: string) => {
    if (body.sync !== false) codat.processing.sync(companyId);
  };
  return {
    ...faultWrites(codat),
    portal: (body) => {
      const redirectUrl = field.optionalString(body.redirect_url, "redirect_url");
      const webhookUrl = field.optionalString(body.webhook_url, "webhook_url");
      codat.record({
        ...{ of: "codat", did: "portal_set" },
        ...(redirectUrl === undefined ? {} : { redirectUrl }),
        ...(webhookUrl === undefined ? {} : { webhookUrl }),
      });
      return { redirect_url: codat.portal.redirectUrl ?? null };
    },
    modes: (body) => {
      codat.record({ of: "codat", did: "modes_set", modes: modesOf(body) });
      return codat.portal.modes;
    },
    /** What a person does on the hosted page, without it. */
    "connections/link": (body) => {
      const connection = connectionOf(codat, body);
      const keys = organisationsOf(connection.package.family).map(({ key }) => key);
      const organisation = field.oneOf(body.organisation ?? "harbour", "organisation", keys);
      linkConnection(codat, connection, organisation);
      const targets = typeof body.targets === "object" && body.targets ? body.targets : {};
      mapChosen(codat, connection, new Map(Object.entries(targets)));
      return { connection_id: connection.connectionId, status: connection.status };
    },
    "connections/trouble": (body) => {
      const connection = connectionOf(codat, body);
      const statuses = ["Linked", "Deauthorized", "Unlinked"] as const;
      moveConnection(codat, connection, field.oneOf(body.status, "status", statuses));
      return { connection_id: connection.connectionId, status: connection.status };
    },
    "accounts/disconnect": (body) => {
      const connection = connectionOf(codat, body);
      const account = connection.accounts.get(String(body.account_id));
      if (account === undefined) throw new ControlProblem("no such account");
      const { connectionId } = connection;
      const moved = { connectionId, accountId: account.fields.id, status: "disconnected" } as const;
      codat.record({ of: "codat", did: "account_moved", ...moved, at: at() });
      codat.hooks.accountMoved(connection, account);
      return { account_id: account.fields.id, status: account.status };
    },
    "lines/change": (body) => {
      const { books, lineId, companyId } = lineOf(codat, body);
      const description = field.optionalString(body.description, "description");
      const date = field.optionalString(body.date, "date");
      codat.record({
        ...{ of: "codat", did: "line_changed", books, lineId, at: at() },
        ...(body.amount === undefined ? {} : { amount: amountOf(body.amount) }),
        ...(description === undefined ? {} : { description }),
        ...(date === undefined ? {} : { date: field.date(date, "date", date) }),
      });
      edited(body, companyId);
      return { changed: lineId };
    },
    "lines/delete": (body) => {
      const { books, lineId, companyId } = lineOf(codat, body);
      codat.record({ of: "codat", did: "line_deleted", books, lineId });
      edited(body, companyId);
      return { deleted: lineId };
    },
    "lines/double": (body) => {
      const { books, lineId, companyId } = lineOf(codat, body);
      codat.record({ of: "codat", did: "line_doubled", books, lineId, at: at() });
      edited(body, companyId);
      return { doubled: lineId };
    },
    /** Somebody books a payment of a document in the package itself; without an amount, of all that is due. */
    "documents/pay": (body) => payThere(codat, body, at(), edited),
    sync: (body) => {
      const companyId = String(body.company_id);
      if (codat.companies.find(companyId) === undefined)
        throw new ControlProblem("no such company");
      codat.processing.sync(companyId);
      return { company_id: companyId };
    },
    misbehave: async (body) => {
      const company = codat.companies.find(String(body.company_id));
      if (company === undefined) throw new ControlProblem("no such company");
      const how = field.oneOf(body.how, "how", badWebhooks);
      return { status: await codat.hooks.sendBad(company, how) };
    },
  };
}

function payThere(
  codat: CodatSandbox,
  body: Body,
  at: number,
  edited: (body: Body, companyId: string) => void,
) {
  const books = booksOf(codat, String(body.books));
  const document = books.documents.find(({ number }) => number === body.number);
  if (document === undefined) throw new ControlProblem("no such document");
  const { currency, totalMinor, paidMinor, id, kind, partyId, partyName } = document;
  const due = totalMinor - paidMinor;
  const minor = body.amount === undefined ? due : toMinor(body.amount, currency);
  if (minor === undefined || minor <= 0n || minor > due) {
    throw new ControlProblem("amount must be above nothing, and no more than is due");
  }
  const amount = toDouble(minor, currency);
  const payment = {
    ...{ kind: kind === "invoice" ? ("payments" as const) : ("billPayments" as const) },
    ...{ partyId, partyName, accountId: null, currency, totalAmount: amount },
    ...{ date: codat.sandbox.world.clock.today(), note: null, reference: null },
    lines: [{ amount, links: [{ type: kind, id, amount: -amount }] }],
  };
  codat.record({ of: "codat", did: "paid_there", books: books.key, payment, at });
  edited(body, books.key.split("/")[0] ?? "");
  return { number: document.number, paid: amount };
}

function modesOf(body: Body): Partial<Modes> {
  const flag = (name: string): boolean | undefined => {
    const value = body[name];
    if (value === undefined) return undefined;
    if (typeof value !== "boolean") throw new ControlProblem(`${name} must be true or false`);
    return value;
  };
  const named = {
    strictIds: flag("strict_ids"),
    idempotency: flag("idempotency"),
    tellsData: flag("tells_data"),
    syncsByItself: flag("syncs_by_itself"),
    pushDelayMs:
      body.push_delay_ms === undefined || body.push_delay_ms === null
        ? (body.push_delay_ms as null | undefined)
        : field.number(body.push_delay_ms, "push_delay_ms", { min: 0, max: 3_600_000 }),
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

function connectionOf(codat: CodatSandbox, body: Body): Connection {
  const found = codat.companies.connection(String(body.connection_id));
  if (found === undefined) throw new ControlProblem(`no connection ${String(body.connection_id)}`);
  return found;
}

function lineOf(codat: CodatSandbox, body: Body) {
  const lineId = String(body.line_id);
  for (const { companyId } of codat.companies.all()) {
    const found = codat.library.ofCompany(companyId).find((one) => one.find(lineId));
    if (found !== undefined) return { books: found.key, lineId, companyId };
  }
  throw new ControlProblem(`no line ${lineId}`);
}

function amountOf(value: unknown): number {
  const number = Number(value);
  if (value === "" || !Number.isFinite(number)) {
    throw new ControlProblem('amount must be a decimal such as "-12.50"');
  }
  return number;
}
