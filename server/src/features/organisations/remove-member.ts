import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lastOwnerConflict, lockMember, type Member } from "./member.ts";
import { announceRevocation, applyRevocation, type Revocation } from "./revocations.ts";

/**
 * Takes a person out of the organisation. The person, and what they did, stay known.
 * @throws Forbidden, NotFound; Conflict for the last owner
 */
export async function removeMember(app: App, viewer: Viewer, id: string): Promise<Member> {
  authorise(viewer, "members:manage");
  const removed = await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const { member, isLastOwner } = await lockMember(tx, id);
    if (member.role === "owner") authorise(viewer, "owners:manage");
    if (isLastOwner) throw lastOwnerConflict();
    await tx.query("DELETE FROM membership WHERE id = $1", [member.id]);
    await recordAudit(tx, viewer, {
      action: "member.removed",
      subjectKind: "member",
      subjectId: member.id,
      detail: { name: member.person.name, email: member.person.email, role: member.role },
    });
    await announceRevocation(tx, revocationOf(member));
    return member;
  });
  applyRevocation(app.database, revocationOf(removed));
  return removed;
}

function revocationOf({ person }: Member): Revocation {
  return { kind: "person", personId: person.id };
}
