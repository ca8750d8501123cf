import type { PreparedName } from "./prepare.ts";
import { coverageMin, isOffice, likenessOfSlip, weightOf } from "./score-name.ts";

const pieceCharacters = 4;
/** A piece of a word that more clients share tells none of them apart. */
const clientsOfPieceMax = 2_000;

/** What a word that is asked for is looked up by. */
type Lookup = {
  /** All pieces that it shares with clients' words, and those of them that few enough clients share. */
  readonly pieces: readonly number[];
  readonly telling: readonly number[];
  readonly size: number;
  readonly reach: number;
};

/** A payer's words, with the weight of those that may be somebody else's. */
type Asked = {
  readonly letters: number;
  readonly words: readonly {
    readonly letter: number;
    readonly weight: number;
    readonly isOffice: boolean;
  }[];
  readonly weight: number;
};

/**
 * Clients by the pieces of their names' words: what a word begins with, and what it ends with. Clients, words and pieces
 * are numbers, and all that is known of them stands in arrays of numbers: thousands of clients share a common word, and
 * passing one of them over must cost next to nothing.
 */
export class NamePieces {
  private readonly pieces = new Map<string, number>();
  private readonly lookups = new Map<string, Lookup>();
  /** The clients of piece p, the lightest first: `clientsOf[startOfPiece[p]]` up to `startOfPiece[p + 1]`. */
  private readonly startOfPiece: Int32Array;
  private readonly clientsOf: Int32Array;
  /** The words of client c: `startOfClient[c]` up to `startOfClient[c + 1]`, each with a weight and two pieces. */
  private readonly startOfClient: Int32Array;
  private readonly weightOfWord: Int32Array;
  private readonly firstPiece: Int32Array;
  private readonly lastPiece: Int32Array;
  /** What a word begins with (see `letterOf`), and with what the words of a client begin, all together. */
  private readonly letterOfWord: Int32Array;
  private readonly lettersOfClient: Int32Array;
  private readonly weightOfClient: Int32Array;
  /** The last search that asked for a piece, and that met a client. */
  private readonly searchOfPiece: Int32Array;
  private readonly searchOfClient: Int32Array;
  private searches = 0;

  constructor(names: readonly PreparedName[]) {
    const words = names.reduce((sum, { tokens }) => sum + tokens.length, 0);
    this.startOfClient = new Int32Array(names.length + 1);
    this.weightOfClient = new Int32Array(names.length);
    this.searchOfClient = new Int32Array(names.length);
    this.weightOfWord = new Int32Array(words);
    this.firstPiece = new Int32Array(words);
    this.lastPiece = new Int32Array(words);
    this.letterOfWord = new Int32Array(words);
    this.lettersOfClient = new Int32Array(names.length);
    let at = 0;
    for (const [client, { tokens, weights, weight }] of names.entries()) {
      for (const [place, word] of tokens.entries()) {
        const [first, last] = piecesOf(word);
        this.weightOfWord[at] = weights[place] ?? 0;
        this.letterOfWord[at] = letterOf(word);
        this.lettersOfClient[client] = (this.lettersOfClient[client] ?? 0) | letterOf(word);
        this.firstPiece[at] = this.pieceOf(first);
        this.lastPiece[at] = last === null ? this.pieceOf(first) : this.pieceOf(last);
        at += 1;
      }
      this.startOfClient[client + 1] = at;
      this.weightOfClient[client] = weight;
    }
    this.searchOfPiece = new Int32Array(this.pieces.size);
    this.startOfPiece = new Int32Array(this.pieces.size + 1);
    this.clientsOf = this.listClients();
  }

  /**
   * The clients of whose names the words may be enough. The rarest word is looked up first: whom only the common ones
   * name is looked at only where these could be enough of the client's name.
   * @param known clients that are met before any word is looked up
   * @param payer whose words they are, if anybody's: what he has besides the client's name counts against it by half
   */
  touchedBy(
    words: readonly string[],
    known: readonly number[],
    payer: PreparedName | null,
  ): readonly number[] {
    this.searches += 1;
    const touched = [...known];
    for (const client of known) this.searchOfClient[client] = this.searches;
    const lookups = words.map((word) => this.lookUp(word)).sort((a, b) => a.size - b.size);
    let whole = 0;
    for (const { pieces, reach } of lookups) {
      for (const piece of pieces) this.searchOfPiece[piece] = this.searches;
      whole += reach;
    }
    const asked = payer === null ? null : askedOf(payer);
    let left = whole;
    for (const { telling, reach } of lookups) {
      const shareMin = payer === null ? coverageMin : (2 * coverageMin) / (1 + left / whole);
      for (const piece of telling) this.touch(piece, left / shareMin, asked, touched);
      left -= reach;
    }
    return touched;
  }

  /** Adds the clients of a piece that are not too heavy and of whose words enough are asked for. */
  private touch(piece: number, weightMax: number, asked: Asked | null, touched: number[]): void {
    const end = this.startOfPiece[piece + 1] as number;
    for (let at = this.startOfPiece[piece] as number; at < end; at++) {
      const client = this.clientsOf[at] as number;
      const weight = this.weightOfClient[client] as number;
      if (weight > weightMax) return;
      if (this.searchOfClient[client] === this.searches) continue;
      this.searchOfClient[client] = this.searches;
      const shared = this.weightAskedFor(client);
      if (shared < weight * coverageMin) continue;
      if (asked === null || this.mayBe(client, shared, asked)) touched.push(client);
    }
  }

