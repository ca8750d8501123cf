import {
  builtInProfiles,
  type MatchingProfile,
  type MatchingProfiles,
  type ProfileFamily,
} from "../../core/matching/profile.ts";
import type { Sql } from "../../db/sql.ts";
import { completeDefinition } from "./stored-definition.ts";

/** By which profile each family is decided, and whether anything is decided without a person. */
export interface ProfilesInUse {
  readonly profiles: MatchingProfiles;
  readonly automatic: { readonly invoice: boolean; readonly demand: boolean };
}

interface ChoiceRow {
  readonly family: ProfileFamily;
  readonly automatic: boolean;
  readonly name: string | null;
  readonly version: number | null;
  readonly definition: unknown;
}

/** What the organisation has chosen; where it has not, the profiles that are built in, with automatic matching. */
export async function readProfilesInUse(sql: Sql): Promise<ProfilesInUse> {
  const rows = await sql.query<ChoiceRow>(
    `SELECT c.family, c.automatic, p.name, c.version, v.definition
     FROM matching_choice c
     LEFT JOIN matching_profile p ON p.id = c.profile_id
     LEFT JOIN matching_profile_version v ON v.profile_id = c.profile_id AND v.version = c.version`,
  );
  const choices = new Map(rows.map((row) => [row.family, row]));
  const profileOf = (family: ProfileFamily): MatchingProfile => {
    const row = choices.get(family);
    if (!row || row.name === null || row.version === null) return builtInProfiles[family];
    const { name, version } = row;
    return { ...completeDefinition(family, row.definition), name, version, family };
  };
  const automaticOf = (family: ProfileFamily) => choices.get(family)?.automatic ?? true;
  return {
    profiles: { invoice: profileOf("invoice"), demand: profileOf("demand") },
    automatic: { invoice: automaticOf("invoice"), demand: automaticOf("demand") },
  };
}
