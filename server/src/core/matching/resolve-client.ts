import { NamePieces } from "./name-pieces.ts";
import {
  type PreparedItem,
  type PreparedName,
  type PreparedTransaction,
  remittanceOf,
} from "./prepare.ts";
import {
  compareNames,
  coverageMin,
  exactName,
  learnedName,
  type NameFinding,
} from "./score-name.ts";
import type { Aliases } from "./types.ts";

/** The open items of one client: of one name, legal forms aside. */
export type Client = {
  readonly place: number;
  readonly name: PreparedName;
  readonly items: PreparedItem[];
};

/** Which clients a transaction's payer or texts name, with what is known of each. */
export type NamedClients = ReadonlyMap<Client, NameFinding>;

/** From this share on a text names a client for sure. */
const shareOfTextMin = 0.8;
const nobody: NamedClients = new Map();

/** The clients of a set of items, found by what payers and texts call them. */
export class ClientIndex {
  readonly clients: Client[] = [];
  private readonly byKey = new Map<string, Client>();
  private readonly byJoined = new Map<string, Client[]>();
  private readonly byAliasKey = new Map<string, Client[]>();
  private readonly pieces: NamePieces;
  private readonly clientAt: Client[] = [];
  private readonly aliases: Aliases | undefined;
  private readonly byPayer = new Map<string, NamedClients>();

  constructor(items: readonly PreparedItem[], aliases: Aliases | undefined) {
    this.aliases = aliases;
    for (const item of items) this.clientAt[item.place] = this.add(item);
    this.pieces = new NamePieces(this.clients.map(({ name }) => name));
  }

  clientOf(item: PreparedItem): Client {
    return this.clientAt[item.place] as Client;
  }

  /** The clients that are named well enough to be shown. The payer's name goes before the other texts. */
  namedBy(prepared: PreparedTransaction): NamedClients {
    const { ruledClient, payer, transaction } = prepared;
    if (ruledClient !== null) return this.equalTo(ruledClient);
    const learned = this.aliases === undefined ? nobody : this.learnedFor(prepared);
    const known =
      payer === null ? nobody : this.namedByPayer(payer, transaction.counterpartyName ?? "");
    const read = known.size > 0 ? known : this.namedByTexts(prepared);
    if (learned.size === 0) return read;
    const both = new Map(read);
    for (const [client, finding] of learned) {
      if (finding.share === 1 || !both.has(client)) both.set(client, finding);
    }
    return both;
  }

  /** Whether the texts beside the payer's name name another client than the item's well enough, and the item's less. */
  isAnotherInText(prepared: PreparedTransaction, item: PreparedItem): boolean {
    const named = this.namedByTexts(prepared);
    const own = named.get(this.clientOf(item))?.share ?? 0;
    return [...named.values()].some(({ share }) => share >= shareOfTextMin && share > own);
  }

  private add(item: PreparedItem): Client {
    const { name } = item;
    let client = this.byKey.get(name.key);
    if (client === undefined) {
      client = { place: this.clients.length, name, items: [] };
      this.clients.push(client);
      this.byKey.set(name.key, client);
      push(this.byJoined, name.joined, client);
      push(this.byAliasKey, name.aliasKey, client);
    }
    client.items.push(item);
    return client;
  }

  private equalTo(name: PreparedName): NamedClients {
    const client = name.key === "" ? undefined : this.byKey.get(name.key);
    return client === undefined ? nobody : new Map([[client, exactName]]);
  }

  private learnedFor(prepared: PreparedTransaction): NamedClients {
    const found = new Map<Client, NameFinding>();
    for (const key of aliasKeysOf(prepared)) {
      const names = this.aliases?.get(key);
      for (const name of names ?? []) {
        for (const client of this.byAliasKey.get(name) ?? []) {
          if (!found.has(client)) found.set(client, learnedName(names?.size ?? 1));
        }
      }
    }
    return found;
  }

  private namedByPayer(payer: PreparedName, text: string): NamedClients {
    let named = this.byPayer.get(text);
    if (named === undefined) {
      const equal = this.equalTo(payer);
      // Who bears a name is not somebody else whose name shares some words.
      named = equal.size > 0 ? equal : this.alike(payer.tokens, payer);
      this.byPayer.set(text, named);
    }
    return named;
  }

  private namedByTexts(prepared: PreparedTransaction): NamedClients {
    const words = prepared.texts.words(remittanceOf(prepared.transaction));
    const asked = words.filter((word) => word.length >= 3 && !/^[0-9]+$/.test(word));
    return asked.length === 0 ? nobody : withoutShadows(this.alike(asked, null, words));
  }

  /**
   * All clients of whose name enough is found.
   * @param texts all words in which a name is looked for where there is no payer
   */
  private alike(
    words: readonly string[],
    payer: PreparedName | null,
    texts: readonly string[] = words,
  ): NamedClients {
    const found = new Map<Client, NameFinding>();
    const asked = payer === null ? texts : [];
    const known = (payer && this.byJoined.get(payer.joined)) ?? [];
    const places = known.map(({ place }) => place);
    for (const place of this.pieces.touchedBy(words, places, payer)) {
      const client = this.clients[place] as Client;
      const finding = compareNames(payer, asked, client.name);
      if (finding === null || finding.signal === "name_differs") continue;
      if (finding.share >= coverageMin) found.set(client, finding);
    }
    return found.size === 0 ? nobody : found;
  }
}

/**
 * Where a text has the whole of a client's name, whom only a part of these words names is not meant: "Birch Tech Gdansk"
 * is not Birch Tech Berlin, nor Birch Tech.
 */
function withoutShadows(named: NamedClients): NamedClients {
  const whole = [...named].filter(([{ name }, { share }]) => share === 1 && name.tokens.length > 1);
  if (whole.length === 0 || named.size === 1) return named;
  const isShadow = (client: Client, share: number) =>
    whole.some(([{ name }]) => {
      if (name === client.name) return false;
      const common = client.name.tokens.filter((word) => name.tokens.includes(word));
      if (share < 1) return common.length > 0;
      return common.length === client.name.tokens.length && name.tokens.length > common.length;
    });
  return new Map([...named].filter(([client, { share }]) => !isShadow(client, share)));
}

/** What was learned of a payer and one client; null where nothing was. */
export function learnedClients(
  prepared: PreparedTransaction,
  client: PreparedName,
  aliases: Aliases | undefined,
): NameFinding | null {
  if (aliases === undefined) return null;
  for (const key of aliasKeysOf(prepared)) {
    const names = aliases.get(key);
    if (names?.has(client.aliasKey)) return learnedName(names.size);
  }
  return null;
}

function aliasKeysOf({ payer, transaction, texts }: PreparedTransaction): readonly string[] {
  const keys = [payer?.aliasKey ?? "", texts.name(transaction.description).aliasKey];
  return keys.filter((key) => key !== "");
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