  /**
   * Whether the payer can be the client at all: of the client's other words none can be more than a slip of one of the
   * payer's, and only of one that begins alike; and the payer's that begin like none of the client's are foreign.
   */
  private mayBe(client: number, shared: number, { letters, words, weight }: Asked): boolean {
    const start = this.startOfClient[client] as number;
    const end = this.startOfClient[client + 1] as number;
    // A name that was cut off may be joined differently.
    if (this.letterOfWord[start] === words[0]?.letter) return true;
    let alike = 0;
    for (let word = start; word < end; word++) {
      if ((this.letterOfWord[word] as number) & letters) alike += this.weightOfWord[word] as number;
    }
    const covered = shared + Math.max(0, alike - shared) * likenessOfSlip;
    const own = this.lettersOfClient[client] as number;
    let foreign = 0;
    for (const one of words) if (!one.isOffice && (one.letter & own) === 0) foreign += one.weight;
    const share = covered / (this.weightOfClient[client] as number);
    // No rounding may cost a client that is just named.
    return share * (1 - (weight === 0 ? 0 : foreign / weight) / 2) > coverageMin - 1e-6;
  }

  /** The weight of a client's words that share a piece with the words that are asked for. */
  private weightAskedFor(client: number): number {
    let weight = 0;
    const end = this.startOfClient[client + 1] as number;
    for (let word = this.startOfClient[client] as number; word < end; word++) {
      const isAsked =
        this.searchOfPiece[this.firstPiece[word] as number] === this.searches ||
        this.searchOfPiece[this.lastPiece[word] as number] === this.searches;
      if (isAsked) weight += this.weightOfWord[word] as number;
    }
    return weight;
  }

  /** Words come again, with every payer of a trade or a town. */
  private lookUp(word: string): Lookup {
    let lookup = this.lookups.get(word);
    if (lookup === undefined) {
      const pieces = piecesOf(word)
        .map((text) => (text === null ? undefined : this.pieces.get(text)))
        .filter((piece) => piece !== undefined);
      const telling = pieces.filter((piece) => this.sizeOf(piece) <= clientsOfPieceMax);
      const size = telling.reduce((sum, piece) => sum + this.sizeOf(piece), 0);
      lookup = { pieces, telling, size, reach: reachOf(word) };
      this.lookups.set(word, lookup);
    }
    return lookup;
  }

  private sizeOf(piece: number): number {
    return (this.startOfPiece[piece + 1] ?? 0) - (this.startOfPiece[piece] ?? 0);
  }

  private pieceOf(text: string): number {
    let piece = this.pieces.get(text);
    if (piece === undefined) {
      piece = this.pieces.size;
      this.pieces.set(text, piece);
    }
    return piece;
  }

  /** Counts the clients of each piece, then puts them there, the lightest first. */
  private listClients(): Int32Array {
    const { startOfPiece, weightOfClient } = this;
    const byWeight = Int32Array.from(weightOfClient.keys()).sort(
      (a, b) => (weightOfClient[a] ?? 0) - (weightOfClient[b] ?? 0) || a - b,
    );
    for (const client of byWeight) {
      for (const piece of this.piecesOfClient(client)) {
        startOfPiece[piece + 1] = (startOfPiece[piece + 1] ?? 0) + 1;
      }
    }
    for (let piece = 0; piece < this.pieces.size; piece++) {
      startOfPiece[piece + 1] = (startOfPiece[piece + 1] ?? 0) + (startOfPiece[piece] ?? 0);
    }
    const next = startOfPiece.slice();
    const clientsOf = new Int32Array(startOfPiece[this.pieces.size] ?? 0);
    for (const client of byWeight) {
      for (const piece of this.piecesOfClient(client)) {
        clientsOf[next[piece] as number] = client;
        next[piece] = (next[piece] ?? 0) + 1;
      }
    }
    return clientsOf;
  }

  private piecesOfClient(client: number): ReadonlySet<number> {
    const pieces = new Set<number>();
    const end = this.startOfClient[client + 1] ?? 0;
    for (let word = this.startOfClient[client] ?? 0; word < end; word++) {
      pieces.add(this.firstPiece[word] as number).add(this.lastPiece[word] as number);
    }
    return pieces;
  }
}

/** The most that a word can stand for of a client's name: a cut one stands for the whole. */
function reachOf(word: string): number {
  return Math.max(weightOf(word), word.length >= pieceCharacters ? 10 : 0);
}

/** The first letters of a word, and the very first with the last ones: a mistake behind it leaves one of them whole. */
function piecesOf(word: string): readonly [string, string | null] {
  const start = `^${word.slice(0, pieceCharacters)}`;
  return [start, word.length > pieceCharacters ? word[0] + word.slice(-pieceCharacters) : null];
}

/** A word's first letter as one bit of 32: words with different bits begin differently. */
function letterOf(word: string): number {
  return 1 << (word.charCodeAt(0) & 31);
}

function askedOf({ tokens, weights }: PreparedName): Asked {
  const words = tokens.map((word, at) => ({
    letter: letterOf(word),
    weight: weights[at] ?? 0,
    isOffice: isOffice(word),
  }));
  return {
    letters: words.reduce((all, { letter }) => all | letter, 0),
    words,
    weight: words.reduce((sum, one) => sum + (one.isOffice ? 0 : one.weight), 0),
  };
}
