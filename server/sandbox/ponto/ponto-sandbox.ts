import type { KeyObject } from "node:crypto";
import type { Sandbox } from "../sandbox.ts";
import type { PlannedErrors } from "../wires/planned-errors.ts";
import type { Integrations } from "./integrations.ts";
import type { Keys } from "./keys.ts";
import type { Synchronizations } from "./synchronizations.ts";

/** What a client of the API has to sign on with. */
export const pontoClient = {
  id: "sandbox-ponto-client",
  secret: "sandbox-ponto-secret",
  applicationId: "sandbox-ponto-application",
  signatureKeyId: "sandbox-ponto-signature",
} as const;

/** Everything that Ponto's handlers may reach. */
export interface PontoSandbox {
  readonly sandbox: Sandbox;
  readonly integrations: Integrations;
  readonly keys: Keys;
  readonly plannedErrors: PlannedErrors;
  readonly syncs: Synchronizations;
  /** Access tokens of the client's own, with the instants at which they end. */
  readonly clientTokens: Map<string, number>;
  /** The API's address; empty while nobody listens there. */
  url: string;
  /** Whom requests must be signed by; null: they need no signature. */
  signer: KeyObject | null;
}
