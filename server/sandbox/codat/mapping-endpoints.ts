import { addDays, isDate } from "../../../prisma/story/calendar.ts";
import { json } from "../http/exchange.ts";
import {
  type Call,
  dateTime,
  type Endpoint,
  feedConnection,
  jsonObject,
  optionalText,
  text,
} from "./call.ts";
import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Connection, SourceAccount } from "./companies.ts";
import { organisationOf } from "./organisations.ts";
import { problems } from "./problems.ts";
import { toMapping } from "./translate.ts";

const path = "/companies/:companyId/connections/:connectionId/bankFeedAccounts/mapping";

/** Which account of the books a source account feeds, where that is chosen through the API. */
export const mappingEndpoints: Record<string, Endpoint> = {
  [`GET ${path}`]: (call) => {
    const found = mappable(call);
    const { library, companies } = call.codat;
    const books = library.of(found);
    const taken = takenTargets(companies.connections(), found);
    return json(
      200,
      [...found.accounts.values()].map((account) => toMapping(account, books, taken)),
    );
  },
  [`POST ${path}`]: (call) => {
    const found = mappable(call);
    const body = jsonObject(call);
    const sourceAccountId = text(body.sourceAccountId, "sourceAccountId");
    const source = found.accounts.get(sourceAccountId);
    if (source === undefined) throw problems.account(sourceAccountId);
    const targetId = optionalText(body.targetAccountId, "targetAccountId");
    const { today } = call.codat.sandbox.world.clock;
    const given = body.feedStartDate ?? today();
    const feedStart = dateTime(given, "feedStartDate").slice(0, 10);
    if (!isDate(feedStart)) throw problems.field("feedStartDate", "must be a date");
    const refusal = refusalOf(call.codat, found, source, targetId);
    if (refusal !== null) {
      return json(200, { sourceAccountId, status: "Failed", error: refusal });
    }
    map(call.codat, found, source, { targetId, feedStart });
    return json(200, { sourceAccountId, targetAccountId: source.targetId, status: source.status });
  },
};

/** Why a source account cannot feed that account; null: it can. */
export function refusalOf(
  { library, companies }: CodatSandbox,
  connection: Connection,
  { fields }: SourceAccount,
  targetId: string | null,
): string | null {
  const books = library.of(connection);
  if (books === undefined) return "The connection is not linked";
  if (!books.organisation.currencies.includes(fields.currency)) {
    return `The currency ${fields.currency} is not enabled in the organisation`;
  }
  if (targetId === null) return null;
  const target = books.account(targetId);
  if (target === undefined) return "The account does not exist";
  if (!books.fitting(fields).includes(target)) {
    return "The account's currency or type differs from the source account's";
  }
  const taken = takenTargets(companies.connections(), connection, fields.id);
  return taken.has(targetId) ? "A feed connection already exists to this account" : null;
}

/** Connects a source account to an account of the books, a little later. */
export function map(
  codat: CodatSandbox,
  { connectionId }: Connection,
  { fields }: SourceAccount,
  of: { targetId: string | null; feedStart: string },
): void {
  const at = codat.sandbox.world.clock.now();
  const mapped = { connectionId, accountId: fields.id, ...of, at };
  codat.record({ of: "codat", did: "account_mapped", ...mapped });
  codat.processing.connect(connectionId, fields.id);
}

/** Where a feed begins that a person maps on the package's own page. */
export function feedStartThere({ package: { feeds } }: Connection, today: string): string {
  return addDays(today, -(feeds?.daysBackMax ?? 0));
}

/** The accounts of a connection's books that are fed already. */
export function takenTargets(all: Connection[], of: Connection, except?: string): Set<string> {
  const sharing = all.filter(
    ({ company, package: { family }, organisation }) =>
      company === of.company && family === of.package.family && organisation === of.organisation,
  );
  return new Set(
    sharing.flatMap(({ accounts }) =>
      [...accounts.values()].flatMap(({ fields, targetId, status }) =>
        targetId === null || status === "disconnected" || fields.id === except ? [] : targetId,
      ),
    ),
  );
}

function mappable(call: Call): Connection {
  const found = feedConnection(call);
  if (found.package.mapsThere) {
    throw problems.invalid(`Accounts of ${found.package.name} are mapped in its own screens.`);
  }
  if (found.status !== "Linked") throw problems.notLinked(found.connectionId);
  const { organisation } = found;
  if (organisation !== null && organisationOf(organisation).isDemonstration) {
    throw problems.demonstration();
  }
  return found;
}
