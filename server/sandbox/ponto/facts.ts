import type { WireFact, WireTrouble } from "../wires/wire.ts";

/** What can happen to integrations, tokens and keys at Ponto. */
export type PontoFact = WireFact & { of: "ponto" } & (
    | { did: "key_added"; key: StoredKey }
    | {
        did: "authorized";
        consentId: string;
        institutionKey: string;
        paths: string[];
        /** Oldest day that is imported. */
        from: string;
        code: string;
        challenge: string;
        redirectUri: string;
        at: number;
      }
    | {
        did: "tokens_made";
        consentId: string;
        accessToken: string;
        refreshToken: string;
        at: number;
      }
    | { did: "access_spent"; consentId: string }
    | { did: "reauthorized"; consentId: string; at: number }
    | { did: "trouble_set"; consentId: string; trouble: WireTrouble | null; at: number }
    | { did: "sync_requested"; consentId: string; path: string; sync: RequestedSync }
    | {
        did: "sync_ended";
        consentId: string;
        path: string;
        syncId: string;
        error: string | null;
        at: number;
      }
    | { did: "ended"; consentId: string }
  );

export interface RequestedSync {
  readonly syncId: string;
  readonly subtype: string;
  /** The client's own are limited; those of the schedule are not. */
  readonly by: "client" | "schedule";
  readonly at: number;
}

/** A webhook signing key, both halves as JWK. */
export interface StoredKey {
  readonly kid: string;
  readonly privateJwk: Record<string, unknown>;
  readonly publicJwk: Record<string, unknown>;
}
