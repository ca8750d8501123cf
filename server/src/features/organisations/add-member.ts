import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { type Sql, sqlOver } from "../../db/sql.ts";
import type { Role } from "../../generated/prisma/enums.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { addMembership } from "./add-membership.ts";
import { addPerson } from "./add-person.ts";
import { checkName } from "./check-name.ts";
import { checkEmail } from "./email.ts";
import { type Member, membersMax, readMembers } from "./member.ts";
import { checkPasswordPolicy, hashPassword } from "./password.ts";
import { applyRevocation } from "./revocations.ts";

export interface NewMember {
  email: string;
  /** For somebody new; a person who is known keeps theirs. */
  name: string;
  role: Role;
  /** A first password for somebody new. */
  password: string | null;
}

/**
 * Brings a person into the organisation, creating them when nobody has the e-mail.
 * @throws Forbidden, InvalidInput; Conflict for somebody who is a member already
 */
export async function addMember(app: App, viewer: Viewer, input: NewMember): Promise<Member> {
  authorise(viewer, "members:manage");
  if (input.role === "owner") authorise(viewer, "owners:manage");
  const email = checkEmail(input.email);
  const known = await findPersonId(sqlOver(app.database.pool), email);
  const stranger = known === null ? await checkStranger(app, { ...input, email }) : null;
  const member = await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    await assertRoom(tx);
    const personId = stranger ? await addPerson(tx, stranger) : await findPersonId(tx, email);
    if (personId === null) throw new NotFound("person");
    if (known !== null && input.password !== null) await refusePassword(tx, personId);
    const id = await addMembership(tx, personId, input.role);
    const [added] = await readMembers(tx, "m.id = $1", [id]);
    if (!added) throw new TypeError("a member that was added is there");
    await recordAudit(tx, viewer, {
      action: "member.added",
      subjectKind: "member",
      subjectId: id,
      detail: { name: added.person.name, email, role: input.role },
    });
    return added;
  });
  applyRevocation(app.database, { kind: "person", personId: member.person.id });
  return member;
}

async function findPersonId(sql: Sql, email: string): Promise<string | null> {
  const [person] = await sql.query<{ id: string }>("SELECT id FROM person WHERE email = $1", [
    email,
  ]);
  return person?.id ?? null;
}

async function checkStranger(app: App, { email, name, password }: NewMember) {
  const person = { email, name: checkName(name) };
  if (password !== null) {
    checkPasswordPolicy(password);
    return { ...person, passwordHash: await hashPassword(password, app.now()) };
  }
  if (!app.config.oidc) {
    throw new InvalidInput("Give a first password: nobody has this e-mail yet.", "password");
  }
  return { ...person, passwordHash: null };
}

/** A password set here would be one for all organisations of that person. */
async function refusePassword(tx: TenantTransaction, personId: string): Promise<void> {
  const members = await readMembers(tx, "m.person_id = $1", [personId]);
  if (members.length > 0) throw new Conflict("This person is a member already.");
  throw new InvalidInput("This person has a password already: leave it out.", "password");
}

async function assertRoom(tx: TenantTransaction): Promise<void> {
  await tx.query("SELECT FROM organisation FOR UPDATE");
  const [members] = await tx.query<{ count: bigint }>("SELECT count(*) AS count FROM membership");
  if (members && members.count >= membersMax) {
    throw new Conflict(`An organisation has at most ${membersMax} members.`);
  }
}
