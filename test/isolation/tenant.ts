/** A tenant that has one thing of every kind that an id in the API can mean. */
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { newId } from "../../server/src/db/ids.ts";
import { recordAudit } from "../../server/src/features/audit/record.ts";
import { authenticate } from "../../server/src/features/organisations/authenticate.ts";
import { createApiKey } from "../../server/src/features/organisations/create-api-key.ts";
import type { Viewer } from "../../server/src/features/viewer.ts";
import { addBlock, addImport } from "../support/imports.ts";
import {
  addAccount,
  addConnection,
  addMatch,
  addOpenItems,
  addOrganisation,
  addSession,
  addTransactions,
  type TestApp,
  viewerIn,
} from "../support/world.ts";

export interface Tenant {
  readonly organisationId: string;
  /** The owner, signed in. */
  readonly viewer: Viewer;
  readonly ids: Readonly<Record<Kind, string>>;
}

export type Kind =
  | "organisation"
  | "member"
  | "apiKey"
  | "connection"
  | "account"
  | "transaction"
  | "excludedTransaction"
  | "category"
  | "openItem"
  | "match"
  | "syncRun"
  | "matchingRun"
  | "rule"
  | "replay"
  | "transfer"
  /** Two lines that could be a transfer. */
  | "transferOut"
  | "transferIn"
  | "announcement"
  | "ledgerAccount"
  | "block"
  | "unit"
  | "leaseholder"
  | "demand"
  | "profile"
  | "alias"
  /** A pair that a person declined, and two lines that are no transfer. */
  | "declinedTransaction"
  | "declinedItem"
  | "declinedOut"
  | "declinedIn"
  | "accountingConnection"
  | "feed"
  | "pushOperation"
  | "paymentOffer"
  /** The account that imports have lines of. */
  | "importedAccount"
  /** Read, and waiting for a person's word. */
  | "pendingImport"
  /** In the books. */
  | "completeImport"
  /** What the log has an entry about. */
  | "auditSubject"
  /** Not a row of ours: what a provider calls a bank. */
  | "institution";

export async function addTenant(app: TestApp): Promise<Tenant> {
  const organisation = await addOrganisation(app);
  const { id: organisationId, people } = organisation;
  const connection = await addConnection(app, organisationId);
  const account = await addAccount(app, organisationId, connection);
  const [transaction = "", matched = "", excludedTransaction = ""] = await addTransactions(
    app,
    organisationId,
    account,
    [{}, {}, {}],
  );
  const memory = await addMemory(app, organisationId, account);
  const ruled = await addRuled(app, organisationId, account);
  const [openItem = "", paid = ""] = await addOpenItems(app, organisationId, [{}, {}]);
  const match = await addMatch(app, organisationId, { transactionId: matched, openItemId: paid });
  const { apiKey } = await createApiKey(app, viewerIn(organisation), {
    name: "Export",
    permissions: ["transactions:read"],
  });
  const rows = await addSmallThings(app, organisationId, {
    connection,
    transaction,
    excludedTransaction,
  });
  const ledgerAccount = await addBooks(app, organisationId, account);
  const fed = await addAccounting(app, organisationId, { account, excludedTransaction, match });
  const imports = await addImports(app, organisationId);
  const units = await addUnit(app, organisationId, imports.block);
  const secret = await addSession(app, people.owner.id, organisationId);
  const viewer = await authenticate(app, {
    cookie: secret,
    authorization: null,
    organisation: null,
  });
  if (!viewer) throw new TypeError("a new session is good");
  return {
    organisationId,
    viewer,
    ids: {
      organisation: organisationId,
      member: people.viewer.membershipId,
      apiKey: apiKey.id,
      connection,
      account,
      transaction,
      excludedTransaction,
      openItem,
      match,
      auditSubject: apiKey.id,
      institution: "ins_test",
      ledgerAccount,
      ...fed,
      ...imports,
      ...ruled,
      ...units,
      ...memory,
      ...rows,
    },
  };
}

