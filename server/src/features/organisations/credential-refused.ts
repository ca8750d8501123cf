import { Problem } from "../errors.ts";

export type CredentialRefusal =
  /** Malformed, forged, expired, revoked or of nobody here: deliberately not told apart. */
  | "invalid"
  /** Good, but not for the organisation that the caller named. */
  | "not_a_member"
  /** Good for several organisations, and the caller named none. */
  | "organisation_needed"
  /** The issuer's keys could not be read, so nothing can be said. */
  | "issuer_unreachable";

const messages: Record<CredentialRefusal, string> = {
  invalid: "This credential is not valid.",
  not_a_member: "This credential is not valid for that organisation.",
  organisation_needed: "Name the organisation in the header x-tieout-organisation.",
  issuer_unreachable: "The issuer of this token cannot be reached.",
};

/** A credential was presented and does not do: HTTP answers 401, never as if nobody had asked. */
export class CredentialRefused extends Problem {
  override readonly name = "CredentialRefused";
  readonly code = "CREDENTIAL_REFUSED";
  readonly reason: CredentialRefusal;

  constructor(reason: CredentialRefusal) {
    super(messages[reason]);
    this.reason = reason;
  }
}
