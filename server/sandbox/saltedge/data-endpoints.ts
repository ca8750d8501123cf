import { institutionsMatching } from "../world/institutions.ts";
import { type Answer, type Call, connectionOf, metaOf, pageOf, pageSize } from "./call.ts";
import type { Connection } from "./connections.ts";
import { accountId } from "./ids.ts";
import { problems } from "./problems.ts";
import { providerCode, toAccount, toProvider, toTransaction } from "./translate.ts";

export function listProviders(call: Call): Answer {
  const country = call.query.get("country_code");
  const countries = country === null ? null : [country];
  const { institutions } = call.sandbox.world;
  const found = institutionsMatching(institutions, "", countries);
  const rows = found.map((one) => ({ id: one.institutionId, row: toProvider(one) }));
  return pageOf(call, "/providers", rows);
}

export function showProvider(call: Call): Answer {
  const { institutions } = call.sandbox.world;
  const found = institutions.find((institution) => providerCode(institution) === call.id);
  if (found === undefined) throw problems.provider();
  return { data: toProvider(found) };
}

export function listAccounts(call: Call): Answer {
  const connection = connectionOf(call, call.query.get("connection_id"));
  const { world } = call.sandbox;
  // The first fetch has yet to find them.
  const paths = connection.stage === "none" ? [] : connection.paths;
  const rows = paths.map((path) => ({
    id: accountId(connection.connectionId, path),
    row: toAccount(connection, world.account(path)),
  }));
  return pageOf(call, "/accounts", rows);
}

/** Booked rows by ascending id, or, when asked for, the pending ones. */
export function listTransactions(call: Call): Answer {
  const { world, faults, fetches } = call.sandbox;
  const connection = connectionOf(call, call.query.get("connection_id"));
  const path = pathOf(connection, call.query.get("account_id"));
  const translate = (listed: Parameters<typeof toTransaction>[2]) =>
    toTransaction(world, connection, listed);
  if (call.query.get("pending") === "true") {
    const listed = connection.ledger.pending(world, path);
    return pageOf(
      call,
      "/transactions",
      listed.map((one) => ({ id: one.id, row: translate(one) })),
    );
  }
  const given = call.query.get("from_id") ?? "0";
  if (!/^\d{1,20}$/.test(given)) throw problems.format("from_id");
  const fromId = BigInt(given);
  const page = connection.ledger.page(world, path, { fromId, count: pageSize(call) });
  const data = page.rows.map(translate);
  const target = { wire: "saltedge", consentId: connection.connectionId };
  const endless = page.nextId === null && faults.take("endless_pages", target) !== undefined;
  const nextId = endless ? connection.ledger.idBeyond(fromId) : page.nextId;
  if (faults.take("mutation", target) !== undefined) fetches.now(connection);
  return { data, meta: metaOf(call, "/transactions", nextId) };
}

function pathOf(connection: Connection, id: string | null): string {
  const path = connection.paths.find((one) => accountId(connection.connectionId, one) === id);
  if (path === undefined) throw problems.account();
  return path;
}
