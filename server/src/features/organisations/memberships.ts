import { readAsHolder } from "../../db/before-tenant.ts";
import type { Database } from "../../db/client.ts";
import type { Role } from "../../generated/prisma/enums.ts";

export interface OrganisationSummary {
  readonly id: string;
  readonly name: string;
  readonly baseCurrency: string;
  readonly timeZone: string;
}

export interface PersonSummary {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface PersonMembership {
  readonly organisation: OrganisationSummary;
  readonly role: Role;
}

/** The organisations that a person belongs to, oldest membership first. */
export async function membershipsOf(
  database: Database,
  personId: string,
): Promise<PersonMembership[]> {
  const rows = await readAsHolder(database, { kind: "person", personId }, (sql) =>
    sql.query<Row>(
      `SELECT m.role, o.id, o.name, o.base_currency, o.time_zone
       FROM membership m JOIN organisation o ON o.id = m.organisation_id
       WHERE m.person_id = $1 ORDER BY m.created_at, m.id`,
      [personId],
    ),
  );
  return rows.map(({ role, id, name, base_currency, time_zone }) => ({
    role,
    organisation: { id, name, baseCurrency: base_currency, timeZone: time_zone },
  }));
}

interface Row {
  role: Role;
  id: string;
  name: string;
  base_currency: string;
  time_zone: string;
}
