import { ProviderFailure, type ProviderInstitution } from "../provider.ts";
import type { SaltEdgeClient } from "./client.ts";
import { fetchAll } from "./lists.ts";
import { toInstitution } from "./translate.ts";

const listMsMax = 60 * 60_000;

/** Salt Edge lists its thousands of banks and searches none: the list is kept for an hour and searched here. */
export class Institutions {
  readonly #client: SaltEdgeClient;
  readonly #countries: ReadonlySet<string>;
  readonly #sandboxes: boolean;
  #kept: { list: Promise<readonly ProviderInstitution[]>; until: number } | null = null;

  constructor(
    client: SaltEdgeClient,
    options: { countries: readonly string[]; includeSandboxes: boolean },
  ) {
    this.#client = client;
    this.#countries = new Set(options.countries);
    this.#sandboxes = options.includeSandboxes;
  }

  /** Names that begin with the words come first. @throws ProviderFailure */
  async search(search: string, countMax: number): Promise<ProviderInstitution[]> {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const list = await this.#list();
    const found = list.filter(({ name }) => {
      const lowered = name.toLowerCase();
      return words.every((word) => lowered.includes(word));
    });
    const begins = (name: string) => name.toLowerCase().startsWith(words[0] ?? "");
    return found
      .sort((a, b) => Number(begins(b.name)) - Number(begins(a.name)) || byName(a, b))
      .slice(0, countMax);
  }

  /** @throws ProviderFailure */
  async find(code: string): Promise<ProviderInstitution | null> {
    try {
      const path = `/providers/${encodeURIComponent(code)}`;
      return toInstitution((await this.#client.call({ method: "GET", path })).data);
    } catch (error) {
      const status = error instanceof ProviderFailure ? error.wire?.httpStatus : undefined;
      if (status === 404) return null;
      throw error;
    }
  }

  #list(): Promise<readonly ProviderInstitution[]> {
    if (this.#kept !== null && Date.now() < this.#kept.until) return this.#kept.list;
    const kept = { list: this.#fetch(), until: Date.now() + listMsMax };
    this.#kept = kept;
    kept.list.catch(() => {
      if (this.#kept === kept) this.#kept = null;
    });
    return kept.list;
  }

  async #fetch(): Promise<readonly ProviderInstitution[]> {
    const include_sandboxes = String(this.#sandboxes);
    const rows = await fetchAll(this.#client, "/providers", { include_sandboxes });
    return rows
      .map(toInstitution)
      .filter((row) => row !== null)
      .filter(({ countries }) => countries.some((country) => this.#countries.has(country)));
  }
}

function byName(a: ProviderInstitution, b: ProviderInstitution): number {
  return a.name.localeCompare(b.name, "en");
}
