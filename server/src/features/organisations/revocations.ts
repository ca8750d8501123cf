import { z } from "zod";
import type { Database } from "../../db/client.ts";
import type { Sql } from "../../db/sql.ts";
import { authenticationCacheOf } from "./authentication-cache.ts";

/** A right was taken away: sockets of this person or key must be looked at again (`sessionAlive`). */
export type Revocation =
  | { kind: "person"; personId: string }
  | { kind: "api_key"; apiKeyId: string }
  /** Some may have been missed: look at every socket. */
  | { kind: "all" };

export const revocationChannel = "tieout_revoked";

const revocationPayload = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("person"), personId: z.uuid() }),
  z.object({ kind: z.literal("api_key"), apiKeyId: z.uuid() }),
  z.object({ kind: z.literal("all") }),
]);

type Listener = (revocation: Revocation) => void;

const listeners = new WeakMap<Database, Set<Listener>>();

/** Tells the other server processes, when the caller's transaction commits. */
export async function announceRevocation(sql: Sql, revocation: Revocation): Promise<void> {
  await sql.query("SELECT pg_notify($1, $2)", [revocationChannel, JSON.stringify(revocation)]);
}

/** Makes it hold in this process at once. Call it after the commit. */
export function applyRevocation(database: Database, revocation: Revocation): void {
  authenticationCacheOf(database).clear();
  for (const listener of listeners.get(database) ?? []) listener(revocation);
}

/** What another process said on `revocationChannel`. Anything unreadable counts as "look at everything". */
export function hearRevocation(database: Database, payload: string): void {
  let said: unknown = null;
  try {
    said = JSON.parse(payload);
  } catch {
    // Handled as unreadable below.
  }
  const read = revocationPayload.safeParse(said);
  applyRevocation(database, read.success ? read.data : { kind: "all" });
}

/** @returns a function that stops listening */
export function onRevocation(database: Database, listener: Listener): () => void {
  const known = listeners.get(database) ?? new Set();
  listeners.set(database, known);
  known.add(listener);
  return () => known.delete(listener);
}
