import type { App } from "../../app.ts";
import type { ProviderInstitution } from "../../providers/provider.ts";
import { InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";

const countMax = 50;
const searchCharactersMax = 100;

/** A provider's institutions, best first. @throws Forbidden, InvalidInput, ProviderFailure */
export async function searchInstitutions(
  app: App,
  viewer: Viewer,
  input: { provider: string; search: string; count: number },
): Promise<ProviderInstitution[]> {
  authorise(viewer, "bank_connections:manage");
  const provider = app.providers.find(input.provider);
  if (provider === null) throw new InvalidInput("There is no such provider.", "provider");
  if (input.search.length > searchCharactersMax) {
    throw new InvalidInput(`Search for at most ${searchCharactersMax} characters.`, "search");
  }
  return provider.searchInstitutions(input.search, Math.min(Math.max(input.count, 1), countMax));
}
