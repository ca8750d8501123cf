import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
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
    const origin = await endMatch(tx, matchId, { by: viewer.actor.name, at: app.now(), reason });
    // Who takes back their own slip has not said that the pair is wrong: it stays a candidate.
    if (origin === "automatic") {
      await declinePairs(tx, payments, { by: viewer.actor.name, at: app.now() });
    }
    const numbers = new Map(sides.items.map(({ id, number }) => [id, number]));
    const changed = [{ id: matchId, payments }];
    await noteMatchChange(tx, viewer, changed, "match.voided", { numbers, reason });
    return readChangedByMatch(tx, matchId, ids);
  });
}

interface Pair {
  readonly transactionId: string;
  readonly openItemId: string;
}

function readPayments(tx: TenantTransaction, matchId: string): Promise<Pair[]> {
  return tx.query<Pair>(
    `SELECT transaction_id AS "transactionId", open_item_id AS "openItemId"
     FROM payment WHERE match_id = $1`,
    [matchId],
  );
}

/** @returns who had made it: "automatic" or "manual" @throws Conflict */
async function endMatch(
  tx: TenantTransaction,
  matchId: string,
  ended: { by: string; at: Date; reason: string | null },
): Promise<string> {
  const [match] = await tx.query<{ origin: string }>(
    `UPDATE match SET voided_at = $2, voided_by = $3, void_reason = $4
     WHERE id = $1 AND voided_at IS NULL RETURNING origin`,
    [matchId, ended.at, ended.by, ended.reason],
  );
  if (!match) throw new Conflict("The match has been undone already.");
  await tx.query("UPDATE payment SET voided_at = $2 WHERE match_id = $1 AND voided_at IS NULL", [
    matchId,
    ended.at,
  ]);
  return match.origin;
}

/** Remembers pairs that a person took apart or did not want. The transactions must be locked. */
export async function declinePairs(
  tx: TenantTransaction,
  pairs: readonly Pair[],
  declined: { by: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO declined_pair (organisation_id, transaction_id, open_item_id, declined_by, declined_at)
     SELECT $1, p.*, $2, $3 FROM unnest($4::uuid[], $5::uuid[]) AS p
     ON CONFLICT (organisation_id, transaction_id, open_item_id) DO NOTHING`,
    [
      tx.organisationId,
      declined.by,
      declined.at,
      pairs.map(({ transactionId }) => transactionId),
      pairs.map(({ openItemId }) => openItemId),
    ],
  );
}
