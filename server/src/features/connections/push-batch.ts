import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { findConnection } from "./connection.ts";
import { providerOf } from "./open-connection.ts";
import type { AppliedChanges } from "./sync/apply-changes.ts";
import { bringIn, type PushedBatch } from "./sync/bring-in.ts";

/**
 * Takes in a batch that a bank's own system posts, all of it or nothing. Sent again it changes nothing, and sent in
 * any order it comes to the same, because each row is known by the sender's id.
 * @throws Forbidden, NotFound, InvalidInput for an account that nobody has told of and for an id of two accounts, Conflict
 * for a connection that is not pushed
 */
export async function pushBatch(
  app: App,
  viewer: Viewer,
  connectionId: string,
  batch: PushedBatch,
): Promise<AppliedChanges> {
  authorise(viewer, "bank_feeds:push");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const connection = await findConnection(tx, connectionId);
    if (connection === null) throw new NotFound("bank connection");
    if (providerOf(app, connection).description.kind !== "push") {
      throw new Conflict("This connection is pulled from its provider: nothing is pushed into it.");
    }
    await refuseStrayRows(tx, connectionId, batch);
    return bringIn(tx, connection, batch, app.now());
  });
}

/**
 * A row's account must be known, from this batch or an earlier one, and be of the row's currency. In one batch an id is
 * of one account: of two rows with one id only the last is taken, and the other account's would be lost without a word.
 */
async function refuseStrayRows(
  tx: TenantTransaction,
  connectionId: string,
  { accounts, rows, removed }: PushedBatch,
): Promise<void> {
  const known = await tx.prisma.financialAccount.findMany({
    where: { organisationId: tx.organisationId, connectionId },
    select: { externalId: true, currency: true },
  });
  const currencies = new Map(
    [...known, ...accounts].map((each) => [each.externalId, each.currency]),
  );
  for (const [index, row] of rows.entries()) {
    const currency = currencies.get(row.accountExternalId);
    const field = `transactions.${index}`;
    if (currency === undefined) {
      throw new InvalidInput(`There is no account "${row.accountExternalId}".`, field);
    }
    if (currency !== row.currency) {
      throw new InvalidInput(`The account is in ${currency}, not in ${row.currency}.`, field);
    }
  }
  const accountOf = new Map<string, string | null>();
  for (const [list, named] of [["transactions", rows] as const, ["removed", removed] as const]) {
    for (const [index, { externalId, accountExternalId }] of named.entries()) {
      const account = accountOf.get(externalId) ?? accountExternalId;
      accountOf.set(externalId, account);
      if (account !== accountExternalId && accountExternalId !== null) {
        const message = `"${externalId}" is of two accounts: send them in two batches.`;
        throw new InvalidInput(message, `${list}.${index}`);
      }
    }
  }
}
