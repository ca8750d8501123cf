import { validate as isUuid } from "uuid";
import type { Sql } from "../../db/sql.ts";
import type { Role } from "../../generated/prisma/enums.ts";
import { Conflict, NotFound } from "../errors.ts";
import type { PersonSummary } from "./memberships.ts";

/** A person in an organisation. The id is the membership's. */
export interface Member {
  readonly id: string;
  readonly person: PersonSummary;
  readonly role: Role;
  readonly joinedAt: Date;
}

/** The most people in one organisation. */
export const membersMax = 1_000;

/** @param condition over the membership `m`; "true" for all */
export async function readMembers(
  sql: Sql,
  condition = "true",
  values: readonly unknown[] = [],
): Promise<Member[]> {
  const rows = await sql.query<MemberRow>(
    `SELECT m.id, m.role, m.created_at, m.person_id, p.name, p.email
     FROM membership m JOIN person p ON p.id = m.person_id
     WHERE ${condition} ORDER BY p.name, m.id LIMIT ${membersMax}`,
    values,
  );
  return rows.map((row) => ({
    id: row.id,
    role: row.role,
    joinedAt: row.created_at,
    person: { id: row.person_id, name: row.name, email: row.email },
  }));
}

interface MemberRow {
  id: string;
  role: Role;
  created_at: Date;
  person_id: string;
  name: string;
  email: string;
}

/**
 * A member together with a lock on every owner: whoever changes owners does so one after another, and always
 * sees who is left.
 * @throws NotFound
 */
export async function lockMember(
  sql: Sql,
  id: string,
): Promise<{ member: Member; isLastOwner: boolean }> {
  if (!isUuid(id)) throw new NotFound("member");
  const locked = await sql.query<{ id: string; role: Role }>(
    "SELECT id, role FROM membership WHERE id = $1 OR role = 'owner' ORDER BY id FOR UPDATE",
    [id],
  );
  const [member] = await readMembers(sql, "m.id = $1", [id]);
  if (!member) throw new NotFound("member");
  const otherOwners = locked.filter((row) => row.role === "owner" && row.id !== member.id);
  return { member, isLastOwner: member.role === "owner" && otherOwners.length === 0 };
}

export function lastOwnerConflict(): Conflict {
  return new Conflict("An organisation keeps at least one owner: make another person owner first.");
}
