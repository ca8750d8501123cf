import type { App } from "../../app.ts";
import { magnitude } from "../../core/money.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudit } from "../audit/record.ts";
import { auditOfOpenItem } from "../documents/audit-of-open-item.ts";
import { emitOpenItemsChanged } from "../documents/emit-open-items-changed.ts";
import { type OpenItem, openItemColumns } from "../documents/open-item.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { readBothSides, type TransactionForMatch } from "./lock-for-match.sql.ts";
import { noteMatchChange } from "./note-match-change.ts";
import { type ChangedByMatch, readChangedByMatch } from "./read-changed.ts";
import { writeMatches } from "./write-matches.sql.ts";

const descriptionCharactersMax = 1_000;
const counterpartyCharactersMax = 200;
/** The most items of a year that are made from bank transactions: what six digits count. */
const numbersOfYearMax = 999_999;

/**
 * Books a bank transaction that has no document as an expense (money out) or income (money in) of its own: makes an
 * open item of its amount, gives it the category, and matches the two. It goes with its match.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when something of the transaction is matched, or it is excluded
 */
export async function bookStandalone(
  app: App,
  viewer: Viewer,
  request: { transactionId: string; categoryId: string; description: string | null },
): Promise<ChangedByMatch> {
  authorise(viewer, "reconciliation:match");
  authorise(viewer, "open_items:manage");
  authorise(viewer, "transactions:categorise");
  const transactionIds = knownIds([request.transactionId], "bank transaction");
  const [categoryId = ""] = knownIds([request.categoryId], "category");
  const description = request.description?.trim() || null;
  if (description !== null && description.length > descriptionCharactersMax) {
    const message = `A note has at most ${descriptionCharactersMax} characters.`;
    throw new InvalidInput(message, "description");
  }
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const locked = await readBothSides(tx, { transactionIds, openItemIds: [] }, "FOR UPDATE");
    const [transaction] = locked.transactions;
    if (!transaction) throw new NotFound("bank transaction");
    const booked = await bookStandaloneUnder(tx, viewer, {
      ...{ transaction, categoryId, description, runId: null, ruleId: null, at: app.now() },
    });
    return readChangedByMatch(tx, booked.matchId, {
      transactionIds,
      openItemIds: [booked.openItemId],
    });
  });
}

export interface StandaloneBooking {
  /** Locked by the caller, who locks nothing more of that kind afterwards. */
  readonly transaction: TransactionForMatch;
  readonly categoryId: string;
  readonly description: string | null;
  /** Where a rule decided. */
  readonly runId: string | null;
  readonly ruleId: string | null;
  readonly at: Date;
}

/**
 * The same under way, for a person or a rule.
 * @throws NotFound for the category, Conflict
 */
export async function bookStandaloneUnder(
  tx: TenantTransaction,
  viewer: Viewer,
  booking: StandaloneBooking,
): Promise<{ matchId: string; openItemId: string }> {
  const { transaction, runId, ruleId, at } = booking;
  refuseUnbookable(transaction);
  const [category] = await tx.query<{ id: string; name: string }>(
    "SELECT id, name FROM category WHERE id = $1",
    [booking.categoryId],
  );
  if (!category) throw new NotFound("category");
  const item = await insertItem(tx, booking);
  await tx.query(
    "UPDATE bank_transaction SET category_id = $2, category_by_person = true, updated_at = $3 WHERE id = $1",
    [transaction.id, category.id, at],
  );
  const match = {
    id: newId(),
    origin: ruleId === null ? ("manual" as const) : ("automatic" as const),
    ...{ profile: null, score: null, evidence: [], runId, ruleId },
    payments: [
      {
        ...{ transactionId: transaction.id, openItemId: item.id, kind: "payment" as const },
        ...{ amountMinor: item.amountMinor, currency: item.currency },
        ...{ transactionMinor: item.amountMinor, transactionCurrency: item.currency, rate: null },
      },
    ],
  };
  await writeMatches(tx, [match], { by: viewer.actor.name, at });
  const detail = { category: category.name };
  await recordAudit(tx, viewer, auditOfOpenItem("open_item.booked_standalone", item, detail));
  emitOpenItemsChanged(tx, [item.id]);
  const action = ruleId === null ? "match.confirmed" : "match.proposed";
  await noteMatchChange(tx, viewer, [match], action, {
    numbers: new Map([[item.id, item.number]]),
  });
  return { matchId: match.id, openItemId: item.id };
}

function refuseUnbookable({ status, amountMinor }: TransactionForMatch): void {
  if (status !== "unmatched") throw new Conflict(whyNot[status]);
  if (amountMinor === 0n) throw new Conflict("The transaction moves no money.");
}

const whyNot = {
  part_matched: "Something of the transaction is matched: undo that first.",
  matched: "The transaction is matched already.",
  excluded: "The transaction has been excluded.",
  removed: "The bank has removed the transaction.",
} as const;

async function insertItem(tx: TenantTransaction, booking: StandaloneBooking): Promise<OpenItem> {
  const { transaction, description, categoryId, at } = booking;
  const counterparty = transaction.counterpartyName?.trim() || transaction.description.trim();
  const [item] = await tx.query<OpenItem>(
    `INSERT INTO open_item (organisation_id, id, kind, number, counterparty_name, issued_on, due_on, currency,
       amount_minor, description, block_id, standalone_of, standalone_before, created_at, updated_at)
     SELECT $1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, t.id,
       jsonb_build_object('categoryId', t.category_id, 'byPerson', t.category_by_person, 'given', $11::uuid), $12, $12
     FROM bank_transaction t WHERE t.id = $13 RETURNING ${openItemColumns}`,
    [
      ...[tx.organisationId, newId(), transaction.amountMinor < 0n ? "expense" : "invoice"],
      await nextNumber(tx, transaction.bookedOn.slice(0, 4)),
      (counterparty || "Bank").slice(0, counterpartyCharactersMax),
      ...[transaction.bookedOn, transaction.currency, magnitude(transaction.amountMinor)],
      ...[description ?? (transaction.description.slice(0, descriptionCharactersMax) || null)],
      ...[transaction.blockId, categoryId, at, transaction.id],
    ],
  );
  if (!item) throw new NotFound("bank transaction");
  return item;
}

/** Numbers of one organisation are given out one after the other, until the transaction ends. */
async function nextNumber(tx: TenantTransaction, year: string): Promise<string> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('standalone:' || $1, 0))", [
    tx.organisationId,
  ]);
  const prefix = `BANK-${year}-`;
  const [last] = await tx.query<{ number: string }>(
    `SELECT number FROM open_item
     WHERE standalone_of IS NOT NULL AND number COLLATE "C" >= $1 AND number COLLATE "C" < $2
     ORDER BY number COLLATE "C" DESC LIMIT 1`,
    [prefix, `${prefix}~`],
  );
  const next = Number(last?.number.slice(prefix.length) ?? 0) + 1;
  if (next > numbersOfYearMax) throw new Conflict(`The numbers ${prefix} are used up.`);
  return `${prefix}${String(next).padStart(6, "0")}`;
}
