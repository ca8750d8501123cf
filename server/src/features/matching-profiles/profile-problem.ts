import type { ProfileFieldProblem } from "../../core/matching/check-profile.ts";
import { Problem } from "../errors.ts";

/** A definition that cannot be used, with all that is wrong, field by field. */
export class ProfileProblem extends Problem {
  override readonly name = "ProfileProblem";
  readonly code = "PROFILE_INVALID";
  readonly fields: readonly ProfileFieldProblem[];

  constructor(fields: readonly ProfileFieldProblem[]) {
    super(fields[0]?.message ?? "The profile cannot be used.");
    this.fields = fields;
  }
}
