import type { WireTrouble } from "../wires/wire.ts";

/** What can happen to customers, connections and their attempts at the aggregator. Instants are of the sandbox's clock. */
export type SaltEdgeFact =
  | { of: "saltedge"; did: "customer_made"; customerId: string; identifier: string; at: number }
  | {
      of: "saltedge";
      did: "connected";
      connectionId: string;
      customerId: string;
      institutionKey: string;
      paths: string[];
      /** Oldest date that it may see. */
      from: string;
      consentId: string;
      attemptId: string;
      at: number;
    }
  | {
      of: "saltedge";
      did: "reconnected";
      connectionId: string;
      paths: string[];
      consentId: string;
      attemptId: string;
      at: number;
    }
  | {
      of: "saltedge";
      did: "fetched";
      connectionId: string;
      attemptId: string;
      userPresent: boolean;
      /** The last days only, or all that was asked for; the second is a success. */
      stage: "recent" | "full";
      on: string;
      at: number;
    }
  | {
      of: "saltedge";
      did: "trouble_set";
      connectionId: string;
      trouble: WireTrouble | null;
      attemptId: string;
      at: number;
    }
  | { of: "saltedge"; did: "refresh_requested"; connectionId: string; at: number }
  | { of: "saltedge"; did: "removed"; connectionId: string };
