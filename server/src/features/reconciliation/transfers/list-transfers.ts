import type { App } from "../../../app.ts";
import { localDate } from "../../../core/dates.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { addKeyset, Conditions } from "../../conditions.ts";
import { type Page, type PageArguments, pageOf, pageRequest } from "../../paging.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { type Transfer, transferColumns } from "./transfer.ts";

export interface TransferPage extends Page<Transfer> {
  countAll(): Promise<number>;
}

/** The day by which transfers are listed. */
const decidedOn = "(decided_at AT TIME ZONE 'UTC')::date";

/** A page of the transfers that stand, the last decided first. @throws Forbidden, InvalidInput */
export async function listTransfers(
  app: App,
  viewer: Viewer,
  args: PageArguments,
): Promise<TransferPage> {
  authorise(viewer, "transactions:read");
  const page = pageRequest(args);
  const { organisationId } = viewer;
  const conditions = new Conditions();
  conditions.add("voided_at IS NULL");
  const order = addKeyset(conditions, page, decidedOn);
  const rows = await readAsOrganisation(app.database, organisationId, (sql) =>
    sql.query<Transfer>(
      `SELECT ${transferColumns} FROM transfer ${conditions.where()} ${order} LIMIT ${page.count + 1}`,
      conditions.values,
    ),
  );
  return {
    ...pageOf(page, rows),
    countAll: () =>
      readAsOrganisation(app.database, organisationId, async (sql) => {
        const [row] = await sql.query<{ count: number }>(
          "SELECT count(*)::int AS count FROM transfer WHERE voided_at IS NULL",
        );
        return row?.count ?? 0;
      }),
  };
}

/** The day by which a transfer stands in the list. */
export function dayOfTransfer({ decidedAt }: Transfer) {
  return localDate(decidedAt.toISOString().slice(0, 10));
}
