import type { App } from "../../app.ts";
import { currencyExponents } from "../../core/currencies.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { type Sql, sqlOver } from "../../db/sql.ts";
import { recordAudit } from "../audit/record.ts";
import { InvalidInput, NotFound } from "../errors.ts";
import { permissionsOfRole } from "../permissions.ts";
import type { Viewer } from "../viewer.ts";
import { addPerson } from "./add-person.ts";
import { checkName } from "./check-name.ts";
import { createOrganisation } from "./create-organisation.ts";
import { checkEmail } from "./email.ts";
import { checkPasswordPolicy, hashPassword } from "./password.ts";
import { hashSecret } from "./secrets.ts";
import { startSession } from "./sessions.ts";
import type { SignedIn } from "./sign-in.ts";

export interface SetUpInput {
  token: string;
  organisationName: string;
  /** ISO 4217. */
  baseCurrency: string;
  name: string;
  email: string;
  password: string;
}

/** Held while the first organisation is made, so that two links used at once make one. */
const setUpLock = 72_707_370;

/**
 * Creates the first organisation and its owner, and signs the owner in. All or nothing, and once.
 * @throws NotFound for a link that is unknown, used or expired; InvalidInput, which leaves the link usable
 */
export async function setUp(app: App, input: SetUpInput): Promise<SignedIn> {
  const secretHash = hashSecret(input.token);
  const now = app.now();
  // Asked first too, so that a guessed link costs no hashing.
  await assertUsable(sqlOver(app.database.pool), secretHash, now);
  const organisation = {
    name: checkName(input.organisationName, "organisationName"),
    baseCurrency: checkCurrency(input.baseCurrency),
  };
  const person = { name: checkName(input.name), email: checkEmail(input.email) };
  checkPasswordPolicy(input.password);
  const passwordHash = await hashPassword(input.password, now);
  const organisationId = newId();
  return asOrganisation(app.database, organisationId, async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [setUpLock]);
    await assertUsable(tx, secretHash, now);
    await tx.query("UPDATE setup_link SET used_at = $1 WHERE used_at IS NULL", [now]);
    const personId = await addPerson(tx, { ...person, passwordHash });
    await createOrganisation(tx, organisation, personId);
    const session = await startSession(app, tx, { personId, organisationId });
    const viewer: Viewer = {
      actor: { kind: "person", id: personId, name: person.name },
      organisationId,
      permissions: permissionsOfRole.owner,
      sessionId: session.id,
    };
    await recordAudit(tx, viewer, {
      action: "organisation.created",
      subjectKind: "organisation",
      subjectId: organisationId,
      detail: { name: organisation.name },
    });
    return { viewer, session };
  });
}

async function assertUsable(sql: Sql, secretHash: Buffer, now: Date): Promise<void> {
  const links = await sql.query(
    `SELECT FROM setup_link WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2
       AND NOT EXISTS (SELECT FROM person)`,
    [secretHash, now],
  );
  if (links.length === 0) throw new NotFound("set-up link");
}

function checkCurrency(code: string): string {
  if (!Object.hasOwn(currencyExponents, code)) {
    throw new InvalidInput("This is no ISO 4217 currency.", "baseCurrency");
  }
  return code;
}
