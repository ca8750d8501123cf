import type { AnnouncementKind } from "../../core/announcement-sentence.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import type { AnnouncementSubject } from "./announce.ts";

/**
 * Puts announcements back whose reason was gone and is there again. One that a person dismissed stays dismissed.
 * @returns how many were settled
 */
export async function reopen(
  tx: TenantTransaction,
  announcement: AnnouncementSubject & {
    readonly kind: AnnouncementKind;
    readonly occasions: readonly string[];
  },
): Promise<number> {
  const { kind, occasions, connectionId = null, accountId = null } = announcement;
  if (occasions.length === 0) return 0;
  const reopened = await tx.query(
    `UPDATE announcement SET settled_at = NULL
     WHERE organisation_id = $1 AND settled_at IS NOT NULL AND kind = $4 AND occasion = ANY ($5::text[])
       AND connection_id IS NOT DISTINCT FROM $2::uuid AND account_id IS NOT DISTINCT FROM $3::uuid
     RETURNING id`,
    [tx.organisationId, connectionId, accountId, kind, occasions],
  );
  if (reopened.length > 0) emit(tx, { topic: "announcements.changed" });
  return reopened.length;
}
