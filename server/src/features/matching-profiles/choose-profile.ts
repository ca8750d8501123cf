import type { App } from "../../app.ts";
import { assert } from "../../core/assert.ts";
import type { ProfileFamily } from "../../core/matching/profile.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockOwnProfile } from "./keep-profiles.ts";
import { type Choice, readChoices } from "./list-profiles.ts";
import { isBuiltInId, type Profile, readProfile, readProfileVersion } from "./profile.ts";

/**
 * Says by which version of which profile a family is decided from now on, and whether without a person. What was matched
 * before stays. Queues a run; the same choice again changes nothing.
 * @param request.profileId null for the one that is built in
 * @param request.version the latest where null
 * @param request.automatic as it is where null
 * @throws Forbidden, NotFound, InvalidInput, Conflict for a profile of the other family or an archived one
 */
export async function chooseProfile(
  app: App,
  viewer: Viewer,
  request: {
    family: ProfileFamily;
    profileId: string | null;
    version: number | null;
    automatic: boolean | null;
  },
): Promise<Choice> {
  authorise(viewer, "matching:manage");
  const { family } = request;
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const chosen = await lockChosen(tx, request);
    const before = await readChoice(tx, family);
    const automatic = request.automatic ?? before.automatic;
    const version = chosen.builtIn ? null : (request.version ?? chosen.version);
    const same =
      before.profile.id === chosen.id &&
      before.automatic === automatic &&
      (version === null || before.version === version);
    if (same) return before;
    await tx.query(
      `INSERT INTO matching_choice (organisation_id, family, profile_id, version, automatic, chosen_by, chosen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (organisation_id, family) DO UPDATE SET profile_id = excluded.profile_id,
         version = excluded.version, automatic = excluded.automatic, chosen_by = excluded.chosen_by,
         chosen_at = excluded.chosen_at`,
      [
        ...[tx.organisationId, family, chosen.builtIn ? null : chosen.id, version, automatic],
        ...[viewer.actor.name, app.now()],
      ],
    );
    await recordAudit(tx, viewer, {
      action: "matching_profile.chosen",
      subjectKind: "organisation",
      subjectId: tx.organisationId,
      detail: {
        name: chosen.name,
        version: version ?? chosen.version,
        family: family === "invoice" ? "invoices and expenses" : "demands",
        automatic: automatic ? "on" : "off",
      },
    });
    await enqueueMatching(tx);
    return readChoice(tx, family);
  });
}

async function lockChosen(
  tx: TenantTransaction,
  request: { family: ProfileFamily; profileId: string | null; version: number | null },
): Promise<Profile> {
  const { family, version } = request;
  const id = request.profileId ?? family;
  const profile = isBuiltInId(id) ? await readProfile(tx, id) : await lockOwnProfile(tx, id);
  if (profile.family !== family) {
    throw new InvalidInput(`“${profile.name}” is a profile of another family.`, "profileId");
  }
  if (profile.archivedAt !== null) throw new Conflict("The profile is archived: restore it first.");
  if (version !== null) await readProfileVersion(tx, profile, version);
  return profile;
}

async function readChoice(tx: TenantTransaction, family: ProfileFamily): Promise<Choice> {
  const choice = (await readChoices(tx)).find((one) => one.family === family);
  assert(choice, "each family has a choice, its built-in profile if no other");
  return choice;
}
