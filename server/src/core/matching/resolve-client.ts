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
  readonly words: readonly Word[];
  /** Of all its words. */
  readonly weight: number;
  readonly items: PreparedItem[];
  /** The last search that met it. */
  search: number;
};

type Word = { readonly weight: number; readonly pieces: readonly Piece[] };

/** What some words begin or end with: the clients that have such a word, and the last search that asked for it. */
type Piece = { readonly clients: Client[]; sorted: boolean; search: number };

/** Which clients a transaction's payer or texts name, with what is known of each. */
export type NamedClients = ReadonlyMap<Client, NameFinding>;

const pieceCharacters = 4;
/** A piece of a word that more clients share tells none of them apart. */
const clientsOfPieceMax = 2_000;
const nobody: NamedClients = new Map();

/** The clients of a set of items, found by what payers and texts call them. */
export class ClientIndex {
  readonly clients: Client[] = [];
  private readonly byKey = new Map<string, Client>();
  private readonly byJoined = new Map<string, Client[]>();
  private readonly byAliasKey = new Map<string, Client[]>();
  private readonly pieces = new Map<string, Piece>();
  private searches = 0;
  private readonly clientAt: Client[] = [];
  private readonly aliases: Aliases | undefined;
  private readonly byPayer = new Map<string, NamedClients>();

  constructor(items: readonly PreparedItem[], aliases: Aliases | undefined) {
    this.aliases = aliases;
    for (const item of items) this.clientAt[item.place] = this.add(item);
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
      const words = name.tokens.map((word) => ({
        weight: weightOf(word),
        pieces: piecesOf(word).map((text) => this.pieceOf(text)),
      }));
      const weight = words.reduce((sum, word) => sum + word.weight, 0);
      client = { place: this.clients.length, name, words, weight, items: [], search: 0 };
      this.clients.push(client);
      this.byKey.set(name.key, client);
      push(this.byJoined, name.joined, client);
      push(this.byAliasKey, name.aliasKey, client);
      for (const { pieces } of client.words) {
        for (const piece of pieces) if (piece.clients.at(-1) !== client) piece.clients.push(client);
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

  /**
   * All clients of whose name enough is found. The rarest word is looked up first: whom only the common ones name is
   * looked at only where these could be enough of the client's name.
   */
  private alike(words: readonly string[], payer: PreparedName | null): NamedClients {
    this.searches += 1;
    const found = new Map<Client, NameFinding>();
    const asked = payer === null ? words : [];
    for (const client of this.touchedBy(words, payer)) {
      const finding = compareNames(payer, asked, client.name);
      if (finding === null || finding.signal === "name_differs") continue;
      if (finding.share >= coverageMin) found.set(client, finding);
    }
    return found;
  }

  private touchedBy(words: readonly string[], payer: PreparedName | null): readonly Client[] {
    const touched: Client[] = [];
    for (const client of (payer && this.byJoined.get(payer.joined)) ?? []) {
      client.search = this.searches;
      touched.push(client);
    }
    const lookups = words.map((word) => this.lookUp(word)).sort((a, b) => a.size - b.size);
    const whole = lookups.reduce((sum, { reach }) => sum + reach, 0);
    let left = whole;
    for (const { pieces, reach } of lookups) {
      // What the payer's name has besides counts against it by half.
      const shareMin = payer === null ? coverageMin : (2 * coverageMin) / (1 + left / whole);
      const weightMax = left / shareMin;
      for (const { clients } of pieces) {
        for (const client of clients) {
          if (client.weight > weightMax) break;
          if (client.search === this.searches) continue;
          client.search = this.searches;
          if (this.maySuffice(client)) touched.push(client);
        }
      }
      left -= reach;
    }
    return touched;
  }

  private lookUp(word: string) {
    const pieces: Piece[] = [];
    let size = 0;
    for (const text of piecesOf(word)) {
      const piece = this.pieces.get(text);
      if (piece === undefined) continue;
      piece.search = this.searches;
      if (piece.clients.length > clientsOfPieceMax) continue;
      if (!piece.sorted) piece.clients.sort((a, b) => a.weight - b.weight || a.place - b.place);
      piece.sorted = true;
      pieces.push(piece);
      size += piece.clients.length;
    }
    return { pieces, size, reach: reachOf(word) };
  }

  /** Whether enough of a client's words share a piece with the words that are asked for. */
  private maySuffice({ words, weight }: Client): boolean {
    let seen = 0;
    for (const { pieces, weight: own } of words) {
      for (const piece of pieces) {
        if (piece.search !== this.searches) continue;
        seen += own;
        break;
      }
    }
    return seen >= weight * coverageMin;
  }

  private pieceOf(text: string): Piece {
    let piece = this.pieces.get(text);
    if (piece === undefined) {
      piece = { clients: [], sorted: false, search: 0 };
      this.pieces.set(text, piece);
    }
    return piece;
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

/** The most that a word can stand for of a client's name: a cut one stands for the whole. */
function reachOf(word: string): number {
  return Math.max(weightOf(word), word.length >= pieceCharacters ? 10 : 0);
}

/** The first letters of a word, and the very first with the last ones: a mistake behind it leaves one of them whole. */
function piecesOf(word: string): readonly string[] {
  const start = `^${word.slice(0, pieceCharacters)}`;
  return word.length > pieceCharacters ? [start, word[0] + word.slice(-pieceCharacters)] : [start];
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