/** What matching has learned and was told, and a profile of one's own. */
async function addMemory(app: TestApp, organisationId: string, account: string) {
  const [declinedTransaction = "", declinedOut = "", declinedIn = ""] = await addTransactions(
    app,
    organisationId,
    account,
    [{}, { amountMinor: -5_00n }, { amountMinor: 5_00n }],
  );
  const [declinedItem = ""] = await addOpenItems(app, organisationId, [{}]);
  const [profile, alias] = [newId(), newId()];
  await asOrganisation(app.database, organisationId, async (tx) => {
    await tx.query(
      `INSERT INTO declined_pair (organisation_id, transaction_id, open_item_id, declined_by)
       VALUES ($1, $2, $3, 'Tess Tester')`,
      [organisationId, declinedTransaction, declinedItem],
    );
    await tx.query(
      `INSERT INTO declined_transfer (organisation_id, out_transaction_id, in_transaction_id, declined_by)
       VALUES ($1, $2, $3, 'Tess Tester')`,
      [organisationId, declinedOut, declinedIn],
    );
    await tx.query(
      `INSERT INTO alias (organisation_id, id, payer_key, payer_text, client_key, client_name, learned_by)
       VALUES ($1, $2, 'acme', 'ACME', 'apex', 'Apex', 'Tess Tester')`,
      [organisationId, alias],
    );
    await tx.query(
      `INSERT INTO matching_profile (organisation_id, id, name, family, created_by)
       VALUES ($1, $2, 'Careful', 'invoice', 'Tess Tester')`,
      [organisationId, profile],
    );
    await tx.query(
      `INSERT INTO matching_profile_version (organisation_id, profile_id, version, definition, created_by)
       VALUES ($1, $2, 1, $3, 'Tess Tester')`,
      [organisationId, profile, JSON.stringify({})],
    );
  });
  return { declinedTransaction, declinedItem, declinedOut, declinedIn, profile, alias };
}

function addSmallThings(
  app: TestApp,
  organisationId: string,
  {
    connection,
    transaction,
    excludedTransaction,
  }: Record<"connection" | "transaction" | "excludedTransaction", string>,
): Promise<Record<"category" | "syncRun" | "matchingRun" | "announcement", string>> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const ids = {
      category: newId(),
      syncRun: newId(),
      matchingRun: newId(),
      announcement: newId(),
    };
    await tx.prisma.announcement.create({
      data: {
        id: ids.announcement,
        organisationId,
        kind: "consent_ending",
        connectionId: connection,
        occasion: "2026-12-01",
      },
    });
    await tx.prisma.category.create({
      data: { id: ids.category, organisationId, name: "Stationery", kind: "expense" },
    });
    await tx.prisma.bankTransaction.update({
      where: { organisationId_id: { organisationId, id: transaction } },
      data: { categoryId: ids.category },
    });
    await tx.prisma.syncRun.create({
      data: { id: ids.syncRun, organisationId, connectionId: connection, trigger: "manual" },
    });
    await tx.query(
      `INSERT INTO matching_run (id, organisation_id, trigger, status) VALUES ($1, $2, 'manual', 'complete')`,
      [ids.matchingRun, organisationId],
    );
    // The rule acted in this run, so that the run has a line to show.
    await tx.query("UPDATE rule_hit SET run_id = $1", [ids.matchingRun]);
    await tx.prisma.bankTransaction.update({
      where: { organisationId_id: { organisationId, id: excludedTransaction } },
      data: { excludedAt: app.now(), excludedBy: "Tess Tester", exclusionReason: "Private" },
    });
    await recordAudit(tx, viewerOfTests(organisationId), {
      action: "bank_connection.connected",
      subjectKind: "bank_connection",
      subjectId: connection,
    });
    return ids;
  });
}

