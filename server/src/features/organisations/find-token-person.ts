import type { App } from "../../app.ts";
import { sqlOver } from "../../db/sql.ts";
import { CredentialRefused } from "./credential-refused.ts";
import { normaliseEmail } from "./email.ts";
import type { TokenClaims } from "./verify-token.ts";

/**
 * The person whom the issuer's subject is bound to. The first token with a verified e-mail binds it: from then on
 * the subject alone counts, so that an address that moves to somebody else at the issuer opens nothing.
 * @throws CredentialRefused for nobody of ours
 */
export async function findTokenPerson(
  app: App,
  claims: TokenClaims,
): Promise<{ id: string; name: string }> {
  const sql = sqlOver(app.database.pool);
  const [bound] = await sql.query<PersonRow>(
    "SELECT id, name FROM person WHERE issuer_subject = $1",
    [claims.subject],
  );
  if (bound) return bound;
  if (claims.verifiedEmail === null) throw new CredentialRefused("invalid");
  const [binding] = await sql.query<PersonRow>(
    `UPDATE person SET issuer_subject = $1
     WHERE email = $2 AND (issuer_subject IS NULL OR issuer_subject = $1) RETURNING id, name`,
    [claims.subject, normaliseEmail(claims.verifiedEmail)],
  );
  if (!binding) throw new CredentialRefused("invalid");
  return binding;
}

interface PersonRow {
  id: string;
  name: string;
}
