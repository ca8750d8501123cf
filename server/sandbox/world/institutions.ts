import type { StoryInstitution } from "../../../prisma/story/types.ts";

/** Institutions of any of the countries (null: of all) whose name contains every word of the query. */
export function institutionsMatching(
  institutions: StoryInstitution[],
  query: string,
  countries: readonly string[] | null,
): StoryInstitution[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return institutions.filter(
    (institution) =>
      (countries === null || institution.countries.some((c) => countries.includes(c))) &&
      words.every((word) => institution.name.toLowerCase().includes(word)),
  );
}
