import { InvalidInput } from "../errors.ts";

/** RFC 5321 allows no longer address. */
const emailCharactersMax = 254;

/** One spelling for each address: what is stored and looked up. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize("NFC").toLowerCase();
}

/** @throws InvalidInput when this cannot be an e-mail address */
export function checkEmail(email: string): string {
  const normalised = normaliseEmail(email);
  if (normalised.length > emailCharactersMax || !/^[^\s@]+@[^\s@]+$/.test(normalised)) {
    throw new InvalidInput("This is no e-mail address.", "email");
  }
  return normalised;
}
