import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { Role } from "../../generated/prisma/enums.ts";
import { Conflict } from "../errors.ts";

/**
 * Makes a person a member of the transaction's organisation.
 * @returns the membership's id
 * @throws Conflict for somebody who is a member already
 */
export async function addMembership(
  tx: TenantTransaction,
  personId: string,
  role: Role,
): Promise<string> {
  const id = newId();
  const added = await tx.query(
    `INSERT INTO membership (organisation_id, id, person_id, role) VALUES ($1, $2, $3, $4::role)
     ON CONFLICT (organisation_id, person_id) DO NOTHING RETURNING id`,
    [tx.organisationId, id, personId, role],
  );
  if (added.length === 0) throw new Conflict("This person is a member already.");
  return id;
}
