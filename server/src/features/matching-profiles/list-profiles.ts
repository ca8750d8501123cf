import type { App } from "../../app.ts";
import type { ProfileDefinition, ProfileFamily } from "../../core/matching/profile.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { families, type Profile, readBuiltInProfiles, readOwnProfiles } from "./profile.ts";
import { completeDefinition } from "./stored-definition.ts";

/** The profiles that can be chosen: those built in, then the organisation's own by name. @throws Forbidden */
export async function listProfiles(
  app: App,
  viewer: Viewer,
  options: { includeArchived: boolean },
): Promise<Profile[]> {
  authorise(viewer, "transactions:read");
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => [
    ...(await readBuiltInProfiles(sql)),
    ...(await readOwnProfiles(sql, options)),
  ]);
}

/** What a profile was from one change to the next. */
export interface ProfileVersion {
  readonly family: ProfileFamily;
  readonly version: number;
  readonly definition: ProfileDefinition;
  readonly note: string | null;
  /** Null for those that are built in. */
  readonly createdBy: string | null;
  readonly createdAt: Date | null;
}

/** The most versions that are answered: the latest. */
const versionsMax = 100;

/** The versions of a profile that may be seen, the latest first. */
export async function readProfileVersions(sql: Sql, profile: Profile): Promise<ProfileVersion[]> {
  const { family, version, definition } = profile;
  if (profile.builtIn) {
    return [{ family, version, definition, note: null, createdBy: null, createdAt: null }];
  }
  const rows = await sql.query<ProfileVersion & { definition: unknown }>(
    `SELECT version, definition, note, created_by AS "createdBy", created_at AS "createdAt"
     FROM matching_profile_version WHERE profile_id = $1 ORDER BY version DESC LIMIT $2`,
    [profile.id, versionsMax],
  );
  return rows.map((row) => ({
    ...row,
    family,
    definition: completeDefinition(family, row.definition),
  }));
}

/** Which profile decides for a family. */
export interface Choice {
  readonly family: ProfileFamily;
  readonly profile: Profile;
  /** Which version of it: a later one decides only once it is chosen. */
  readonly version: number;
  readonly automatic: boolean;
  /** Null until somebody has chosen. */
  readonly chosenBy: string | null;
  readonly chosenAt: Date | null;
}

/** What decides for each family. @throws Forbidden */
export async function listChoices(app: App, viewer: Viewer): Promise<Choice[]> {
  authorise(viewer, "transactions:read");
  return readAsOrganisation(app.database, viewer.organisationId, readChoices);
}

export async function readChoices(sql: Sql): Promise<Choice[]> {
  const rows = await sql.query<{
    family: ProfileFamily;
    profileId: string | null;
    version: number | null;
    automatic: boolean;
    chosenBy: string;
    chosenAt: Date;
  }>(
    `SELECT family, profile_id AS "profileId", version, automatic, chosen_by AS "chosenBy", chosen_at AS "chosenAt"
     FROM matching_choice`,
  );
  const ids = rows.flatMap(({ profileId }) => profileId ?? []);
  const profiles = [
    ...(await readBuiltInProfiles(sql)),
    ...(await readOwnProfiles(sql, { ids, includeArchived: true })),
  ];
  return families.flatMap((family) => {
    const row = rows.find((one) => one.family === family);
    const profile = profiles.find(({ id }) => id === (row?.profileId ?? family));
    if (!profile) return [];
    const { automatic = true, chosenBy = null, chosenAt = null } = row ?? {};
    const version = row?.version ?? profile.version;
    return [{ family, profile, version, automatic, chosenBy, chosenAt }];
  });
}
