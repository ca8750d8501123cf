import type { ItemTrouble } from "./problems.ts";

/** What can happen to items, tokens and signing keys at the aggregator. */
export type PlaidFact =
  | {
      of: "plaid";
      did: "linked";
      itemId: string;
      institutionKey: string;
      paths: string[];
      accessToken: string;
      webhook: string | null;
      /** Oldest date that the item may see. */
      from: string;
      on: string;
      at: number;
    }
  | { of: "plaid"; did: "public_token_made"; publicToken: string; itemId: string; at: number }
  | { of: "plaid"; did: "public_token_used"; publicToken: string; itemId: string }
  | { of: "plaid"; did: "sync_called"; itemId: string }
  | { of: "plaid"; did: "backfilled"; itemId: string; stage: "initial" | "historical"; on: string }
  | { of: "plaid"; did: "token_changed"; itemId: string; accessToken: string }
  | { of: "plaid"; did: "webhook_changed"; itemId: string; webhook: string | null }
  | { of: "plaid"; did: "trouble_set"; itemId: string; trouble: ItemTrouble | null }
  | { of: "plaid"; did: "consent_renewed"; itemId: string; at: number }
  | { of: "plaid"; did: "accounts_chosen"; itemId: string; paths: string[] }
  | { of: "plaid"; did: "removed"; itemId: string }
  | { of: "plaid"; did: "key_added"; key: StoredKey }
  | { of: "plaid"; did: "key_expired"; kid: string; at: number };

/** A webhook signing key, both halves as JWK. */
export interface StoredKey {
  kid: string;
  privateJwk: Record<string, unknown>;
  x: string;
  y: string;
  createdAt: number;
}
