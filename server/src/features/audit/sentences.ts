import type { AuditEntry } from "./audit-entry.ts";

/** What was done, as one sentence for people, without who did it: "Made Ada Lovelace admin." */
export function auditSentence(entry: Pick<AuditEntry, "action" | "detail">): string {
  const tell = Object.hasOwn(sentences, entry.action) ? sentences[entry.action] : undefined;
  return tell ? tell(new Detail(entry.detail)) : plainly(entry.action);
}

/** By action. One that has none here is told plainly: an old log must stay readable. */
const sentences: Readonly<Record<string, (detail: Detail) => string>> = {
  "organisation.created": (d) => `Created the organisation${d.name("name", " ")}.`,
  "member.added": (d) => `Added ${d.text("name", "a person")} as ${d.word("role", "member")}.`,
  "member.role_changed": (d) =>
    `Made ${d.text("name", "a member")} ${d.word("to", "something else")}${d.after("from", ", before: ")}.`,
  "member.removed": (d) => `Removed ${d.text("name", "a member")} from the organisation.`,
  "api_key.created": (d) => `Created the API key${d.name("name", " ")}.`,
  "api_key.revoked": (d) => `Revoked the API key${d.name("name", " ")}.`,
  "bank_connection.started": (d) => `Started to connect ${d.text("institution", "a bank")}.`,
  "bank_connection.connected": (d) => `Connected ${d.text("institution", "a bank")}.`,
  "bank_connection.sync_requested": (d) =>
    `Asked for a sync of ${d.text("institution", "a bank")}.`,
  "bank_connection.repair_started": (d) =>
    `Started to sign in again at ${d.text("institution", "a bank")}.`,
  "bank_connection.repaired": (d) => `Signed in again at ${d.text("institution", "a bank")}.`,
  "bank_connection.disconnected": (d) => `Disconnected ${d.text("institution", "a bank")}.`,
  "bank_connection.consent_revoked": (d) =>
    `Gave the consent at ${d.text("institution", "a bank")} back.`,
  "bank_connection.refresh_requested": (d) =>
    `Asked the bank for fresher data of ${d.text("institution", "a bank")}.`,
  "bank_connection.tidied": (d) =>
    `Removed the connection to ${d.text("institution", "a bank")}, which was never completed.`,
  "bank_connection.consent_kept": (d) =>
    `Gave up ending the consent at ${d.text("institution", "a bank")}, which has to be ended there.`,
  "announcement.dismissed": (d) => `Dismissed the announcement${d.name("kind", " ")}.`,
  "financial_account.created": (d) =>
    `Added the account${d.name("name", " ")}${d.after("institution", " at ")} by hand.`,
  "financial_account.recognised": (d) =>
    `Recognised the account${d.name("name", " ")}${d.after("institution", " at ")} among those of a bank that was connected, which feeds it from now on.`,
  "financial_account.manual_path_set": (d) =>
    `Set${d.name("name", " ")} to statements brought in by hand${d.after("from", " from ")}.`,
  "financial_account.manual_path_taken_away": (d) =>
    `No longer expects statements of${d.name("name", " ") || " an account"} by hand.`,
  "financial_account.put_in_scope": (d) => `Put the account${d.name("name", " ")} in scope.`,
  "financial_account.put_out_of_scope": (d) =>
    `Put the account${d.name("name", " ")} out of scope.`,
  "financial_account.mapped": (d) =>
    `Mapped${d.name("name", " ") || " an account"} to${d.name("ledgerAccount", " ") || " a ledger account"}${d.after("sharedWith", ", shared with ")}.`,
  "financial_account.unmapped": (d) =>
    `Took the mapping of${d.name("name", " ") || " an account"} away${d.after("ledgerAccount", ", before: ")}.`,
  "financial_account.put_in_block": (d) =>
    `Put the account${d.name("name", " ")} into the block${d.name("block", " ")}.`,
  "financial_account.taken_from_block": (d) =>
    `Took the account${d.name("name", " ")} out of its block.`,
  "block.created": (d) => `Added the block${d.name("name", " ")}.`,
  "block.renamed": (d) => `Renamed the block${d.name("before", " ")} to${d.name("name", " ")}.`,
  "block.archived": (d) => `Archived the block${d.name("name", " ")}.`,
  "unit.created": (d) => `Added the unit${d.after("number", " ")}${d.name("block", " to ")}.`,
  "unit.updated": (d) =>
    `Changed the unit${d.after("number", " ")}${d.name("block", " of ")}${d.after("before", ", before: ")}.`,
  "unit.archived": (d) => `Archived the unit${d.after("number", " ")}.`,
  "unit.restored": (d) => `Restored the unit${d.after("number", " ")}.`,
  "leaseholder.created": (d) =>
    `Added the leaseholder${d.name("name", " ")}${d.after("unit", " of unit ")}${d.name("block", " in ")}.`,
  "leaseholder.updated": (d) =>
    `Changed the leaseholder${d.name("name", " ")}${d.after("before", ", before: ")}.`,
  "leaseholder.archived": (d) => `Archived the leaseholder${d.name("name", " ")}.`,
  "leaseholder.restored": (d) => `Restored the leaseholder${d.name("name", " ")}.`,
  "ledger.exported": (d) =>
    `Exported the ledger${d.name("block", " of ")}${d.after("from", " from ")}${d.after("to", " to ")}.`,
  "statement_upload.recorded": (d) =>
    `Recorded the statement${d.after("month", " of ")}${d.name("name", " for ")}.`,
  "statement_upload.withdrawn": (d) =>
    `Took the statement${d.after("month", " of ")}${d.name("name", " for ")} back.`,
  "ledger_account.created": (d) => `Added the ledger account${d.name("ledgerAccount", " ")}.`,
  "ledger_account.updated": (d) =>
    `Changed the ledger account${d.name("ledgerAccount", " ")}${d.after("before", ", before: ")}.`,
  "ledger_account.archived": (d) => `Archived the ledger account${d.name("ledgerAccount", " ")}.`,
  "ledger_account.restored": (d) => `Restored the ledger account${d.name("ledgerAccount", " ")}.`,
  "business_calendar.set": (d) =>
    `Set the business calendar${d.after("holidays", ", with holidays: ")}.`,
  "bank_transaction.categorised": (d) =>
    d.has("category")
      ? `Set the category${d.name("category", " ")}${d.name("rule", " by the rule ")}.`
      : "Took the category away.",
  "bank_transaction.category_restored": (d) =>
    d.has("category")
      ? `Undid the choice of its category, which is${d.name("category", " ")} again.`
      : "Undid the choice of its category, and it has none again.",
  "bank_transaction.excluded": (d) =>
    `Excluded the transaction${d.name("rule", " by the rule ")}${d.after("reason", ": ")}.`,
  "bank_transaction.client_named": (d) =>
    `Took it for a payment of ${d.text("client", "a client")}${d.name("rule", " by the rule ")}.`,
  "transfer.found": () => "Found that it is a transfer between own accounts, and excluded it.",
  "transfer.confirmed": () => "Said that it is a transfer between own accounts, and excluded it.",
  "transfer.undone": (d) => `Undid the transfer and included it again${d.after("reason", ": ")}.`,
  "transfer.declined": () => "Said that two transactions are no transfer between own accounts.",
  "matching_rule.created": (d) => `Added the rule${d.name("name", " ")}.`,
  "matching_rule.changed": (d) => `Changed the rule${d.name("name", " ")}.`,
  "matching_rule.moved": (d) =>
    `Moved the rule${d.name("name", " ")}${d.after("position", " to place ")}.`,
  "matching_rule.enabled": (d) => `Switched the rule${d.name("name", " ")} on.`,
  "matching_rule.disabled": (d) => `Switched the rule${d.name("name", " ")} off.`,
  "matching_rule.archived": (d) => `Archived the rule${d.name("name", " ")}.`,
  "bank_transaction.included": () => "Included the transaction again.",
  "bank_transaction.candidate_declined": (d) =>
    `Said that ${d.text("openItem", "an open item")} is not what it paid.`,
  "bank_transaction.reopened": (d) => `Opened the transaction again${d.after("reason", ": ")}.`,
  "category.created": (d) => `Added the category${d.name("name", " ")}.`,
  "open_item.created": (d) => `Added ${d.word("kind", "open item")}${d.after("number", " ")}.`,
  "open_item.updated": (d) => `Changed ${d.word("kind", "open item")}${d.after("number", " ")}.`,
  "open_item.booked_standalone": (d) =>
    `Booked ${d.word("kind", "open item")}${d.after("number", " ")} from a bank transaction${d.name("category", " as ")}.`,
  "open_item.voided": (d) =>
    `Voided ${d.word("kind", "open item")}${d.after("number", " ")}${d.after("reason", ": ")}.`,
  "accounting_connection.started": (d) =>
    `Started to connect the books${d.name("company", " of ")}${d.after("package", " in ")}.`,
  "accounting_connection.connected": (d) =>
    `Connected the books${d.name("company", " of ")}${d.after("package", " in ")}.`,
  "accounting_connection.reconnect_started": (d) =>
    `Started to grant access to the books${d.name("company", " of ")} again.`,
  "accounting_connection.reconnected": (d) =>
    `Granted access to the books${d.name("company", " of ")} again.`,
  "accounting_connection.options_set": (d) =>
    `Set what comes from the books${d.name("company", " of ")} and goes there${d.either("pullsDocuments", ": documents are pulled", ": documents are not pulled")}${d.either("sendsPayments", ", payments go by themselves", ", payments wait for a person")}.`,
  "accounting_connection.pull_requested": (d) =>
    `Asked for the invoices and expenses in the books${d.name("company", " of ")}.`,
  "accounting_connection.disconnected": (d) =>
    `Disconnected the books${d.name("company", " of ")}.`,
  "feed_account.opened": (d) =>
    `Let the account${d.name("account", " ")} feed${d.name("target", " ") || " an account"} in the books${d.name("company", " of ")}.`,
  "feed_account.changed": (d) =>
    `Set when the feed${d.name("target", " of ")} is pushed: ${d.word("pushMode", "by hand")}${d.after("pushEveryHours", ", hours: ")}.`,
  "feed_account.closed": (d) =>
    `Ended the feed${d.name("target", " of ")} in the books${d.name("company", " of ")}.`,
  "feed_account.push_requested": (d) =>
    `Pushed what was due to${d.name("target", " ") || " the books"}${d.name("company", " in the books of ")}.`,
  "feed_account.check_requested": (d) =>
    `Had what arrived in${d.name("target", " ") || " the books"} read back and compared.`,
  "push_operation.retried": (d) =>
    `Pushed again what push${d.after("number", " ")}${d.name("target", " to ")} left.`,
  "feed_line.revised": (d) =>
    `Changed the words in which${d.name("line", " ") || " a line"} goes${d.name("target", " to ")}${d.name("words", ": ")}.`,
  "feed_line.left_out": (d) =>
    `Left${d.name("line", " ") || " a line"} out of what goes${d.name("target", " to ")}${d.after("reason", ": ")}.`,
  "feed_line.put_back": (d) =>
    `Put${d.name("line", " ") || " a line"} back among what goes${d.name("target", " to ")}.`,
  "payment_offer.sent": (d) =>
    `Sent the payment of it to the accounting package${d.after("reason", ": ")}.`,
  "payment_offer.withdrawn": (d) =>
    `Withdrew the payment of it from the accounting package${d.after("reason", ": ")}.`,
  "import.decided": (d) =>
    `Said how the file${d.name("fileName", " ")} is read${d.name("account", ", and that it is of ")}.`,
  "import.confirmed": (d) => `Imported the file${d.name("fileName", " ")}.`,
  "import.confirmed_unbalanced": (d) =>
    `Imported the file${d.name("fileName", " ")} although its figures do not agree${d.after("reason", ": ")}.`,
  "import.completed": (d) =>
    `Wrote${d.name("fileName", " ")} into the books${d.after("added", ", lines added: ")}${d.after("recognised", ", already there: ")}.`,
  "import.undone": (d) =>
    `Took the import${d.name("fileName", " of ")} back${d.after("removed", ", lines: ")}.`,
  "import.line_parted": (d) =>
    `Said that a line${d.name("fileName", " of ")} is a payment of its own.`,
  "import.line_rejoined": (d) =>
    `Took it back that a line${d.name("fileName", " of ")} is a payment of its own.`,
  "import.discarded": (d) => `Discarded the file${d.name("fileName", " ")}.`,
  "import.uploaded": (d) => `Brought in the file${d.name("fileName", " ")}.`,
  "transactions.exported": (d) =>
    `Exported bank transactions${d.after("format", " as ")}${d.name("account", " of ")}${d.after("from", " from ")}${d.after("to", " to ")}.`,
  "exchange_rates.loaded": (d) =>
    `Loaded exchange rates${d.after("pairs", " of ")}${d.after("created", ", new: ")}${d.after("updated", ", changed: ")}.`,
  "exchange_rate.deleted": (d) =>
    `Took the exchange rate${d.after("pair", " ")}${d.after("day", " of ")}${d.after("rate", ", which was ")}, away.`,
  "matching_profile.created": (d) => `Added the scoring profile${d.name("name", " ")}.`,
  "matching_profile.changed": (d) =>
    `Changed the scoring profile${d.name("name", " ")}${d.after("version", ": version ")}${d.after("note", ", ")}.`,
  "matching_profile.archived": (d) => `Archived the scoring profile${d.name("name", " ")}.`,
  "matching_profile.restored": (d) => `Restored the scoring profile${d.name("name", " ")}.`,
  "matching_profile.chosen": (d) =>
    `Chose the scoring profile${d.name("name", " ")}${d.after("version", ", version ")}${d.after("family", ", for ")}${d.after("automatic", ", automatic matching: ")}.`,
  "match_replay.requested": (d) => `Tried${d.name("label", " ")} over the books' own history.`,
  "alias.learned": (d) => `Learned that${d.name("payer", " ")} is${d.name("client", " ")}.`,
  "alias.revoked": (d) =>
    `Took it back that${d.name("payer", " ") || " a payer"} is${d.name("client", " ") || " a client"}.`,
  "alias.restored": (d) =>
    `Took it up again that${d.name("payer", " ") || " a payer"} is${d.name("client", " ") || " a client"}.`,
  "bank_transaction.declined_forgotten": (d) =>
    `Allowed ${d.text("openItem", "an open item")} to be suggested for it again.`,
  "bank_transaction.declined_transfer_forgotten": () =>
    "Allowed a transfer that was declined to be found again.",
  "match.confirmed": (d) => `Matched${d.after("numbers", " with ")}.`,
  "matching_run.requested": () => "Asked for a run of automatic matching.",
  "match.proposed": (d) => `Matched by itself${d.after("numbers", " with ")}.`,
  "decisions.undone": (d) =>
    `Undid all that${d.has("scope") ? ` a ${d.word("scope", "run")}` : " a run"}${d.name("name", " ")} had decided${d.after("matches", ", matches: ")}${d.after("transfers", ", transfers: ")}${d.after("ruleHits", ", actions of rules: ")}${d.after("reason", ": ")}.`,
  "match.voided": (d) =>
    `Undid the match${d.after("numbers", " with ")}${d.after("reason", ": ")}.`,
};

