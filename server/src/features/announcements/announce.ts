import type { AnnouncementKind } from "../../core/announcement-sentence.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { emit } from "../../events/emit.ts";

/** What an announcement is about: a bank connection or an account. */
export type AnnouncementSubject =
  | { readonly connectionId: string; readonly accountId?: null }
  | { readonly accountId: string; readonly connectionId?: null };

export type NewAnnouncement = AnnouncementSubject & {
  readonly kind: AnnouncementKind;
  /** What makes it this one and no other, ISO 8601: the day the consent ends, the month of the statement. */
  readonly occasion: string;
  readonly at: Date;
};

/**
 * Tells people something, once for each occasion: again, it changes nothing, also after it was settled or dismissed.
 * @returns whether it was told now
 */
export async function announce(
  tx: TenantTransaction,
  announcement: NewAnnouncement,
): Promise<boolean> {
  const { kind, occasion, at, connectionId = null, accountId = null } = announcement;
  const told = await tx.query(
    `INSERT INTO announcement (organisation_id, id, kind, connection_id, account_id, occasion, announced_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (organisation_id, kind, connection_id, account_id, occasion) DO NOTHING RETURNING id`,
    [tx.organisationId, newId(), kind, connectionId, accountId, occasion, at],
  );
  if (told.length > 0) emit(tx, { topic: "announcements.changed" });
  return told.length > 0;
}
