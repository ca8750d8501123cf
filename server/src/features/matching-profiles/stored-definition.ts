import {
  builtInProfiles,
  type ProfileDefinition,
  type ProfileFamily,
} from "../../core/matching/profile.ts";

/**
 * A stored definition as deciding needs it. It was checked and whole when it was stored; what the code has learned to
 * look at since is as in the family's own profile.
 */
export function completeDefinition(family: ProfileFamily, stored: unknown): ProfileDefinition {
  const own = stored as Partial<ProfileDefinition>;
  const { name: _name, version: _version, family: _family, ...built } = builtInProfiles[family];
  return {
    ...built,
    ...own,
    points: { ...built.points, ...own.points },
    residuals: { ...built.residuals, ...own.residuals },
  };
}
