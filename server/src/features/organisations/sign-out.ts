import type { App } from "../../app.ts";
import { inTransaction } from "../../db/in-transaction.ts";
import type { Viewer } from "../viewer.ts";
import { announceRevocation, applyRevocation, type Revocation } from "./revocations.ts";

/** Ends every session of the person, on every device, and their open sockets. Programs have none: no effect. */
export async function signOut(app: App, viewer: Viewer): Promise<void> {
  if (viewer.actor.kind !== "person") return;
  const personId = viewer.actor.id;
  const revocation: Revocation = { kind: "person", personId };
  await inTransaction(app.database, async (sql) => {
    await sql.query("UPDATE session SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL", [
      personId,
      app.now(),
    ]);
    await announceRevocation(sql, revocation);
  });
  applyRevocation(app.database, revocation);
}
