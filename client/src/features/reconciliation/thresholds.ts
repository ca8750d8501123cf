import { graphql, type ResultOf } from "../../lib/graphql.ts";
import { familyLabels } from "../matching/runs/labels.ts";
import type { Item, Match } from "./fragments.ts";

/** From how many points on a match is made without a person, by every version of every profile. */
export const ThresholdsDocument = graphql(`
  query MatchingThresholds {
    matchingChoices { family version automatic profile { id name } }
    matchingProfiles(includeArchived: true) {
      id
      name
      family
      builtIn
      versions { version definition { automaticScoreMin } }
    }
  }
`);

export type Thresholds = ResultOf<typeof ThresholdsDocument>;

/** What an item would need today; undefined while it isn't known. */
export function thresholdOfItem(
  thresholds: Thresholds | undefined,
  { kind }: Pick<Item, "kind">,
): number | undefined {
  const family = kind === "DEMAND" ? "DEMAND" : "INVOICE";
  const choice = thresholds?.matchingChoices.find((each) => each.family === family);
  return scoreMin(thresholds, (profile) => profile.id === choice?.profile.id, choice?.version);
}

/** What a match needed when it was made; undefined where a person made it. */
export function thresholdOfMatch(
  thresholds: Thresholds | undefined,
  { profile: called, profileVersion }: Pick<Match, "profile" | "profileVersion">,
): number | undefined {
  const is = ({ id, name }: { id: string; name: string }) => id === called || name === called;
  return scoreMin(thresholds, is, profileVersion);
}

/** "Invoices and expenses, version 1": the profile as it is called today. */
export function profileLabel(
  thresholds: Thresholds | undefined,
  { profile: called, profileVersion }: Pick<Match, "profile" | "profileVersion">,
): string | undefined {
  if (called === null) return undefined;
  const profile = thresholds?.matchingProfiles.find(
    ({ id, name }) => id === called || name === called,
  );
  const version = profileVersion === null ? "" : `, version ${profileVersion}`;
  const name = profile && !profile.builtIn ? profile.name : familyLabels[profile?.id ?? called];
  return `${name ?? called}${version}`;
}

type Profile = Thresholds["matchingProfiles"][number];

function scoreMin(
  thresholds: Thresholds | undefined,
  is: (profile: Profile) => boolean,
  version: number | null | undefined,
): number | undefined {
  return thresholds?.matchingProfiles.find(is)?.versions.find((each) => each.version === version)
    ?.definition.automaticScoreMin;
}
