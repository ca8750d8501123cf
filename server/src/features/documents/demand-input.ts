import type { LocalDate } from "../../core/dates.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { Block } from "../blocks/block.ts";
import { type Leaseholder, leaseholderColumns } from "../blocks/leaseholder.ts";
import { readBlocks } from "../blocks/list-blocks.ts";
import { lockUnit, type Unit } from "../blocks/unit.ts";
import { InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { type OpenItemValues, readOpenItemInput } from "./open-item-input.ts";

/** A service charge that is raised to a leaseholder for a unit. */
export interface DemandInput {
  readonly unitId: string;
  readonly leaseholderId: string;
  readonly number: string;
  readonly description?: string | null;
  readonly issuedOn: LocalDate;
  readonly dueOn?: LocalDate | null;
  readonly amount: { readonly amount: string; readonly currency: string };
}

/** Whom a demand is raised to, and for what. */
export interface DemandPlace {
  readonly block: Block;
  readonly unit: Unit;
  readonly leaseholder: Leaseholder;
}

/** Its counterparty is the leaseholder, by the name that they have now. @throws InvalidInput */
export function readDemandInput(input: DemandInput, leaseholderName: string): OpenItemValues {
  const read = readOpenItemInput({
    kind: "demand",
    counterpartyName: leaseholderName,
    number: input.number,
    description: input.description ?? null,
    issuedOn: input.issuedOn,
    dueOn: input.dueOn ?? null,
    amount: input.amount,
  });
  if (!read.ok) throw new InvalidInput(read.problem.message, read.problem.field);
  return read.value;
}

/**
 * The unit and its leaseholder, who cannot be moved or archived until the transaction ends.
 * @throws NotFound, InvalidInput when the leaseholder holds another unit
 */
export async function lockDemandPlace(
  tx: TenantTransaction,
  { unitId, leaseholderId }: Pick<DemandInput, "unitId" | "leaseholderId">,
): Promise<DemandPlace> {
  const [wanted] = knownIds([leaseholderId], "leaseholder");
  const unit = await lockUnit(tx, unitId);
  const [leaseholder] = await tx.query<Leaseholder>(
    `SELECT ${leaseholderColumns} FROM leaseholder WHERE id = $1 FOR SHARE`,
    [wanted],
  );
  if (!leaseholder) throw new NotFound("leaseholder");
  if (leaseholder.unitId !== unit.id) {
    const message = `${leaseholder.name} does not hold the unit ${unit.number}.`;
    throw new InvalidInput(message, "leaseholderId");
  }
  const block = (await readBlocks(tx, [unit.blockId])).get(unit.blockId);
  if (!block) throw new NotFound("block");
  return { block, unit, leaseholder };
}
