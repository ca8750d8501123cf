import { validate as isUuid } from "uuid";
import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type ApiKeySummary, apiKeyColumns } from "./api-key.ts";
import { announceRevocation, applyRevocation } from "./revocations.ts";

/**
 * Ends a key for good, here at once and in other processes with the commit. Revoking twice changes nothing.
 * @throws Forbidden, NotFound
 */
export async function revokeApiKey(app: App, viewer: Viewer, id: string): Promise<ApiKeySummary> {
  authorise(viewer, "api_keys:manage");
  if (!isUuid(id)) throw new NotFound("API key");
  const apiKey = await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const [revoked] = await tx.query<ApiKeySummary>(
      `UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL
       RETURNING ${apiKeyColumns}`,
      [id, app.now()],
    );
    if (revoked) {
      await recordAudit(tx, viewer, {
        action: "api_key.revoked",
        subjectKind: "api_key",
        subjectId: id,
        detail: { name: revoked.name, prefix: revoked.prefix },
      });
      await announceRevocation(tx, { kind: "api_key", apiKeyId: id });
      return revoked;
    }
    const [earlier] = await tx.query<ApiKeySummary>(
      `SELECT ${apiKeyColumns} FROM api_key WHERE id = $1`,
      [id],
    );
    if (!earlier) throw new NotFound("API key");
    return earlier;
  });
  applyRevocation(app.database, { kind: "api_key", apiKeyId: id });
  return apiKey;
}
