import type { App } from "../../app.ts";
import type { LocalDate } from "../../core/dates.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { recordAudit } from "../audit/record.ts";
import { InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import type { Position } from "../paging.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { accountsOfTransactions } from "./accounts-of-transactions.sql.ts";
import type { BankTransaction } from "./bank-transaction.ts";
import { pageOfTransactions } from "./page-of-transactions.sql.ts";
import { printCsv, printOfx } from "./print-transactions.ts";
import type { TransactionFilter } from "./transaction-filter.ts";

export type ExportFormat = "csv" | "ofx";

export interface ExportRequest {
  readonly format: ExportFormat;
  /** OFX is of one account. */
  readonly accountId: string | null;
  readonly filter: Omit<TransactionFilter, "accountIds">;
  /** CSV: pending lines too, marked as such. */
  readonly pending: boolean;
}

export interface TransactionExport {
  readonly fileName: string;
  readonly content: AsyncGenerator<string>;
}

const pageSize = 1_000;

/**
 * Bank transactions as a file, the oldest first, printed page by page in constant memory. Each page is read for itself,
 * behind the last row of the page before: a slow receiver holds no database transaction open, no line comes twice, and
 * one that changes while the file is being sent is in it as it was when its page was read. Removed lines are left out
 * unless asked for by their status, pending ones too.
 *
 * @throws Forbidden, NotFound for the account, InvalidInput for the filter
 */
export async function exportTransactions(
  app: App,
  viewer: Viewer,
  request: ExportRequest,
): Promise<TransactionExport> {
  authorise(viewer, "transactions:read");
  const account = request.accountId === null ? null : await readAccount(app, viewer, request);
  if (request.format === "ofx" && account === null) {
    throw new InvalidInput("An OFX file is of one account: say which.", "accountId");
  }
  const filter = { ...request.filter, ...(account && { accountIds: [account.id] }) };
  // The first page before anything is recorded or sent: it finds what is wrong with the filter.
  const pages = readPages(app, viewer.organisationId, filter, request);
  const first = await pages.next();
  await noteExport(app, viewer, request, account);
  const given = resumed(first, pages);
  const now = app.now();
  const content =
    account !== null && request.format === "ofx"
      ? printOfx(given, { account, filter, now })
      : printCsv(given, { pending: request.pending, one: account !== null });
  return { fileName: fileNameOf(account, request, now), content };
}

/** A page of lines with their accounts. */
export interface ExportPage {
  readonly lines: readonly BankTransaction[];
  readonly accounts: ReadonlyMap<string, FinancialAccount>;
}

async function* readPages(
  app: App,
  organisationId: string,
  filter: TransactionFilter,
  { format, pending }: ExportRequest,
): AsyncGenerator<ExportPage, undefined> {
  const known = new Map<string, FinancialAccount>();
  let before: Position | null = null;
  for (;;) {
    const request = { count: pageSize, direction: "backward", after: null, before } as const;
    const rows: BankTransaction[] = await readAsOrganisation(
      app.database,
      organisationId,
      async (sql) => {
        const found = await pageOfTransactions(sql, request, filter);
        const ids = new Set(found.map(({ accountId }) => accountId));
        const unknown = [...ids].filter((id) => !known.has(id));
        if (unknown.length > 0) {
          for (const [id, account] of await accountsOfTransactions(sql, unknown)) {
            known.set(id, account);
          }
        }
        return found;
      },
    );
    const page = rows.slice(0, pageSize);
    const lines = page.filter((line) => !line.pending || (pending && format === "csv"));
    if (lines.length > 0) yield { lines, accounts: known };
    const last = page.at(-1);
    if (last === undefined || rows.length <= pageSize) return;
    before = { day: last.bookedOn, id: last.id };
  }
}

async function* resumed(
  first: IteratorResult<ExportPage, undefined>,
  rest: AsyncGenerator<ExportPage, undefined>,
): AsyncGenerator<ExportPage> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** @throws NotFound */
async function readAccount(
  app: App,
  { organisationId }: Viewer,
  { accountId }: ExportRequest,
): Promise<FinancialAccount> {
  const [id = ""] = knownIds([accountId ?? ""], "account");
  const found = await readAsOrganisation(app.database, organisationId, (sql) =>
    accountsOfTransactions(sql, [id]),
  );
  const account = found.get(id);
  if (account === undefined) throw new NotFound("account");
  return account;
}

/** Said when the export begins: who asked for the figures has begun to get them. */
async function noteExport(
  app: App,
  viewer: Viewer,
  { format, filter }: ExportRequest,
  account: FinancialAccount | null,
): Promise<void> {
  await asOrganisation(app.database, viewer.organisationId, (tx) =>
    recordAudit(tx, viewer, {
      action: "transactions.exported",
      subjectKind: account === null ? "organisation" : "financial_account",
      subjectId: account?.id ?? viewer.organisationId,
      detail: {
        format: format.toUpperCase(),
        account: account?.name ?? null,
        from: filter.from ?? null,
        to: filter.to ?? null,
      },
    }),
  );
}

function fileNameOf(
  account: FinancialAccount | null,
  { format, filter }: ExportRequest,
  now: Date,
): string {
  const day = now.toISOString().slice(0, 10) as LocalDate;
  const period = [filter.from, filter.to ?? day].filter((part) => part != null).join(" to ");
  return `${account?.name ?? "Transactions"} ${period}.${format}`;
}
