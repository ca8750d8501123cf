import { newId } from "../../db/ids.ts";
import type { Sql } from "../../db/sql.ts";
import { Conflict } from "../errors.ts";
import { checkEmail } from "./email.ts";

export interface NewPerson {
  email: string;
  name: string;
  /** From `hashPassword`; null for people who come through the OpenID Connect issuer only. */
  passwordHash: string | null;
}

/**
 * Adds a human being, who is a member of nothing yet.
 * @returns the person's id
 * @throws InvalidInput for what is no e-mail address; Conflict when somebody has it
 */
export async function addPerson(sql: Sql, person: NewPerson): Promise<string> {
  const id = newId();
  const added = await sql.query(
    `INSERT INTO person (id, email, name, password_hash) VALUES ($1, $2, $3, $4)
     ON CONFLICT (email) DO NOTHING RETURNING id`,
    [id, checkEmail(person.email), person.name, person.passwordHash],
  );
  if (added.length === 0) throw new Conflict("Somebody has this e-mail address already.");
  return id;
}
