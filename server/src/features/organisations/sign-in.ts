import type { App } from "../../app.ts";
import { inTransaction } from "../../db/in-transaction.ts";
import { sqlOver } from "../../db/sql.ts";
import { InvalidInput } from "../errors.ts";
import type { Viewer } from "../viewer.ts";
import { normaliseEmail } from "./email.ts";
import { verifyPassword } from "./password.ts";
import { currentMembership, personViewer } from "./person-viewer.ts";
import { type StartedSession, startSession } from "./sessions.ts";
import { countAttempt, forgive } from "./sign-in-limit.ts";

export interface SignInInput {
  email: string;
  password: string;
  /** The client's address. */
  address: string;
  /** The session that the browser came with: it ends, so that nobody else's cookie lives on in the new one. */
  replaces: string | null;
}

export interface SignedIn {
  readonly viewer: Viewer;
  readonly session: StartedSession;
}

/**
 * Starts a session in the organisation that the person was in last.
 * @throws InvalidInput for a wrong e-mail or password, without saying which
 * @throws RateLimited
 */
export async function signIn(app: App, input: SignInInput): Promise<SignedIn> {
  const email = normaliseEmail(input.email);
  const attempt = await countAttempt(app, email, input.address);
  const person = await findPerson(app, email);
  const right = await verifyPassword(person?.password_hash ?? null, input.password, app.now());
  if (!person || !right) throw new InvalidInput("The e-mail or the password is wrong.");
  const membership = await currentMembership(app, person.id, person.last_organisation_id);
  if (!membership) {
    throw new InvalidInput("You belong to no organisation any more: ask one of its owners.");
  }
  const session = await inTransaction(app.database, async (sql) => {
    await forgive(sql, attempt);
    await sql.query("UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", [
      input.replaces,
      app.now(),
    ]);
    const organisationId = membership.organisation.id;
    return startSession(app, sql, { personId: person.id, organisationId });
  });
  return { viewer: personViewer(person, membership, session.id), session };
}

interface PersonRow {
  id: string;
  name: string;
  password_hash: string | null;
  last_organisation_id: string | null;
}

async function findPerson(app: App, email: string): Promise<PersonRow | null> {
  const [person] = await sqlOver(app.database.pool).query<PersonRow>(
    `SELECT id, name, password_hash,
       (SELECT current_organisation_id FROM session WHERE person_id = person.id
        ORDER BY last_seen_at DESC, id DESC LIMIT 1) AS last_organisation_id
     FROM person WHERE email = $1`,
    [email],
  );
  return person ?? null;
}
