import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { readAsHolder } from "../../db/before-tenant.ts";
import { isPermission } from "../permissions.ts";
import type { Viewer } from "../viewer.ts";
import { CredentialRefused } from "./credential-refused.ts";
import { hashSecret } from "./secrets.ts";

/** Every key begins so: people and secret scanners tell at sight what it is. */
export const apiKeyScheme = "tieout_";

/** "Last used" is for people: no need to write with every request. */
const usedStepMs = 60_000;

/** @throws CredentialRefused for a key that is unknown or revoked, or of another organisation than named */
export async function findApiKeyViewer(
  app: App,
  secret: string,
  organisation: string | null,
): Promise<Viewer> {
  const secretHash = hashSecret(secret);
  const [key] = await readAsHolder(app.database, { kind: "api_key", secretHash }, (sql) =>
    sql.query<KeyRow>(
      `SELECT id, organisation_id, name, permissions, last_used_at FROM api_key
       WHERE secret_hash = $1 AND revoked_at IS NULL`,
      [secretHash],
    ),
  );
  if (!key) throw new CredentialRefused("invalid");
  if (organisation !== null && organisation !== key.organisation_id) {
    throw new CredentialRefused("not_a_member");
  }
  await noteUse(app, key);
  return {
    actor: { kind: "api_key", id: key.id, name: key.name },
    organisationId: key.organisation_id,
    permissions: new Set(key.permissions.filter(isPermission)),
    sessionId: null,
  };
}

interface KeyRow {
  id: string;
  organisation_id: string;
  name: string;
  permissions: string[];
  last_used_at: Date | null;
}

async function noteUse(app: App, key: KeyRow): Promise<void> {
  const now = app.now();
  if (key.last_used_at && now.getTime() - key.last_used_at.getTime() < usedStepMs) return;
  await asOrganisation(app.database, key.organisation_id, (tx) =>
    tx.query(
      `UPDATE api_key SET last_used_at = $2
       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`,
      [key.id, now],
    ),
  );
}
