import type { Connection } from "./connections.ts";
import { plannedProblem, problems } from "./problems.ts";
import type { SaltEdgeSandbox } from "./saltedge-sandbox.ts";

/** One request on its way to an endpoint. */
export interface Call {
  sandbox: SaltEdgeSandbox;
  query: URLSearchParams;
  /** What the body holds under `data`. */
  data: Record<string, unknown>;
  /** The id in the path; "" where it has none. */
  id: string;
}

/** What an endpoint answers: an object, or a page of a list. */
export interface Answer {
  data: unknown;
  meta?: { next_id: string | null; next_page: string | null };
}

/** The connection that a call is about, if nothing that was set keeps it from being answered. */
export function connectionOf(call: Call, connectionId: string | null): Connection {
  const { connections, plannedErrors } = call.sandbox;
  const connection = connections.find(connectionId ?? "");
  if (connection === undefined) throw problems.connection();
  const planned = plannedErrors.take(connection.connectionId);
  if (planned !== null) throw plannedProblem(planned);
  return connection;
}

const pageDefault = 100;
const pageMax = 1_000;

export function pageSize({ query }: Call): number {
  const given = query.get("per_page");
  if (given === null) return pageDefault;
  const count = Number(given);
  if (!/^\d{1,4}$/.test(given) || count < 1 || count > pageMax) throw problems.format("per_page");
  return count;
}

/** A page of a list that is made whole. */
export function pageOf(
  call: Call,
  path: string,
  rows: readonly { id: string; row: unknown }[],
): Answer {
  const fromId = call.query.get("from_id");
  const start = fromId === null ? 0 : rows.findIndex(({ id }) => id === fromId);
  if (start < 0) throw problems.format("from_id");
  const end = start + pageSize(call);
  const data = rows.slice(start, end).map(({ row }) => row);
  return { data, meta: metaOf(call, path, rows[end]?.id ?? null) };
}

export function metaOf(
  call: Call,
  path: string,
  nextId: string | null,
): NonNullable<Answer["meta"]> {
  if (nextId === null) return { next_id: null, next_page: null };
  const query = new URLSearchParams(call.query);
  query.set("from_id", nextId);
  return { next_id: nextId, next_page: `/api/v6${path}?${query}` };
}

/** A text field of an object that came with a request. */
export function field(of: Record<string, unknown>, name: string): string {
  const value = of[name];
  if (typeof value !== "string" || value === "" || value.length > 2_000)
    throw problems.format(name);
  return value;
}

export function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
