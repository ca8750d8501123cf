import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type Alias, aliasColumns } from "./alias.ts";

/**
 * Takes back that a payer is a client: deciding does not look at it any more, however often it is confirmed. What was
 * matched by it stays. Again, it changes nothing.
 * @throws Forbidden, NotFound
 */
export function revokeAlias(app: App, viewer: Viewer, id: string): Promise<Alias> {
  return setRevoked(app, viewer, id, true);
}

/** Takes it up again, and queues matching. Again, it changes nothing. @throws Forbidden, NotFound */
export function restoreAlias(app: App, viewer: Viewer, id: string): Promise<Alias> {
  return setRevoked(app, viewer, id, false);
}

async function setRevoked(app: App, viewer: Viewer, id: string, revoke: boolean): Promise<Alias> {
  authorise(viewer, "matching:manage");
  const [known] = knownIds([id], "learned name");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const [alias] = await tx.query<Alias>(
      `SELECT ${aliasColumns} FROM alias WHERE id = $1 FOR UPDATE`,
      [known],
    );
    if (!alias) throw new NotFound("learned name");
    if (revoke === (alias.revokedAt !== null)) return alias;
    const revokedAt = revoke ? app.now() : null;
    const revokedBy = revoke ? viewer.actor.name : null;
    await tx.query("UPDATE alias SET revoked_at = $2, revoked_by = $3 WHERE id = $1", [
      alias.id,
      revokedAt,
      revokedBy,
    ]);
    await recordAudit(tx, viewer, {
      action: revoke ? "alias.revoked" : "alias.restored",
      subjectKind: "alias",
      subjectId: alias.id,
      detail: { payer: alias.payerText, client: alias.clientName },
    });
    if (!revoke) await enqueueMatching(tx);
    return { ...alias, revokedAt, revokedBy };
  });
}
