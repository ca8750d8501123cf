import type { TenantTransaction } from "../../db/as-organisation.ts";
import { InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { type Block, lockBlock } from "./block.ts";

/** A flat, house or shop of a block: what its service charges are raised for. */
export interface Unit {
  readonly id: string;
  readonly blockId: string;
  /** As people write it; each once in its block, whatever its case and spaces. */
  readonly number: string;
  readonly name: string | null;
  readonly archivedAt: Date | null;
}

/** What each statement that answers units selects, of the table `unit`. */
export const unitColumns = `id, block_id AS "blockId", number, name, archived_at AS "archivedAt"`;

/** The most units of a block, those out of use too. */
export const unitsOfBlockMax = 5_000;

const charactersMax = { number: 20, name: 80 } as const;

export interface UnitInput {
  readonly number: string;
  readonly name?: string | null;
}

export interface UnitValues {
  readonly number: string;
  readonly name: string | null;
}

/** @throws InvalidInput */
export function readUnitInput(input: UnitInput): UnitValues {
  const number = tidy(input.number);
  const name = tidy(input.name ?? "") || null;
  if (number === "" || number.length > charactersMax.number) {
    const message = `A unit's number has 1 to ${charactersMax.number} characters.`;
    throw new InvalidInput(message, "number");
  }
  if (!/[\p{L}\p{N}]/u.test(number)) {
    throw new InvalidInput("A unit's number has a letter or a digit.", "number");
  }
  if (name !== null && name.length > charactersMax.name) {
    throw new InvalidInput(`A name has at most ${charactersMax.name} characters.`, "name");
  }
  return { number, name };
}

/** Text of a person as it is kept: one space between words, nothing that does not print. */
export function tidy(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .normalize("NFC");
}

/** Units whose numbers have one key are one: "12 a" is "12A". The database holds them apart by the same. */
export function unitKey(number: string): string {
  return number.replace(/\s+/gu, "").toUpperCase();
}

/**
 * Reads a unit and keeps others from changing it until the transaction ends. Who needs the block as well takes that
 * first: see lockUnitOfBlock.
 * @throws NotFound
 */
export async function lockUnit(tx: TenantTransaction, id: string): Promise<Unit> {
  const [known] = knownIds([id], "unit");
  const [unit] = await tx.query<Unit>(
    `SELECT ${unitColumns} FROM unit WHERE id = $1 FOR NO KEY UPDATE`,
    [known],
  );
  if (!unit) throw new NotFound("unit");
  return unit;
}

/** Locks a unit's block and then the unit: the order of everybody who changes both. @throws NotFound */
export async function lockUnitOfBlock(
  tx: TenantTransaction,
  id: string,
): Promise<{ unit: Unit; block: Block }> {
  const [known] = knownIds([id], "unit");
  const [seen] = await tx.query<{ blockId: string }>(
    `SELECT block_id AS "blockId" FROM unit WHERE id = $1`,
    [known],
  );
  if (!seen) throw new NotFound("unit");
  const block = await lockBlock(tx, seen.blockId);
  return { block, unit: await lockUnit(tx, id) };
}