/** A rule with a hit, a transfer that it made, and two lines that could be another. */
async function addRuled(
  app: TestApp,
  organisationId: string,
  account: string,
): Promise<Record<"rule" | "replay" | "transfer" | "transferOut" | "transferIn", string>> {
  const savings = await addAccount(app, organisationId, null, {
    externalId: null,
    institutionName: "Bank of Tests",
    path: "manual_upload",
    uploadsFrom: new Date("2026-11-01T00:00:00Z"),
  });
  const [hit = "", transferOut = ""] = await addTransactions(app, organisationId, account, [
    { amountMinor: -5_500n },
    { amountMinor: -7_700n },
  ]);
  const [transferIn = ""] = await addTransactions(app, organisationId, savings, [
    { amountMinor: 7_700n },
  ]);
  return asOrganisation(app.database, organisationId, async (tx) => {
    const ids = { rule: newId(), replay: newId(), transfer: newId(), transferOut, transferIn };
    const conditions = { texts: [{ field: "any", test: "contains", value: "sweep" }] };
    await tx.query(
      `INSERT INTO matching_rule (organisation_id, id, position, name, conditions, action, created_by)
       VALUES ($1, $2, 1, 'Sweeps', $3::jsonb || '{"amountMin": null, "amountMax": null, "currency": null,
         "direction": null, "accountIds": [], "blockId": null}', '{"kind": "transfer"}', 'Tess Tester')`,
      [organisationId, ids.rule, JSON.stringify(conditions)],
    );
    const subject = { kind: "rule", label: "Sweeps", ruleId: ids.rule, conditions, action: {} };
    await tx.query(
      `INSERT INTO match_replay (organisation_id, id, subject, status, requested_by)
       VALUES ($1, $2, $3, 'complete', 'Tess Tester')`,
      [organisationId, ids.replay, JSON.stringify(subject)],
    );
    await tx.query(
      `INSERT INTO transfer (organisation_id, id, out_transaction_id, origin, rule_id, decided_by)
       VALUES ($1, $2, $3, 'rule', $4, 'Tess Tester')`,
      [organisationId, ids.transfer, hit, ids.rule],
    );
    await tx.query(
      `INSERT INTO rule_hit (organisation_id, id, rule_id, rule_version, transaction_id, action, detail)
       VALUES ($1, $2, $3, 1, $4, 'transfer', $5)`,
      [organisationId, newId(), ids.rule, hit, JSON.stringify({ transferId: ids.transfer })],
    );
    await tx.query(
      "UPDATE bank_transaction SET excluded_at = now(), excluded_by = 'Tess Tester' WHERE id = $1",
      [hit],
    );
    return ids;
  });
}

function viewerOfTests(organisationId: string): Viewer {
  return {
    actor: { kind: "job", id: null, name: "Tests" },
    organisationId,
    permissions: new Set(),
    sessionId: null,
  };
}

/** One row in each table of the books that no id of the API names. @returns the ledger account's id */
function addBooks(app: TestApp, organisationId: string, accountId: string): Promise<string> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const id = newId();
    const month = new Date("2026-10-01T00:00:00Z");
    await tx.prisma.ledgerAccount.create({
      data: { id, organisationId, number: "1200", name: "Bank", kind: "cash" },
    });
    await tx.prisma.holiday.create({ data: { organisationId, day: month, name: "A day off" } });
    await tx.prisma.accountBalance.create({
      data: { organisationId, accountId, day: month, currentMinor: 1n, asOf: month },
    });
    await tx.prisma.statementUpload.create({
      data: { id: newId(), organisationId, accountId, month, uploadedBy: "Tess Tester" },
    });
    return id;
  });
}

