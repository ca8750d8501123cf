import type { TenantTransaction } from "../../db/as-organisation.ts";
import { InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";

/** A set of books of its own: a managed building, a subsidiary, a project. */
export interface Block {
  readonly id: string;
  readonly name: string;
  readonly archivedAt: Date | null;
}

/** What each statement that answers blocks selects. */
export const blockColumns = `id, name, archived_at AS "archivedAt"`;

/** The most blocks of an organisation. */
export const blocksMax = 1_000;

const nameCharactersMax = 80;

/** A name as it is kept. @throws InvalidInput */
export function blockName(given: string): string {
  const name = given.trim().replace(/[\p{Cc}\s]+/gu, " ");
  if (name === "" || name.length > nameCharactersMax) {
    throw new InvalidInput(`A name has 1 to ${nameCharactersMax} characters.`, "name");
  }
  return name;
}

/**
 * Reads a block and keeps others from changing it until the transaction ends.
 * @throws NotFound
 */
export async function lockBlock(tx: TenantTransaction, id: string): Promise<Block> {
  const [known] = knownIds([id], "block");
  const [block] = await tx.query<Block>(
    `SELECT ${blockColumns} FROM block WHERE id = $1 FOR NO KEY UPDATE`,
    [known],
  );
  if (!block) throw new NotFound("block");
  return block;
}
