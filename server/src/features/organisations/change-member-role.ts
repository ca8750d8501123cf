import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { Role } from "../../generated/prisma/enums.ts";
import { recordAudit } from "../audit/record.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lastOwnerConflict, lockMember, type Member } from "./member.ts";
import { announceRevocation, applyRevocation, type Revocation } from "./revocations.ts";

/**
 * Gives a member another role. Only owners make and unmake owners, and one is always left.
 * @throws Forbidden, NotFound, Conflict
 */
export async function changeMemberRole(
  app: App,
  viewer: Viewer,
  input: { id: string; role: Role },
): Promise<Member> {
  authorise(viewer, "members:manage");
  const changed = await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const { member, isLastOwner } = await lockMember(tx, input.id);
    if (member.role === input.role) return member;
    if (member.role === "owner" || input.role === "owner") authorise(viewer, "owners:manage");
    if (isLastOwner) throw lastOwnerConflict();
    await tx.query("UPDATE membership SET role = $2::role WHERE id = $1", [member.id, input.role]);
    await recordAudit(tx, viewer, {
      action: "member.role_changed",
      subjectKind: "member",
      subjectId: member.id,
      detail: { name: member.person.name, from: member.role, to: input.role },
    });
    await announceRevocation(tx, revocationOf(member));
    return { ...member, role: input.role };
  });
  applyRevocation(app.database, revocationOf(changed));
  return changed;
}

/** What the person was allowed before must not outlive the change. */
function revocationOf({ person }: Member): Revocation {
  return { kind: "person", personId: person.id };
}
