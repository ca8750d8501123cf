import { wireList, wireObject } from "../../core/wire-values.ts";
import type { ProviderInstitution } from "../provider.ts";
import type { TinkClient } from "./client.ts";
import type { TinkTokens } from "./tokens.ts";
import { toInstitution } from "./translate.ts";

/** Lists of banks change by the day, and a person who types asks at every letter. */
const keptMs = 60 * 60_000;
const rowsMax = 10_000;

/** The banks of all markets, kept for an hour. */
export class TinkInstitutions {
  readonly #markets: readonly string[];
  readonly #client: TinkClient;
  readonly #tokens: TinkTokens;
  #kept: { list: Promise<readonly ProviderInstitution[]>; until: number } | null = null;

  constructor(markets: readonly string[], client: TinkClient, tokens: TinkTokens) {
    this.#markets = markets;
    this.#client = client;
    this.#tokens = tokens;
  }

  /** Names that begin with the search come before those that contain it. @throws ProviderFailure */
  async search(search: string, countMax: number): Promise<ProviderInstitution[]> {
    const wanted = search.trim().toLowerCase();
    const found = (await this.#all()).filter(({ name }) => name.toLowerCase().includes(wanted));
    const begins = ({ name }: ProviderInstitution) => name.toLowerCase().startsWith(wanted);
    return [...found.filter(begins), ...found.filter((one) => !begins(one))].slice(0, countMax);
  }

  /** @throws ProviderFailure */
  async find(id: string): Promise<ProviderInstitution | null> {
    return (await this.#all()).find((institution) => institution.id === id) ?? null;
  }

  async #all(): Promise<readonly ProviderInstitution[]> {
    const now = Date.now();
    if (this.#kept !== null && this.#kept.until > now) return this.#kept.list;
    const kept = { list: this.#fetch(), until: now + keptMs };
    this.#kept = kept;
    // A failure is not kept.
    kept.list.catch(() => {
      if (this.#kept === kept) this.#kept = null;
    });
    return kept.list;
  }

  async #fetch(): Promise<readonly ProviderInstitution[]> {
    const lists: ProviderInstitution[][] = [];
    for (const market of this.#markets) lists.push(await this.#ofMarket(market));
    return lists.flat().sort((a, b) => a.name.localeCompare(b.name, "en"));
  }

  async #ofMarket(market: string): Promise<ProviderInstitution[]> {
    const answer = await this.#tokens.asClient("providers:read", (token) =>
      this.#client.call({ method: "GET", path: `/api/v1/providers/${market}`, token }),
    );
    return wireList(wireObject(answer).providers)
      .slice(0, rowsMax)
      .map(toInstitution)
      .filter((institution) => institution !== null);
  }
}
