import { randomInt } from "node:crypto";
import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudit } from "../audit/record.ts";
import { InvalidInput } from "../errors.ts";
import { isPermission, type Permission } from "../permissions.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type ApiKeySummary, apiKeyColumns } from "./api-key.ts";
import { checkName } from "./check-name.ts";
import { apiKeyScheme } from "./find-api-key-viewer.ts";
import { hashSecret, newSecret } from "./secrets.ts";

/** The most keys of an organisation that work at one time. */
export const liveApiKeysMax = 100;

/**
 * Creates a key with some of the creator's own permissions.
 * @returns the key, and its secret, which is not kept: only its hash is
 * @throws Forbidden for a permission that the creator lacks; InvalidInput
 */
export async function createApiKey(
  app: App,
  viewer: Viewer,
  input: { name: string; permissions: readonly string[] },
): Promise<{ apiKey: ApiKeySummary; secret: string }> {
  authorise(viewer, "api_keys:manage");
  const name = checkName(input.name);
  const permissions = checkPermissions(input.permissions);
  for (const permission of permissions) authorise(viewer, permission);
  const prefix = `${apiKeyScheme}${newPrefix()}`;
  const secret = `${prefix}_${newSecret()}`;
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    await assertRoom(tx);
    const [apiKey] = await tx.query<ApiKeySummary>(
      `INSERT INTO api_key
         (organisation_id, id, name, prefix, secret_hash, permissions, created_by, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${apiKeyColumns}`,
      [
        tx.organisationId,
        newId(),
        name,
        prefix,
        hashSecret(secret),
        permissions,
        viewer.actor.kind === "person" ? viewer.actor.id : null,
        app.now(),
      ],
    );
    if (!apiKey) throw new TypeError("INSERT answers its row");
    await recordAudit(tx, viewer, {
      action: "api_key.created",
      subjectKind: "api_key",
      subjectId: apiKey.id,
      detail: { name, prefix, permissions },
    });
    return { apiKey, secret };
  });
}

function checkPermissions(given: readonly string[]): Permission[] {
  const permissions = [...new Set(given)].sort();
  if (permissions.length === 0) throw new InvalidInput("Choose a permission.", "permissions");
  return permissions.map((permission) => {
    if (isPermission(permission)) return permission;
    throw new InvalidInput("There is no such permission: see `permissions`.", "permissions");
  });
}

/** One creation after another, so that the bound holds. */
async function assertRoom(tx: TenantTransaction): Promise<void> {
  await tx.query("SELECT FROM organisation FOR UPDATE");
  const [live] = await tx.query<{ count: bigint }>(
    "SELECT count(*) AS count FROM api_key WHERE revoked_at IS NULL",
  );
  if (live && live.count >= liveApiKeysMax) {
    throw new InvalidInput(`Revoke a key first: an organisation has at most ${liveApiKeysMax}.`);
  }
}

const prefixAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";

function newPrefix(): string {
  return Array.from({ length: 8 }, () => prefixAlphabet[randomInt(prefixAlphabet.length)]).join("");
}
