/**
 * What each id in the API means. The walk finds the places by itself; one that is not named here fails, and asks
 * for its line.
 */
import type { Kind } from "./tenant.ts";

export const kindOfPlace: Readonly<Record<string, Kind>> = {
  "auditEntries(subjectId)": "auditSubject",
  "bankConnection(id)": "connection",
  "bankTransaction(id)": "transaction",
  "bankTransactions(filter.accountIds)": "account",
  "bankTransactions(filter.blockId)": "block",
  "bankTransactions(filter.categoryIds)": "category",
  "financialAccount(id)": "account",
  "importBatch(id)": "pendingImport",
  "importBatches(filter.accountId)": "importedAccount",
  "importBatches(filter.blockId)": "block",
  "match(id)": "match",
  "openItem(id)": "openItem",

  "archiveBlock(id)": "block",
  "archiveLedgerAccount(id)": "ledgerAccount",
  "categoriseTransactions(categoryId)": "category",
  "categoriseTransactions(ids)": "transaction",
  "changeMemberRole(id)": "member",
  "completeBankConnection(id)": "connection",
  "confirmMatch(allocations.openItemId)": "openItem",
  "confirmMatch(allocations.transactionId)": "transaction",
  "declineCandidate(openItemId)": "openItem",
  "declineCandidate(transactionId)": "transaction",
  "disconnectBankConnection(id)": "connection",
  "dismissAnnouncement(id)": "announcement",
  "excludeTransaction(id)": "transaction",
  "includeTransaction(id)": "excludedTransaction",
  "refreshBankConnection(id)": "connection",
  "renameBlock(id)": "block",
  "mapFinancialAccount(id)": "account",
  "mapFinancialAccount(ledgerAccountId)": "ledgerAccount",
  "recordStatementUpload(accountId)": "account",
  "removeMember(id)": "member",
  "repairBankConnection(id)": "connection",
  "restoreLedgerAccount(id)": "ledgerAccount",
  "revokeApiKey(id)": "apiKey",
  "setAccountBlock(accountId)": "account",
  "setAccountBlock(blockId)": "block",
  "setAccountPath(id)": "account",
  "setAccountScope(id)": "account",
  "startBankConnection(institutionId)": "institution",
  "switchOrganisation(organisationId)": "organisation",
  "syncBankConnection(accountId)": "account",
  "syncBankConnection(id)": "connection",
  "updateLedgerAccount(id)": "ledgerAccount",
  "updateOpenItem(id)": "openItem",
  "voidMatch(id)": "match",
  "voidOpenItem(id)": "openItem",
  "withdrawStatementUpload(accountId)": "account",

  "bankConnectionChanged(id)": "connection",
  "importBatchesChanged(id)": "pendingImport",
  "syncProgress(connectionId)": "connection",
};

/** Arguments beside the id for which a value made from the type alone would not do. */
export const specialValues: Readonly<Record<string, unknown>> = {
  "categoriseTransactions(categoryId)": null,
  "startBankConnection(provider)": "sandbox",
  "updateOpenItem(changes)": { description: "Changed by the walk" },
};
