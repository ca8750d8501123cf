import type { AnnouncementKind } from "../../core/announcement-sentence.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import type { AnnouncementSubject } from "./announce.ts";

export type Settlement = AnnouncementSubject & {
  /** Absent: of every kind. */
  readonly kinds?: readonly AnnouncementKind[];
  /** Absent: of every occasion. */
  readonly occasions?: readonly string[];
  /** Occasions whose reason still stands. */
  readonly exceptOccasions?: readonly string[];
  readonly at: Date;
};

/**
 * Takes announcements off the screen because their reason is gone. They stay on record.
 * @returns how many were open
 */
export async function settle(tx: TenantTransaction, settlement: Settlement): Promise<number> {
  const { connectionId = null, accountId = null, at } = settlement;
  const settled = await tx.query(
    `UPDATE announcement SET settled_at = $4
     WHERE organisation_id = $1 AND settled_at IS NULL
       AND connection_id IS NOT DISTINCT FROM $2::uuid AND account_id IS NOT DISTINCT FROM $3::uuid
       AND ($5::text[] IS NULL OR kind = ANY ($5))
       AND ($6::text[] IS NULL OR occasion = ANY ($6))
       AND occasion <> ALL ($7::text[])
     RETURNING id`,
    [
      tx.organisationId,
      connectionId,
      accountId,
      at,
      settlement.kinds ?? null,
      settlement.occasions ?? null,
      settlement.exceptOccasions ?? [],
    ],
  );
  if (settled.length > 0) emit(tx, { topic: "announcements.changed" });
  return settled.length;
}
