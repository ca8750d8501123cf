import type { App } from "../../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { Conflict, InvalidInput, NotFound } from "../../errors.ts";
import { knownIds } from "../../ids.ts";
import { emitTransactionsChanged } from "../../transactions/emit-transactions-changed.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { enqueueMatching } from "../enqueue-matching.ts";
import { refuseHits } from "../rules/refuse-hits.sql.ts";
import { endTransfers } from "../undo/end-transfers.sql.ts";
import { lockLines } from "./lock-lines.sql.ts";
import { readTransfers, type Transfer } from "./transfer.ts";
import { linesOf, noteTransfers } from "./write-transfers.sql.ts";

const reasonCharactersMax = 500;

/**
 * Undoes a transfer: both lines come back in, and the pair is remembered as none, so that it is not found again, unless
 * it may be. A rule that had said so does not say it of these lines again.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when it is undone already
 */
export async function undoTransfer(
  app: App,
  viewer: Viewer,
  request: { id: string; reason: string | null; maySuggestAgain?: boolean },
): Promise<Transfer> {
  authorise(viewer, "reconciliation:match");
  const reason = request.reason?.trim() || null;
  if (reason !== null && reason.length > reasonCharactersMax) {
    throw new InvalidInput(`A reason has at most ${reasonCharactersMax} characters.`, "reason");
  }
  const [id = ""] = knownIds([request.id], "transfer");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const [seen] = await readTransfers(tx, [id]);
    if (!seen) throw new NotFound("transfer");
    await lockLines(tx, linesOf([seen]));
    const declined = !request.maySuggestAgain;
    await endTransferOf(tx, viewer, seen, { at: app.now(), reason, declined });
    emitTransactionsChanged(tx, linesOf([seen]));
    const [transfer] = await readTransfers(tx, [id]);
    if (!transfer) throw new NotFound("transfer");
    return transfer;
  });
}

/**
 * The same for a transfer whose lines are locked; the caller tells the subscribers.
 * @throws Conflict when it is undone already
 */
export async function endTransferOf(
  tx: TenantTransaction,
  viewer: Viewer,
  transfer: Transfer,
  { at, reason, declined }: { at: Date; reason: string | null; declined: boolean },
): Promise<void> {
  const by = viewer.actor.name;
  const ended = await endTransfers(tx, [transfer.id], { by, at, reason, declined });
  if (ended === 0) throw new Conflict("The transfer has been undone already.");
  await refuseHits(tx, linesOf([transfer]), ["transfer"], { by, at });
  await noteTransfers(tx, viewer, "transfer.undone", [transfer], reason === null ? {} : { reason });
  await enqueueMatching(tx);
}
