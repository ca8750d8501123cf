import { ControlProblem } from "../control/fields.ts";
import type { Platform } from "../platforms/platform.ts";
import { badWebhooks } from "../wires/words.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Connection } from "./companies.ts";
import { codatFaultNames } from "./faults.ts";
import { organisationOf } from "./organisations.ts";
import type { Push } from "./pushes.ts";
import { instant } from "./translate.ts";
import { toDocument } from "./translate-documents.ts";

const pushesMax = 60;
const linesMax = 200_000;

/** What the control API tells of Codat, past what Codat itself would. */
export function controlReads(codat: CodatSandbox): Platform["reads"] {
  return {
    state: () => ({
      today: codat.sandbox.world.clock.today(),
      modes: codat.portal.modes,
      redirect_url: codat.portal.redirectUrl ?? null,
      webhook_urls: codat.portal.receivers("", {}),
      fault_names: codatFaultNames,
      bad_webhooks: badWebhooks,
      faults: codat.faults.list(),
      plan: codat.faults.plan,
      companies: codat.companies.all().map(({ companyId, name, connections }) => {
        return {
          company_id: companyId,
          name,
          connections: connections.map((one) => shown(codat, one)),
        };
      }),
      pushes: codat.pushes.all().slice(-pushesMax).reverse().map(pushShown),
      books: codat.companies
        .all()
        .flatMap(({ companyId }) => codat.library.ofCompany(companyId))
        .map(({ key, family, organisation, accounts, documents }) => ({
          ...{ books: key, family, organisation: organisation.name, documents: documents.length },
          accounts: accounts.map(({ id, name, code, currency, lines }) => {
            return { id, name, code, currency, lines: lines.length };
          }),
        })),
    }),
    /** Every line of an account of the books as it is now, with what it was pushed as. */
    lines: (query) => {
      const books = booksOf(codat, query.get("books") ?? "");
      const account = books.account(query.get("account") ?? "");
      if (account === undefined) throw new ControlProblem("account must be one of the books'");
      const limit = Number(query.get("limit") ?? linesMax);
      return account.lines.slice(-limit).map(({ pushedAs, modifiedAt, ...line }) => {
        return { ...line, pushed_as: pushedAs, modified_at: instant(modifiedAt) };
      });
    },
    /** Invoices and bills as they are now, fetched or not. */
    documents: (query) => {
      const { documents, payments } = booksOf(codat, query.get("books") ?? "");
      return documents.map((one) => toDocument(one, payments));
    },
    push: (query) => {
      const push = codat.pushes.find(query.get("key") ?? "");
      if (push === undefined) throw new ControlProblem("no such push");
      return { ...pushShown(push), body: push.body };
    },
  };
}

export function booksOf({ library, companies }: CodatSandbox, key: string) {
  const [companyId = ""] = key.split("/");
  const found = companies.find(companyId) && library.ofCompany(companyId);
  const books = found?.find((one) => one.key === key);
  if (books === undefined) throw new ControlProblem(`no books ${key}`);
  return books;
}

function shown({ library }: CodatSandbox, connection: Connection) {
  const { connectionId, package: of, status, organisation, accounts } = connection;
  return {
    ...{ connection_id: connectionId, platform: of.key, platform_name: of.name, status },
    organisation: organisation === null ? null : organisationOf(organisation).name,
    books: library.of(connection)?.key ?? null,
    accounts: [...accounts.values()].map((one) => ({
      ...{ id: one.fields.id, name: one.fields.accountName, currency: one.fields.currency },
      ...{ status: one.status, target_id: one.targetId, feed_start: one.feedStart },
      taken: one.takenIds.size,
    })),
  };
}

function pushShown({ key, companyId, connectionId, at, fate, body, ended, written }: Push) {
  return {
    ...{ key, company_id: companyId, connection_id: connectionId, data_type: body.dataType },
    ...{ at: instant(at), fate: fate.how, status: ended?.status ?? "Pending", written },
    account_id: body.dataType === "bankTransactions" ? body.accountId : null,
    lines: body.dataType === "bankTransactions" ? body.transactions.length : 1,
    errors: ended?.errors ?? [],
  };
}
