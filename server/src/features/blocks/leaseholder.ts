import type { LocalDate } from "../../core/dates.ts";
import { surnameOf } from "../../core/surname.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { tidy } from "./unit.ts";

/** Who holds a unit of a block: who its demands are raised to. */
export interface Leaseholder {
  readonly id: string;
  readonly blockId: string;
  readonly unitId: string;
  /** Each once for a unit. */
  readonly name: string;
  /** What matching looks for in a bank's text. */
  readonly surname: string;
  readonly email: string | null;
  readonly since: LocalDate | null;
  readonly until: LocalDate | null;
  readonly archivedAt: Date | null;
}

/** What each statement that answers leaseholders selects, of the table `leaseholder`. */
export const leaseholderColumns = `
  id, block_id AS "blockId", unit_id AS "unitId", name, surname, email, since, until, archived_at AS "archivedAt"`;

/** The most leaseholders of a block, those out of use too. */
export const leaseholdersOfBlockMax = 10_000;

const charactersMax = { name: 200, surname: 80, email: 254 } as const;

export interface LeaseholderInput {
  readonly unitId: string;
  readonly name: string;
  readonly surname?: string | null;
  readonly email?: string | null;
  readonly since?: LocalDate | null;
  readonly until?: LocalDate | null;
}

export type LeaseholderValues = Pick<Leaseholder, "name" | "surname" | "email" | "since" | "until">;

/** Checks a leaseholder; the surname follows from the name where none is given. @throws InvalidInput */
export function readLeaseholderInput(input: Omit<LeaseholderInput, "unitId">): LeaseholderValues {
  const name = tidy(input.name);
  if (name === "" || name.length > charactersMax.name) {
    throw new InvalidInput(`A name has 1 to ${charactersMax.name} characters.`, "name");
  }
  const surname = tidy(input.surname ?? "") || surnameOf(name).slice(0, charactersMax.surname);
  if (!/\p{L}/u.test(surname) || surname.length > charactersMax.surname) {
    const message = `A surname has letters, and at most ${charactersMax.surname} characters.`;
    throw new InvalidInput(message, "surname");
  }
  const email = tidy(input.email ?? "") || null;
  if (email !== null && (email.length > charactersMax.email || !/^[^\s@]+@[^\s@]+$/.test(email))) {
    throw new InvalidInput("This is no e-mail address.", "email");
  }
  const [since, until] = [input.since ?? null, input.until ?? null];
  if (since !== null && until !== null && until < since) {
    throw new InvalidInput("It cannot end before it begins.", "until");
  }
  return { name, surname, email, since, until };
}

/**
 * Reads a leaseholder and keeps others from changing it until the transaction ends.
 * @throws NotFound
 */
export async function lockLeaseholder(tx: TenantTransaction, id: string): Promise<Leaseholder> {
  const [known] = knownIds([id], "leaseholder");
  const [leaseholder] = await tx.query<Leaseholder>(
    `SELECT ${leaseholderColumns} FROM leaseholder WHERE id = $1 FOR NO KEY UPDATE`,
    [known],
  );
  if (!leaseholder) throw new NotFound("leaseholder");
  return leaseholder;
}
