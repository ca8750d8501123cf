import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudits } from "../audit/record.ts";
import { emitOpenItemsChanged } from "../documents/emit-open-items-changed.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { unlearnFromMatch } from "../learning/learn-from-match.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { endMatches, type MatchedPair } from "./end-matches.ts";
import { readBothSides } from "./lock-for-match.sql.ts";
import { noteMatchChange } from "./note-match-change.ts";
import { type ChangedByMatch, readChangedByMatch } from "./read-changed.ts";

const reasonCharactersMax = 500;

/**
 * Undoes a match: its payments end and both sides return to what they were. The pairs of an automatic match are not
 * proposed again. The match stays readable.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when it is void already
 */
export async function voidMatch(
  app: App,
  viewer: Viewer,
  request: { id: string; reason: string | null },
): Promise<ChangedByMatch> {
  authorise(viewer, "reconciliation:match");
  const reason = request.reason?.trim() || null;
  if (reason !== null && reason.length > reasonCharactersMax) {
    throw new InvalidInput(`A reason has at most ${reasonCharactersMax} characters.`, "reason");
  }
  const [matchId = ""] = knownIds([request.id], "match");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const payments = await readPayments(tx, matchId);
    if (payments.length === 0) throw new NotFound("match");
    const ids = {
      transactionIds: payments.map(({ transactionId }) => transactionId),
      openItemIds: payments.map(({ openItemId }) => openItemId),
    };
    // Transactions, items, then the match: the order of everybody who changes allocations.
    const sides = await readBothSides(tx, ids, "FOR UPDATE");
    const undone = { by: viewer.actor.name, at: app.now() };
    const { matches, voidedItems } = await endMatches(tx, [matchId], { ...undone, reason });
    const [match] = matches;
    if (!match) throw new Conflict("The match has been undone already.");
    // Who takes back their own slip has not said that the pair is wrong: it stays a candidate. A voided item is none.
    if (match.origin === "automatic" && voidedItems.length === 0) {
      await declinePairs(tx, payments, undone);
    }
    if (match.origin === "manual" && voidedItems.length === 0) {
      await unlearnFromMatch(tx, sides, matchId);
    }
    const numbers = new Map(sides.items.map(({ id, number }) => [id, number]));
    await noteMatchChange(tx, viewer, matches, "match.voided", { numbers, reason });
    await noteVoidedItems(tx, viewer, voidedItems);
    return readChangedByMatch(tx, matchId, ids);
  });
}

function readPayments(tx: TenantTransaction, matchId: string): Promise<MatchedPair[]> {
  return tx.query<MatchedPair>(
    `SELECT DISTINCT transaction_id AS "transactionId", open_item_id AS "openItemId"
     FROM payment WHERE match_id = $1`,
    [matchId],
  );
}

/** Tells the log and the subscribers of items that went with their matches. */
export async function noteVoidedItems(
  tx: TenantTransaction,
  viewer: Viewer,
  items: readonly { readonly id: string; readonly number: string }[],
): Promise<void> {
  if (items.length === 0) return;
  await recordAudits(
    tx,
    viewer,
    items.map(({ id, number }) => ({
      action: "open_item.voided",
      subjectKind: "open_item",
      subjectId: id,
      detail: { number },
    })),
  );
  emitOpenItemsChanged(
    tx,
    items.map(({ id }) => id),
  );
}

/**
 * Remembers pairs that a person took apart or did not want, together under the id of an undo where they were taken apart
 * as one. The transactions must be locked.
 */
export async function declinePairs(
  tx: TenantTransaction,
  pairs: readonly MatchedPair[],
  declined: { by: string; at: Date; undoId?: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO declined_pair (organisation_id, transaction_id, open_item_id, declined_by, declined_at, undo_id)
     SELECT $1, p.*, $2, $3, $6::uuid FROM unnest($4::uuid[], $5::uuid[]) AS p
     ON CONFLICT (organisation_id, transaction_id, open_item_id) DO NOTHING`,
    [
      tx.organisationId,
      declined.by,
      declined.at,
      pairs.map(({ transactionId }) => transactionId),
      pairs.map(({ openItemId }) => openItemId),
      declined.undoId ?? null,
    ],
  );
}
