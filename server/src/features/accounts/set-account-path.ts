import type { App } from "../../app.ts";
import type { LocalDate } from "../../core/dates.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { fromDateColumn, toDateColumn } from "../../db/dates.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { readCalendar } from "../calendar/read-calendar.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { readCadence } from "./cadence.ts";
import { accountNow, lockAccount } from "./lock-account.ts";
import { noteAccountChange } from "./note-account-change.ts";
import { reviewStatementsIn } from "./review-statements.ts";

export interface AccountPathRequest {
  readonly id: string;
  /** False takes the path away: then nothing feeds the account. */
  readonly manualUpload: boolean;
  readonly uploadsFrom?: LocalDate | null | undefined;
  readonly uploadBusinessDay?: number | null | undefined;
}

/**
 * Says that an account's statements are brought in by hand, how, or that they no longer are. Again, it changes nothing.
 * @throws Forbidden, NotFound, InvalidInput, Conflict while a live connection feeds it
 */
export async function setAccountPath(
  app: App,
  viewer: Viewer,
  request: AccountPathRequest,
): Promise<FinancialAccount> {
  authorise(viewer, "bank_connections:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const account = await lockAccount(tx, request.id);
    if (await isFed(tx, account)) {
      throw new Conflict("A bank connection feeds this account: it needs no statements by hand.");
    }
    await (request.manualUpload ? giveManualPath : takePathAway)(
      { tx, viewer, now: app.now() },
      account,
      request,
    );
    await reviewStatementsIn(tx, app.now(), account.id);
    return accountNow(tx, account.id);
  });
}

interface Work {
  readonly tx: TenantTransaction;
  readonly viewer: Viewer;
  readonly now: Date;
}

async function giveManualPath(
  { tx, viewer, now }: Work,
  account: FinancialAccount,
  request: AccountPathRequest,
): Promise<void> {
  const { today } = await readCalendar(tx, tx.organisationId, now);
  const uploadsFrom = account.uploadsFrom && fromDateColumn(account.uploadsFrom);
  const before = { uploadsFrom, uploadBusinessDay: account.uploadBusinessDay };
  const cadence = readCadence(request, before, today);
  const same =
    account.path === "manual_upload" &&
    before.uploadsFrom === cadence.uploadsFrom &&
    before.uploadBusinessDay === cadence.uploadBusinessDay;
  if (same) return;
  const { organisationId } = tx;
  const institutionName = account.institutionName ?? (await institutionOf(tx, account));
  await tx.prisma.financialAccount.update({
    where: { organisationId_id: { organisationId, id: account.id } },
    data: {
      path: "manual_upload",
      institutionName,
      uploadsFrom: toDateColumn(cadence.uploadsFrom),
      uploadBusinessDay: cadence.uploadBusinessDay,
      // Something arrives again.
      closedAt: null,
    },
  });
  await noteAccountChange(tx, viewer, account, "financial_account.manual_path_set", {
    from: cadence.uploadsFrom.slice(0, 7),
    businessDay: cadence.uploadBusinessDay,
  });
}

async function takePathAway({ tx, viewer, now }: Work, account: FinancialAccount): Promise<void> {
  if (account.path !== "manual_upload") return;
  const { organisationId } = tx;
  await tx.prisma.financialAccount.update({
    where: { organisationId_id: { organisationId, id: account.id } },
    // Of a connection that is over nothing arrives any more, as before the statements.
    data: { path: null, ...(account.connectionId !== null && { closedAt: now }) },
  });
  await noteAccountChange(tx, viewer, account, "financial_account.manual_path_taken_away");
}

/** Whether lines arrive by themselves: the connection is neither over nor without this account. */
async function isFed(tx: TenantTransaction, account: FinancialAccount): Promise<boolean> {
  if (account.connectionId === null) return account.path === "non_standard";
  if (account.closedAt !== null || account.path === "manual_upload") return false;
  const connection = await findConnection(tx, account.connectionId);
  return connection !== null && !["deleted", "expired"].includes(connection.status);
}

async function institutionOf(
  tx: TenantTransaction,
  account: FinancialAccount,
): Promise<string | null> {
  if (account.connectionId === null) return null;
  return (await findConnection(tx, account.connectionId))?.institutionName ?? null;
}

function findConnection(tx: TenantTransaction, id: string) {
  const { organisationId } = tx;
  return tx.prisma.bankConnection.findUnique({
    where: { organisationId_id: { organisationId, id } },
    select: { status: true, institutionName: true },
  });
}
