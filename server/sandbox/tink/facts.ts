import type { WireTrouble } from "../wires/wire.ts";

/** What can happen to users, credentials and webhook endpoints at Tink. */
export type TinkFact =
  /** Signs access tokens, so that those of before a restart are still good. */
  | { of: "tink"; did: "key_made"; key: string }
  | { of: "tink"; did: "user_created"; userId: string; externalUserId: string; market: string }
  | { of: "tink"; did: "user_deleted"; userId: string }
  | {
      of: "tink";
      did: "consented";
      userId: string;
      credentialsId: string;
      institutionKey: string;
      market: string;
      paths: string[];
      at: number;
    }
  | { of: "tink"; did: "renewed"; credentialsId: string; paths: string[]; at: number }
  /** Tink has been to the bank. */
  | { of: "tink"; did: "fetched"; credentialsId: string; at: number }
  | {
      of: "tink";
      did: "trouble_set";
      credentialsId: string;
      trouble: WireTrouble | null;
      at: number;
      /** How many lines all banks had: later ones are not seen while it lasts. */
      rows: number;
    }
  | { of: "tink"; did: "credentials_deleted"; credentialsId: string }
  /** Tokens of the user that were issued until then are no longer taken. */
  | { of: "tink"; did: "tokens_spent"; userId: string; serial: number }
  | { of: "tink"; did: "endpoint_added"; endpoint: WebhookEndpoint };

export interface WebhookEndpoint {
  id: string;
  url: string;
  description: string;
  disabled: boolean;
  enabledEvents: string[];
  secret: string;
}
