import type { Platform } from "../platforms/platform.ts";
import type { Sandbox } from "../sandbox.ts";
import type { WireFact } from "../wires/wire.ts";
import { answerApi, apiPrefix } from "./answer.ts";
import type { Books } from "./books.ts";
import { type CodatSandbox, Library } from "./codat-sandbox.ts";
import { Companies } from "./companies.ts";
import { controlPage } from "./control-page.ts";
import { controlReads } from "./control-reads.ts";
import { controlWrites } from "./control-writes.ts";
import { Datasets } from "./datasets.ts";
import type { CodatFact, PaymentDraft } from "./facts.ts";
import { CodatFaults } from "./faults.ts";
import { Hooks } from "./hooks.ts";
import { answerLink, linkPrefix } from "./link.ts";
import { Otps } from "./otps.ts";
import { Portal } from "./portal.ts";
import { Processing } from "./processing.ts";
import { type Push, Pushes } from "./pushes.ts";
import { Quota } from "./quota.ts";
import { Replays } from "./replays.ts";

const callsPerDay = 1_000;

/** Codat over the demo's story: companies, their books in several packages, and the feeds into them. */
export function createCodatPlatform(sandbox: Sandbox): Platform {
  const codat = createInside(sandbox);
  if (sandbox.settings.codatPlan !== undefined) codat.faults.draw(sandbox.settings.codatPlan);
  return {
    name: "codat",
    label: "Codat",
    owns: ({ path }) => path.startsWith(apiPrefix) || path.startsWith(linkPrefix),
    answer: (request) =>
      request.path.startsWith(apiPrefix) ? answerApi(codat, request) : answerLink(codat, request),
    apply: (fact: WireFact) => apply(codat, fact as CodatFact),
    start: () => codat.processing.start(),
    flush() {
      codat.processing.flush();
      codat.datasets.flush();
    },
    close() {
      codat.processing.close();
      codat.datasets.close();
    },
    page: controlPage,
    reads: controlReads(codat),
    writes: controlWrites(codat),
  };
}

function createInside(sandbox: Sandbox): CodatSandbox {
  const { settings, world } = sandbox;
  const companies = new Companies();
  const now = () => world.clock.now();
  const codat: CodatSandbox = {
    ...{ sandbox, companies, library: new Library(sandbox), pushes: new Pushes() },
    portal: new Portal(settings),
    processing: new Processing(() => codat),
    datasets: new Datasets(() => codat),
    hooks: new Hooks(() => codat, settings),
    faults: new CodatFaults(Date.now),
    otps: new Otps(),
    quota: new Quota(now, () => settings.codatCallsPerDay ?? quotaOf(companies)),
    replays: new Replays(),
    record: (fact) => sandbox.record(fact),
  };
  return codat;
}

/** A thousand calls a day, and as many again for each company with something linked. */
function quotaOf(companies: Companies): number {
  const active = companies
    .all()
    .filter(({ connections }) => connections.some(({ status }) => status === "Linked"));
  return callsPerDay * (1 + active.length);
}

function apply(codat: CodatSandbox, fact: CodatFact): void {
  const { companies, pushes, portal, library } = codat;
  companies.apply(fact);
  pushes.apply(fact);
  portal.apply(fact);
  switch (fact.did) {
    case "account_mapped": {
      const connection = companies.connection(fact.connectionId);
      const account = connection?.accounts.get(fact.accountId);
      if (connection === undefined || account === undefined || fact.targetId !== null) return;
      account.targetId = library.of(connection)?.open(account.fields, fact.at).id ?? null;
      return;
    }
    case "push_ended": {
      const push = pushes.find(fact.key);
      if (push !== undefined && fact.status === "Success") write(codat, push, fact.at);
      return;
    }
    case "push_written": {
      const push = pushes.find(fact.key);
      if (push !== undefined) write(codat, push, fact.at);
      return;
    }
    case "synced":
      for (const connection of companies.find(fact.companyId)?.connections ?? []) {
        library.of(connection)?.sync();
      }
      return;
    case "line_changed": {
      const { of: _, did: __, books, lineId, at, ...changes } = fact;
      library.get(books).change(lineId, changes, at);
      return;
    }
    case "line_deleted":
      remove(codat, library.get(fact.books), fact.lineId);
      return;
    case "line_doubled":
      library.get(fact.books).double(fact.lineId, fact.at);
      return;
    case "paid_there":
      payThere(library.get(fact.books), fact.payment, fact.at);
      return;
  }
}

/** Somebody deleted a line in the books: nothing is there under its id any more, and it may be pushed again. */
function remove({ companies, library }: CodatSandbox, books: Books, lineId: string): void {
  const found = books.find(lineId);
  books.remove(lineId);
  const id = found?.line.pushedAs ?? null;
  if (id === null || found?.account.lines.some(({ pushedAs }) => pushedAs === id)) return;
  for (const connection of companies.connections()) {
    if (library.of(connection) !== books) continue;
    for (const source of connection.accounts.values()) source.takenIds.delete(id);
  }
}

/** Somebody booked a payment in the package itself. */
function payThere(books: Books, payment: PaymentDraft, at: number): void {
  books.pay(payment, `${books.key}:${books.payments.length}`, at);
}

/** Puts what was pushed into the books. */
function write({ companies, library }: CodatSandbox, push: Push, at: number): void {
  const connection = companies.connection(push.connectionId);
  const books = connection === undefined ? undefined : library.of(connection);
  if (connection === undefined || books === undefined) return;
  push.written = true;
  if (push.body.dataType === "bankAccounts") {
    push.recordId = books.add(push.body.account, push.key, at);
    return;
  }
  if (push.body.dataType !== "bankTransactions") {
    push.recordId = books.pay(push.body.payment, push.key, at);
    return;
  }
  const { accountId, transactions } = push.body;
  const source = connection.accounts.get(accountId);
  if (source === undefined || source.targetId === null) return;
  books.write(source.targetId, transactions, push.key, at);
  for (const { id } of transactions) source.takenIds.add(id);
  const balance = transactions.at(-1)?.balance ?? null;
  if (balance !== null) source.fields = { ...source.fields, balance };
}
