import type { App } from "../../../app.ts";
import { plainArray } from "../../../db/array-literals.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import { Conflict, InvalidInput } from "../../errors.ts";
import { knownIds } from "../../ids.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { endMatches, type MatchedPair } from "../end-matches.ts";
import { declinePairs } from "../void-match.ts";
import { endTransfers } from "./end-transfers.sql.ts";
import { noteUndo } from "./note-undo.ts";
import { leaveTransfers, releaseTransferHits } from "./release-transfer-hits.sql.ts";
import { undoRuleHits } from "./undo-rule-hits.sql.ts";
import {
  liveHits,
  liveMatches,
  liveTransfers,
  lockScope,
  scopeNoun,
  type UndoScope,
} from "./undo-scope.sql.ts";

/** How much was taken back. */
export interface UndoneDecisions {
  readonly matches: number;
  readonly transfers: number;
  readonly ruleHits: number;
}

const reasonCharactersMax = 500;
const undoMsMax = 10 * 60_000;

/**
 * Takes back everything that a rule, a run, or both on the lines of an import decided by themselves and that still stands:
 * matches, transfers and what rules did to lines. All of it or nothing. What people decided stays. The pairs are not
 * proposed again unless the caller allows it.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when nothing is left to undo or the run is going on
 */
export async function undoDecisions(
  app: App,
  viewer: Viewer,
  request: { scope: UndoScope; id: string; reason: string | null; maySuggestAgain: boolean },
): Promise<UndoneDecisions> {
  authorise(viewer, "reconciliation:match");
  const { scope, maySuggestAgain } = request;
  const reason = request.reason?.trim() || null;
  if (reason !== null && reason.length > reasonCharactersMax) {
    throw new InvalidInput(`A reason has at most ${reasonCharactersMax} characters.`, "reason");
  }
  const [id = ""] = knownIds([request.id], scopeNoun[scope]);
  const work = async (tx: TenantTransaction): Promise<UndoneDecisions> => {
    const { name } = await lockScope(tx, scope, id);
    const standing = await lockStanding(tx, scope, id);
    const undone = { by: viewer.actor.name, at: app.now() };
    const ended = await endMatches(tx, standing.matchIds, { ...undone, reason });
    const { matches, voidedItems } = ended;
    const again = { ...undone, mayActAgain: maySuggestAgain };
    const transfers = await endTransfers(tx, standing.transferIds, {
      ...{ ...undone, reason, declined: !maySuggestAgain },
    });
    await leaveTransfers(tx, standing.hitIds, undone.at);
    const ruleHits = await undoRuleHits(tx, standing.hitIds, again);
    await releaseTransferHits(tx, standing.transferIds, again);
    const counts = { matches: matches.length, transfers, ruleHits };
    if (counts.matches + counts.transfers + counts.ruleHits === 0) {
      throw new Conflict(`Nothing that the ${scopeNoun[scope]} decided is left to undo.`);
    }
    const undoId = newId();
    if (!maySuggestAgain) {
      // An item that went with its match is no candidate any more.
      const voided = new Set(voidedItems.map((item) => item.id));
      const pairs = matches.flatMap(({ payments }) => payments);
      const candidates = pairs.filter(({ openItemId }) => !voided.has(openItemId));
      await declinePairs(tx, candidates, { ...undone, undoId });
    }
    await tx.query(
      `INSERT INTO match_undo (organisation_id, id, scope, scope_id, matches, transfers, hits, reason, undone_by, undone_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[tx.organisationId, undoId, scope, id],
        ...[counts.matches, counts.transfers, counts.ruleHits, reason, undone.by, undone.at],
      ],
    );
    if (scope === "run") await markRun(tx, id, undone);
    await noteUndo(tx, viewer, {
      ...{ scope, id, name, reason, counts, matches, voidedItems, undoId },
      transactionIds: standing.transactionIds,
    });
    return counts;
  };
  return asOrganisation(app.database, viewer.organisationId, work, { timeoutMs: undoMsMax });
}

interface Standing {
  readonly matchIds: readonly string[];
  readonly transferIds: readonly string[];
  readonly hitIds: readonly string[];
  readonly transactionIds: readonly string[];
}

/** Transactions, then items, each in id order: as everybody who changes allocations. */
async function lockStanding(
  tx: TenantTransaction,
  scope: UndoScope,
  id: string,
): Promise<Standing> {
  const matches = await tx.query<{ id: string }>(liveMatches[scope], [id]);
  const matchIds = matches.map((match) => match.id);
  const transfers = await tx.query<{
    id: string;
    out_transaction_id: string | null;
    in_transaction_id: string | null;
  }>(liveTransfers[scope], [id]);
  const hits = await tx.query<{ id: string; transaction_id: string }>(liveHits[scope], [id]);
  const pairs = await tx.query<MatchedPair>(
    `SELECT p.transaction_id AS "transactionId", p.open_item_id AS "openItemId"
     FROM unnest($1::uuid[]) AS m (id)
     CROSS JOIN LATERAL (SELECT transaction_id, open_item_id FROM payment WHERE match_id = m.id OFFSET 0) p`,
    [plainArray(matchIds)],
  );
  const lines = [
    ...pairs.map(({ transactionId }) => transactionId),
    ...transfers.flatMap((transfer) => [transfer.out_transaction_id, transfer.in_transaction_id]),
    ...hits.map((hit) => hit.transaction_id),
  ];
  const transactionIds = [...new Set(lines.filter((line) => line !== null))];
  await lock(tx, "bank_transaction", transactionIds);
  await lock(tx, "open_item", [...new Set(pairs.map(({ openItemId }) => openItemId))]);
  return {
    matchIds,
    transferIds: transfers.map((transfer) => transfer.id),
    hitIds: hits.map((hit) => hit.id),
    transactionIds,
  };
}

async function lock(
  tx: TenantTransaction,
  table: "bank_transaction" | "open_item",
  ids: readonly string[],
): Promise<void> {
  await tx.query(
    `SELECT count(*) FROM (SELECT FROM ${table} WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE) locked`,
    [plainArray(ids)],
  );
}

async function markRun(
  tx: TenantTransaction,
  runId: string,
  undone: { by: string; at: Date },
): Promise<void> {
  await tx.query(
    "UPDATE matching_run SET status = 'undone', undone_at = $2, undone_by = $3 WHERE id = $1",
    [runId, undone.at, undone.by],
  );
}