/** "bank_connection.sync_requested" → "Bank connection: sync requested." */
function plainly(action: string): string {
  const [subject = "", ...done] = action.split(".").map((part) => part.replaceAll("_", " "));
  const told = [subject, ...done].filter((part) => part !== "").join(": ");
  return told === "" ? "Did something." : `${told.charAt(0).toUpperCase()}${told.slice(1)}.`;
}

/** A record's detail, of which nothing is taken for granted: it may be older than this code. */
class Detail {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: unknown) {
    this.#values = typeof values === "object" && values !== null ? { ...values } : {};
  }

  has(field: string): boolean {
    return this.#read(field) !== null;
  }

  text(field: string, otherwise: string): string {
    return this.#read(field) ?? otherwise;
  }

  /** A word of the schema as people write it. */
  word(field: string, otherwise: string): string {
    return this.text(field, otherwise).replaceAll("_", " ").toLowerCase();
  }

  /** In quotation marks behind `lead`, or nothing. */
  name(field: string, lead: string): string {
    const value = this.#read(field);
    return value === null ? "" : `${lead}“${value}”`;
  }

  /** One of two, or nothing where it isn't known. */
  either(field: string, on: string, off: string): string {
    const value = this.#read(field);
    return value === null ? "" : value === "true" ? on : off;
  }

  after(field: string, lead: string): string {
    const value = this.#read(field);
    return value === null ? "" : `${lead}${value}`;
  }

  #read(field: string): string | null {
    if (!Object.hasOwn(this.#values, field)) return null;
    const value = this.#values[field];
    if (Array.isArray(value)) return value.length === 0 ? null : value.map(String).join(", ");
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
  }
}
