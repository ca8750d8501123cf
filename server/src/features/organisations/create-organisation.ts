import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { addMembership } from "./add-membership.ts";

export interface NewOrganisation {
  name: string;
  /** ISO 4217. */
  baseCurrency: string;
  /** IANA name; Europe/London if absent. */
  timeZone?: string;
}

/** What most small businesses sort their bank lines into; people add their own. */
export const defaultCategories: readonly { name: string; kind: CategoryKind }[] = [
  { name: "Sales", kind: "income" },
  { name: "Interest received", kind: "income" },
  { name: "Refunds received", kind: "income" },
  { name: "Other income", kind: "income" },
  { name: "Suppliers", kind: "expense" },
  { name: "Payroll", kind: "expense" },
  { name: "Rent", kind: "expense" },
  { name: "Utilities", kind: "expense" },
  { name: "Software", kind: "expense" },
  { name: "Travel", kind: "expense" },
  { name: "Insurance", kind: "expense" },
  { name: "Bank fees", kind: "expense" },
  { name: "Tax", kind: "expense" },
  { name: "Other expenses", kind: "expense" },
  { name: "Transfers between accounts", kind: "transfer" },
];

type CategoryKind = "income" | "expense" | "transfer";

/**
 * Creates the organisation that the transaction runs as, with its default categories and its owner:
 *
 *     const organisationId = newId();
 *     await asOrganisation(database, organisationId, async (tx) => {
 *       await createOrganisation(tx, { name: "Harbour Works", baseCurrency: "GBP" }, ownerId);
 *     });
 */
export async function createOrganisation(
  tx: TenantTransaction,
  organisation: NewOrganisation,
  ownerId: string,
): Promise<void> {
  await tx.query(
    "INSERT INTO organisation (id, name, base_currency, time_zone) VALUES ($1, $2, $3, $4)",
    [
      tx.organisationId,
      organisation.name,
      organisation.baseCurrency,
      organisation.timeZone ?? "Europe/London",
    ],
  );
  await tx.prisma.category.createMany({
    data: defaultCategories.map((category) => ({
      id: newId(),
      organisationId: tx.organisationId,
      ...category,
    })),
  });
  await addMembership(tx, ownerId, "owner");
}
