import { hash, verify } from "@node-rs/argon2";
import { InvalidInput, RateLimited } from "../errors.ts";
import { Slots, SlotsTaken } from "./slots.ts";

/** OWASP's first choice for Argon2id (the library's default kind). Memory in KiB. */
const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const passwordCharactersMin = 12;
const passwordCharactersMax = 256;

/** Each hash holds 19 MiB and a core for its time; the rest wait, and a flood is turned away. */
const slots = new Slots({ runningMax: 4, waitingMax: 100 });
const busyMs = 5_000;

/** @throws InvalidInput when the password is not fit to protect money data */
export function checkPasswordPolicy(password: string, field = "password"): void {
  const characters = [...password].length;
  if (characters < passwordCharactersMin) {
    throw new InvalidInput(`Choose at least ${passwordCharactersMin} characters.`, field);
  }
  if (characters > passwordCharactersMax) {
    throw new InvalidInput(`Choose at most ${passwordCharactersMax} characters.`, field);
  }
  if (new Set(password).size < 5) {
    throw new InvalidInput("Choose a password that is harder to guess.", field);
  }
}

/**
 * @returns the Argon2id hash in PHC format
 * @throws RateLimited when too many are being hashed at once
 */
export function hashPassword(password: string, now = new Date()): Promise<string> {
  return inSlot(now, () => hash(normalised(password), argon2id));
}

/**
 * Whether the password is the one. Costs the same where there is no hash to compare with, so that an answer's
 * time does not tell which e-mail addresses are known.
 * @throws RateLimited when too many are being verified at once
 */
export async function verifyPassword(
  passwordHash: string | null,
  password: string,
  now: Date,
): Promise<boolean> {
  const fits = [...password].length <= passwordCharactersMax;
  const given = fits ? normalised(password) : "";
  const compared = passwordHash ?? (await nobodysHash());
  const same = await inSlot(now, () => verify(compared, given));
  return same && fits && passwordHash !== null;
}

let nobodys: Promise<string> | undefined;

function nobodysHash(): Promise<string> {
  nobodys ??= hash("the password of nobody", argon2id);
  return nobodys;
}

/** Keyboards compose accents in two ways; both must be the same password (NIST SP 800-63B, 3.1.1.2). */
function normalised(password: string): string {
  return password.normalize("NFKC");
}

async function inSlot<Result>(now: Date, work: () => Promise<Result>): Promise<Result> {
  try {
    return await slots.run(work);
  } catch (error) {
    if (!(error instanceof SlotsTaken)) throw error;
    const retryAt = new Date(now.getTime() + busyMs);
    throw new RateLimited("Too many people are signing in at once. Try again shortly.", retryAt);
  }
}