/** Books that the account feeds: a line was pushed, read back and refused, and the match is offered as a payment. */
function addAccounting(
  app: TestApp,
  organisationId: string,
  own: Record<"account" | "excludedTransaction" | "match", string>,
): Promise<Record<"accountingConnection" | "feed" | "pushOperation" | "paymentOffer", string>> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const ids = {
      ...{ accountingConnection: newId(), feed: newId(), pushOperation: newId() },
      paymentOffer: newId(),
    };
    const { accountingConnection, feed, pushOperation, paymentOffer } = ids;
    await tx.query(
      `INSERT INTO accounting_connection (organisation_id, id, platform, package, company_name, company_external_id,
         external_id, status, link_url, created_by)
       VALUES ($1, $2::uuid, 'books', 'books', 'Acorn Ltd', $2::uuid::text, 'access', 'linked', 'https://link.example', 'Tess Tester')`,
      [organisationId, accountingConnection],
    );
    await tx.query(
      `INSERT INTO feed_account (organisation_id, id, connection_id, account_id, external_id, target_external_id,
         target_name, currency, feed_start_on, status, operations, created_by)
       VALUES ($1, $2::uuid, $3, $4, $2::uuid::text, 'there', 'Current account', 'GBP', '2026-08-01', 'connected', 1, 'Tess Tester')`,
      [organisationId, feed, accountingConnection, own.account],
    );
    await tx.query(
      `INSERT INTO push_operation (organisation_id, id, feed_account_id, number, trigger, status, lines, total_minor,
         first_on, last_on, created_by)
       VALUES ($1, $2, $3, 1, 'manual', 'failed', 1, 100, '2026-11-16', '2026-11-16', 'Tess Tester')`,
      [organisationId, pushOperation, feed],
    );
    await tx.query(
      `INSERT INTO feed_line (organisation_id, feed_account_id, transaction_id, state, operation_id, problems)
       VALUES ($1, $2, $3, 'rejected', $4, '[{"severity": "error", "message": "No.", "rule": null}]')`,
      [organisationId, feed, own.excludedTransaction, pushOperation],
    );
    await tx.query(
      `INSERT INTO feed_check (organisation_id, id, feed_account_id, checked_at, pushed, pushed_minor, confirmed, missing,
         changed, unexpected, arrived_minor, agrees)
       VALUES ($1, $2, $3, now(), 0, 0, 0, 0, 0, 0, 0, true)`,
      [organisationId, newId(), feed],
    );
    const [paid] = await tx.query<{ id: string; item: string }>(
      "SELECT id, open_item_id AS item FROM payment WHERE match_id = $1 AND open_item_id IS NOT NULL",
      [own.match],
    );
    await tx.query(
      `INSERT INTO accounting_document (organisation_id, connection_id, kind, external_id, open_item_id, state, read_at)
       VALUES ($1, $2, 'invoice', 'there', $3, 'open', now())`,
      [organisationId, accountingConnection, paid?.item],
    );
    await tx.query(
      `INSERT INTO payment_offer (organisation_id, id, connection_id, payment_id, open_item_id, document_external_id,
         amount_minor, currency, paid_on, status)
       VALUES ($1, $2, $3, $4, $5, 'there', 100, 'GBP', '2026-11-16', 'offered')`,
      [organisationId, paymentOffer, accountingConnection, paid?.id, paid?.item],
    );
    await tx.query(
      `INSERT INTO accounting_delivery (organisation_id, id, platform, delivery_key, connection_id, kind)
       VALUES ($1, $2::uuid, 'books', $2::uuid::text, $3, 'push')`,
      [organisationId, newId(), accountingConnection],
    );
    return ids;
  });
}

/** Two imports of an account in a block: one that waits, one that added a line and recognised another. */
async function addImports(
  app: TestApp,
  organisationId: string,
): Promise<Record<"block" | "importedAccount" | "pendingImport" | "completeImport", string>> {
  const block = await addBlock(app, organisationId);
  const importedAccount = await addAccount(app, organisationId, null, {
    externalId: null,
    institutionName: "Bank of Files",
    path: "manual_upload",
    uploadsFrom: new Date("2026-11-01T00:00:00Z"),
    blockId: block,
  });
  const lines = [{}, {}];
  const [transactionId = "", ...added] = await addTransactions(
    app,
    organisationId,
    importedAccount,
    lines,
  );
  const pendingImport = await addImport(app, organisationId, {
    statements: [{ position: 5, accountId: importedAccount }],
    stagedLines: [{ position: 5, statement: 5 }],
    problems: [{}],
    file: "01,BANK,TIEOUT,261116,0930,1,,,2/",
  });
  const completeImport = await addImport(app, organisationId, {
    values: { status: "complete", lines: 2, recognised: 1, added: 1 },
    statements: [{ position: 5, accountId: importedAccount }],
    recognisedLines: [{ position: 5, transactionId, accountId: importedAccount }],
    added,
  });
  return { block, importedAccount, pendingImport, completeImport };
}

/** A unit of the block, who holds it, and what was raised to them. */
function addUnit(
  app: TestApp,
  organisationId: string,
  blockId: string,
): Promise<Record<"unit" | "leaseholder" | "demand", string>> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const [unit, leaseholder, demand] = [newId(), newId(), newId()];
    const name = "Jyoti Patel";
    await tx.prisma.unit.create({ data: { id: unit, organisationId, blockId, number: "12" } });
    await tx.prisma.leaseholder.create({
      data: { id: leaseholder, organisationId, blockId, unitId: unit, name, surname: "Patel" },
    });
    await tx.prisma.openItem.create({
      data: {
        ...{ id: demand, organisationId, blockId, unitId: unit, leaseholderId: leaseholder },
        ...{ kind: "demand", number: "SC-1", counterpartyName: name, amountMinor: 1_00n },
        ...{ currency: "GBP", issuedOn: new Date("2026-10-01T00:00:00Z") },
      },
    });
    return { unit, leaseholder, demand };
  });
}
