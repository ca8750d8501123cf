import type { Credential } from "./provider.ts";

const windowMs = 10_000;
/** One connection that is limited says nothing about the others; this many at once do. */
const connectionsMin = 3;
/** And so many of all answers: a bank that limits its own connections is not the provider. */
const shareMin = 0.5;
const answersMax = 1_000;

interface Answer {
  readonly atMs: number;
  /** Null: a call of the whole installation, of no connection. */
  readonly secret: string | null;
  readonly limited: boolean;
}

/**
 * Tells from a provider's last answers whether it limits the whole installation or single connections: the answers
 * themselves mostly do not say.
 */
export class RateLimitWatch {
  #answers: Answer[] = [];

  /** Notes an answer. @returns whether it is a limit that the whole installation has met */
  note(credential: Credential | null, limited: boolean, now: Date): boolean {
    const atMs = now.getTime();
    this.#answers = this.#answers
      .filter((answer) => answer.atMs > atMs - windowMs)
      .slice(-answersMax);
    this.#answers.push({ atMs, secret: credential?.secret ?? null, limited });
    if (!limited) return false;
    const hits = this.#answers.filter((answer) => answer.limited);
    if (hits.length < this.#answers.length * shareMin) return false;
    return credential === null || new Set(hits.map(({ secret }) => secret)).size >= connectionsMin;
  }
}
