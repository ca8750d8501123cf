/** An API key as it is shown: never its secret. */
export interface ApiKeySummary {
  readonly id: string;
  readonly name: string;
  /** The key's first characters, by which people tell keys apart. */
  readonly prefix: string;
  readonly permissions: readonly string[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What each statement that answers a key selects. */
export const apiKeyColumns = `id, name, prefix, permissions, created_at AS "createdAt",
  last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"`;
