import {
  builtInProfiles,
  type ProfileDefinition,
  type ProfileFamily,
} from "../../core/matching/profile.ts";
import type { Sql } from "../../db/sql.ts";
import { NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { completeDefinition } from "./stored-definition.ts";

/** A scoring profile as people choose it: built in, or an organisation's own. */
export interface Profile {
  /** The family's name for those that are built in. */
  readonly id: string;
  readonly name: string;
  readonly family: ProfileFamily;
  readonly builtIn: boolean;
  /** The latest. */
  readonly version: number;
  readonly definition: ProfileDefinition;
  readonly archivedAt: Date | null;
  readonly inUse: boolean;
}

export const families: readonly ProfileFamily[] = ["invoice", "demand"];

export function isBuiltInId(id: string): id is ProfileFamily {
  return id === "invoice" || id === "demand";
}

/** An organisation's own profiles, by name. */
export async function readOwnProfiles(
  sql: Sql,
  only: { ids?: readonly string[]; includeArchived: boolean },
): Promise<Profile[]> {
  const rows = await sql.query<Profile & { definition: unknown }>(
    `SELECT p.id, p.name, p.family, false AS "builtIn", p.version, v.definition, p.archived_at AS "archivedAt",
       EXISTS (SELECT FROM matching_choice c WHERE c.profile_id = p.id) AS "inUse"
     FROM matching_profile p
     JOIN matching_profile_version v ON v.profile_id = p.id AND v.version = p.version
     WHERE ($1::uuid[] IS NULL OR p.id = ANY ($1)) AND ($2 OR p.archived_at IS NULL)
     ORDER BY lower(p.name), p.id`,
    [only.ids ?? null, only.includeArchived],
  );
  return rows.map((row) => ({
    ...row,
    definition: completeDefinition(row.family, row.definition),
  }));
}

/** Those that are built in. The ones that no choice has replaced are in use. */
export async function readBuiltInProfiles(sql: Sql): Promise<Profile[]> {
  const replaced = await sql.query<{ family: ProfileFamily }>(
    "SELECT family FROM matching_choice WHERE profile_id IS NOT NULL",
  );
  return families.map((family) => ({
    ...builtInAs(family),
    inUse: !replaced.some((choice) => choice.family === family),
  }));
}

function builtInAs(id: ProfileFamily): Omit<Profile, "inUse"> {
  const { name, version, family, ...definition } = builtInProfiles[id];
  return { id, name, family, builtIn: true, version, definition, archivedAt: null };
}

/** One profile, archived ones too. @throws NotFound */
export async function readProfile(sql: Sql, givenId: string): Promise<Profile> {
  if (isBuiltInId(givenId)) {
    const all = await readBuiltInProfiles(sql);
    const found = all.find(({ id }) => id === givenId);
    if (found) return found;
  }
  const ids = knownIds([givenId], "scoring profile");
  const [profile] = await readOwnProfiles(sql, { ids, includeArchived: true });
  if (!profile) throw new NotFound("scoring profile");
  return profile;
}

/** The definition of one version. @throws NotFound */
export async function readProfileVersion(
  sql: Sql,
  profile: Profile,
  version: number,
): Promise<ProfileDefinition> {
  if (version === profile.version) return profile.definition;
  const [row] = profile.builtIn
    ? []
    : await sql.query<{ definition: unknown }>(
        "SELECT definition FROM matching_profile_version WHERE profile_id = $1 AND version = $2",
        [profile.id, version],
      );
  if (!row) throw new NotFound("version of the scoring profile");
  return completeDefinition(profile.family, row.definition);
}
