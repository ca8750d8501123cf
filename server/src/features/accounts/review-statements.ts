import type { App } from "../../app.ts";
import { type StatementState, statementMonthsMax } from "../../core/statement-months.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { announce } from "../announcements/announce.ts";
import { reopen } from "../announcements/reopen.ts";
import { settle } from "../announcements/settle.ts";
import { statementMonthsOf } from "./read-statement-months.ts";

/** Months further back are shown as late, and not announced each on its own. */
const announcedMonthsMax = 6;

/**
 * Announces the statements that are due or late, and settles the announcements whose reason is gone. To be called once a
 * day; again, it changes nothing.
 */
export async function reviewStatements(app: App, organisationId: string): Promise<void> {
  await asOrganisation(app.database, organisationId, (tx) => reviewStatementsIn(tx, app.now()));
}

/** The same inside the transaction of a change that moves due days. @param accountId absent: of all accounts */
export async function reviewStatementsIn(
  tx: TenantTransaction,
  now: Date,
  accountId?: string,
): Promise<void> {
  const months = await statementMonthsOf(tx, tx.organisationId, {
    now,
    ...(accountId !== undefined && { accountIds: [accountId] }),
    count: statementMonthsMax,
  });
  const announced = await tx.query<{ accountId: string }>(
    `SELECT DISTINCT account_id AS "accountId" FROM announcement
     WHERE organisation_id = $1 AND settled_at IS NULL AND kind IN ('statement_due', 'statement_late')
       AND ($2::uuid IS NULL OR account_id = $2)`,
    [tx.organisationId, accountId ?? null],
  );
  // In one order for everybody: two reviews at once wait for each other and never in a circle.
  const ids = new Set([...months.keys(), ...announced.map((each) => each.accountId)]);
  for (const id of [...ids].sort()) {
    const inState = (state: StatementState) =>
      (months.get(id) ?? []).filter((each) => each.state === state).map(({ month }) => month);
    await tellOf(tx, id, "statement_due", inState("due"), now);
    await tellOf(tx, id, "statement_late", inState("late"), now);
  }
}

async function tellOf(
  tx: TenantTransaction,
  accountId: string,
  kind: "statement_due" | "statement_late",
  occasions: readonly string[],
  at: Date,
): Promise<void> {
  await settle(tx, { accountId, kinds: [kind], exceptOccasions: occasions, at });
  // An upload that was taken back, a calendar that was corrected: what was settled is due once more.
  await reopen(tx, { accountId, kind, occasions });
  for (const occasion of occasions.slice(0, announcedMonthsMax)) {
    await announce(tx, { accountId, kind, occasion, at });
  }
}
