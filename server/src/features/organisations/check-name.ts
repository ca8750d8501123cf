import { InvalidInput } from "../errors.ts";

export const nameCharactersMax = 120;

/**
 * A name of a person, an organisation or a key, as it is kept: one line, trimmed.
 * @throws InvalidInput
 */
export function checkName(name: string, field = "name"): string {
  const kept = name.normalize("NFC").replace(/\s+/g, " ").trim();
  if (kept === "") throw new InvalidInput("Give a name.", field);
  if ([...kept].length > nameCharactersMax) {
    throw new InvalidInput(`Give at most ${nameCharactersMax} characters.`, field);
  }
  if (/\p{Cc}/u.test(kept)) throw new InvalidInput("A name has no control characters.", field);
  return kept;
}
