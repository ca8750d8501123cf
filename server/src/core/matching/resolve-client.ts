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
  weightOf,
} from "./score-name.ts";
import type { Aliases } from "./types.ts";

/** The open items of one client: of one name, legal forms aside. */
export type Client = {
  readonly place: number;
  readonly name: PreparedName;
  readonly weight: number;
  readonly items: PreparedItem[];
};

/** A word of a client's name, and the last search that met it: a word counts once, whichever piece found it. */
type Mention = { readonly client: Client; readonly weight: number; search: number };

/** Which clients a transaction's payer or texts name, with what is known of each. */
export type NamedClients = ReadonlyMap<Client, NameFinding>;

const pieceCharacters = 4;
/** A piece of a word that more clients share tells none of them apart. */
const clientsOfPieceMax = 2_000;
/** A client whose words were seen to this share is compared in full: what is like a word weighs at most as much. */
const seenShareMin = coverageMin;
const nobody: NamedClients = new Map();

/** The clients of a set of items, found by what payers and texts call them. */
export class ClientIndex {
  readonly clients: Client[] = [];
  private readonly byKey = new Map<string, Client>();
  private readonly byJoined = new Map<string, Client[]>();
  private readonly byAliasKey = new Map<string, Client[]>();
  private readonly byPiece = new Map<string, Mention[]>();
  private readonly clientAt: Client[] = [];
  private readonly aliases: Aliases | undefined;
  private readonly byPayer = new Map<string, NamedClients>();
  private readonly seen: Float64Array;
  private searches = 0;

  constructor(items: readonly PreparedItem[], aliases: Aliases | undefined) {
    this.aliases = aliases;
    for (const item of items) this.clientAt[item.place] = this.add(item);
    this.seen = new Float64Array(this.clients.length);
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

  private add(item: PreparedItem): Client {
    const { name } = item;
    let client = this.byKey.get(name.key);
    if (client === undefined) {
      let weight = 0;
      for (const word of name.tokens) weight += weightOf(word);
      client = { place: this.clients.length, name, weight, items: [] };
      this.clients.push(client);
      this.byKey.set(name.key, client);
      push(this.byJoined, name.joined, client);
      push(this.byAliasKey, name.aliasKey, client);
      for (const word of new Set(name.tokens)) {
        const mention = { client, weight: weightOf(word), search: 0 };
        for (const piece of piecesOf(word)) push(this.byPiece, piece, mention);
      }
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
    const words = prepared.texts
      .words(remittanceOf(prepared.transaction))
      .filter((word) => word.length >= 3 && !/^[0-9]+$/.test(word));
    return words.length === 0 ? nobody : this.alike(words, null);
  }

  /** All clients of whose name enough is found, by pieces of words first, then compared in full. */
  private alike(words: readonly string[], payer: PreparedName | null): NamedClients {
    const touched: Client[] = [];
    const { seen } = this;
    const note = (client: Client, weight: number) => {
      if (seen[client.place] === 0) touched.push(client);
      seen[client.place] = (seen[client.place] ?? 0) + weight;
    };
    this.searches += 1;
    for (const word of words) {
      for (const piece of piecesOf(word)) {
        const mentions = this.byPiece.get(piece);
        if (mentions === undefined || mentions.length > clientsOfPieceMax) continue;
        for (const mention of mentions) {
          if (mention.search === this.searches) continue;
          mention.search = this.searches;
          note(mention.client, mention.weight);
        }
      }
    }
    if (payer !== null) {
      for (const client of this.byJoined.get(payer.joined) ?? []) note(client, client.weight);
    }
    const found = new Map<Client, NameFinding>();
    for (const client of touched) {
      const enough = (seen[client.place] ?? 0) >= client.weight * seenShareMin;
      const finding = enough ? compareNames(payer, payer === null ? words : [], client.name) : null;
      if (finding !== null && finding.signal !== "name_differs" && finding.share >= coverageMin) {
        found.set(client, finding);
      }
      seen[client.place] = 0;
    }
    return found;
  }
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

/** The first and the last letters of a word: a mistake leaves one of them whole. */
function piecesOf(word: string): readonly string[] {
  const start = `^${word.slice(0, pieceCharacters)}`;
  return word.length > pieceCharacters ? [start, `${word.slice(-pieceCharacters)}$`] : [start];
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
