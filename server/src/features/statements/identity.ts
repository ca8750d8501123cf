import { hash } from "node:crypto";
import { bareText } from "../../core/bare-text.ts";
import type { StatementFormat, StatementLine } from "../../core/statements/statement.ts";

/** What a line of a file is told apart by within its account. */
export interface Identities {
  /**
   * Of the next line of the file.
   * @param accountKey tells the accounts of one file apart; it does not become part of the identity
   */
  identify(accountKey: string | number, line: IdentifiedLine): string;
}

export type IdentifiedLine = Pick<
  StatementLine,
  "bookedOn" | "amountMinor" | "description" | "counterpartyName" | "reference" | "fileId"
>;

/** Formats tell the same line in different words and ids, so that each keeps to its own. */
export const familyOfFormat: Readonly<Record<StatementFormat, string>> = {
  csv: "c",
  bai2: "b",
  ofx: "o",
  camt053: "x",
  mt940: "m",
};

/** Of SHA-256's 43: 132 bits. */
const digestCharacters = 22;

/**
 * Identifies the lines of one file, in any order: the family's letter, the booking day, a digest of the file's own id
 * (without one: of description, reference and counterparty, in which case, accents, spaces and punctuation do not
 * count) and the amount, and which of the account's alike lines of that day it is, from 0: "c20261105q0Zt…hw.0". The
 * same file again says the same, so does another file with the same lines of a day, and two equal payments differ. The
 * day stands in front, so that an index of identities grows at one end. About 20 MB for a million different lines.
 */
export function createIdentities(family: string): Identities {
  const occurrences = new Occurrences();
  const accounts = new Map<string | number, number>();
  let [lastDay, day] = ["", ""];
  return {
    identify(accountKey, line) {
      let account = accounts.get(accountKey);
      if (account === undefined) {
        account = accounts.size;
        accounts.set(accountKey, account);
      }
      if (line.bookedOn !== lastDay) {
        lastDay = line.bookedOn;
        day = lastDay.slice(0, 4) + lastDay.slice(5, 7) + lastDay.slice(8);
      }
      const digest = hash("sha256", `${day}|${line.amountMinor}|${wordsOf(line)}`, "base64url");
      const occurrence = occurrences.count(digest, account);
      return `${family}${day}${digest.slice(0, digestCharacters)}.${occurrence.toString(36)}`;
    },
  };
}

/** With the counterparty: "Standing order" is many banks' whole description, and the next file may begin with another one. */
function wordsOf({ fileId, description, counterpartyName, reference }: IdentifiedLine): string {
  if (fileId !== null) return `id ${fileId}`;
  const words = `${bareText(description)}|${reference === null ? "" : bareText(reference)}`;
  return counterpartyName === null ? words : `${words}|${bareText(counterpartyName)}`;
}

/**
 * How often each digest came, under 64 bits of it in an open-addressed table: a Map of a million texts takes 150 MB.
 * That two different lines of one file meet in all 64 bits happens once in some ten million files of a million lines.
 */
class Occurrences {
  #slots = 1 << 12;
  #used = 0;
  #keys = new Uint32Array(this.#slots * 2);
  #counts = new Uint32Array(this.#slots);

  /** How often it came before; counts it. */
  count(digest: string, account: number): number {
    if (this.#used * 5 > this.#slots * 3) this.#grow();
    // Two multiplicative hashes over the digest; any 64 bits of it would do if they were at hand as numbers.
    let high = account ^ 0x811c9dc5;
    let low = account ^ 0x9e3779b9;
    for (let at = 0; at < digestCharacters; at++) {
      const code = digest.charCodeAt(at);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low + code, 0x85ebca6b) ^ (low >>> 13);
    }
    const slot = this.#slotOf(high >>> 0, low >>> 0);
    const before = this.#counts[slot] ?? 0;
    if (before === 0) this.#put(slot, high >>> 0, low >>> 0, 1);
    else this.#counts[slot] = before + 1;
    return before;
  }

  /** Where it stands, or the free slot where it would. */
  #slotOf(high: number, low: number): number {
    const mask = this.#slots - 1;
    let slot = (high ^ (low >>> 7)) & mask;
    while (this.#counts[slot] !== 0) {
      if (this.#keys[slot * 2] === high && this.#keys[slot * 2 + 1] === low) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #put(slot: number, high: number, low: number, count: number): void {
    this.#keys[slot * 2] = high;
    this.#keys[slot * 2 + 1] = low;
    this.#counts[slot] = count;
    this.#used += 1;
  }

  #grow(): void {
    const [keys, counts] = [this.#keys, this.#counts];
    this.#slots *= 2;
    this.#used = 0;
    this.#keys = new Uint32Array(this.#slots * 2);
    this.#counts = new Uint32Array(this.#slots);
    for (let from = 0; from < counts.length; from++) {
      const count = counts[from] ?? 0;
      if (count === 0) continue;
      const [high = 0, low = 0] = [keys[from * 2], keys[from * 2 + 1]];
      this.#put(this.#slotOf(high, low), high, low, count);
    }
  }
}
