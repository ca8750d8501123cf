/** One entry of the log of who did what. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  /** The name as it was then. */
  readonly actorName: string;
  /** person, api_key or job */
  readonly actorKind: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** What the action's record says; whoever reads it trusts no shape. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What each statement that answers entries selects. */
export const auditColumns = `id, created_at AS at, actor_name AS "actorName", actor_kind AS "actorKind", action,
  subject_kind AS "subjectKind", subject_id AS "subjectId", detail`;
