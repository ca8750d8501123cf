import type { App } from "../../app.ts";
import { assert } from "../../core/assert.ts";
import { checkManualMatch } from "../../core/matching/check-manual-match.ts";
import { payerOf } from "../../core/matching/payer-key.ts";
import { profileFor } from "../../core/matching/profile.ts";
import { scorePair } from "../../core/matching/score-pair.ts";
import type { Evidence, ProposedPayment } from "../../core/matching/types.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { Sql } from "../../db/sql.ts";
import { Conflict, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { learnFromMatch } from "../learning/learn-from-match.ts";
import { groupAliases, payerKeysOf, readAliasesOfPayers } from "../learning/read-aliases.ts";
import { readProfilesInUse } from "../matching-profiles/read-profiles-in-use.ts";
import { readRates } from "../rates/read-rates.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type Allocation, readAllocations, refusal } from "./allocations.ts";
import { checkStatedRates } from "./check-rates.ts";
import {
  asManualItem,
  asManualTransaction,
  type BothSides,
  readBothSides,
} from "./lock-for-match.sql.ts";
import { MatchProblem } from "./match-problem.ts";
import { noteMatchChange } from "./note-match-change.ts";
import { type ChangedByMatch, readChangedByMatch } from "./read-changed.ts";
import { writeMatches } from "./write-matches.sql.ts";

/** The most allocations of one match. */
export const allocationsMax = 200;

/**
 * Matches by hand: puts amounts of bank transactions on open items, several to several if need be, in part if need be.
 * @throws Forbidden, NotFound, MatchProblem when the allocations do not fit together, Conflict when somebody was first
 */
export async function confirmMatch(
  app: App,
  viewer: Viewer,
  allocations: readonly Allocation[],
): Promise<ChangedByMatch> {
  authorise(viewer, "reconciliation:match");
  if (allocations.length > allocationsMax) {
    const message = `A match has at most ${allocationsMax} allocations.`;
    throw new MatchProblem("TOO_MANY_ALLOCATIONS", message);
  }
  const ids = {
    transactionIds: knownIds(
      allocations.map(({ transactionId }) => transactionId),
      "bank transaction",
    ),
    openItemIds: knownIds(
      allocations.map(({ openItemId }) => openItemId),
      "open item",
    ),
  };
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const seen = await readBothSides(tx, ids, "");
    if (seen.transactions.length < ids.transactionIds.length)
      throw new NotFound("bank transaction");
    if (seen.items.length < ids.openItemIds.length) throw new NotFound("open item");
    checked(allocations, seen);
    // What held a moment ago may not hold under the lock: then somebody was first.
    const locked = await readBothSides(tx, ids, "FOR UPDATE");
    const payments = underLock(() => checked(allocations, locked));
    await checkStatedRates(tx, payments, locked);
    const [payer] = locked.transactions;
    const match = {
      id: newId(),
      origin: "manual" as const,
      profile: null,
      score: null,
      evidence: await evidenceOf(tx, payments, locked),
      payerKey: payer ? (payerOf(payer)?.key ?? null) : null,
      payments: payments.map(({ itemId, ...payment }) => ({
        ...payment,
        openItemId: itemId,
        currency: currencyOf(locked.items, itemId),
        transactionCurrency: currencyOf(locked.transactions, payment.transactionId),
      })),
    };
    await writeMatches(tx, [match], { by: viewer.actor.name, at: app.now() });
    await forgetDeclined(tx, payments);
    await learnFromMatch(tx, viewer, locked, app.now());
    const numbers = new Map(locked.items.map(({ id, number }) => [id, number]));
    await noteMatchChange(tx, viewer, [match], "match.confirmed", { numbers });
    return readChangedByMatch(tx, match.id, ids);
  });
}

/** @throws MatchProblem, Conflict */
function checked(allocations: readonly Allocation[], sides: BothSides): readonly ProposedPayment[] {
  const result = checkManualMatch({
    transactions: sides.transactions.map(asManualTransaction),
    items: sides.items.map(asManualItem),
    allocations: readAllocations(allocations, sides),
  });
  if (!result.ok) throw refusal(result.problem, sides);
  return result.value;
}

function underLock<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof MatchProblem)) throw error;
    throw new Conflict(`Somebody was first. ${error.message}`);
  }
}

const evidencePairsMax = 20;

/** What would have spoken for it, by the profiles in use: a match by hand is explained like any other. */
async function evidenceOf(
  sql: Sql,
  payments: readonly ProposedPayment[],
  sides: BothSides,
): Promise<Evidence[]> {
  const { profiles } = await readProfilesInUse(sql);
  const aliases = groupAliases(await readAliasesOfPayers(sql, payerKeysOf(sides.transactions)));
  const days = sides.transactions.map(({ bookedOn }) => bookedOn).sort();
  const converted = payments.some(({ rate }) => rate !== null);
  const rates = converted ? await readRates(sql, { from: days[0], to: days.at(-1) }) : undefined;
  const pairs = payments.filter(({ kind }) => kind === "payment");
  return pairs.slice(0, evidencePairsMax).flatMap(({ transactionId, itemId }) => {
    const transaction = sides.transactions.find(({ id }) => id === transactionId);
    const item = sides.items.find(({ id }) => id === itemId);
    if (!transaction || !item) return [];
    const profile = profileFor(profiles, item.kind);
    return scorePair(transaction, item, profile, aliases, rates).evidence;
  });
}

function currencyOf(side: BothSides["items"] | BothSides["transactions"], id: string) {
  const row = side.find((one) => one.id === id);
  assert(row, "a checked line names rows that are locked");
  return row.currency;
}

/** A person who matches a pair that was declined before has changed their mind. */
async function forgetDeclined(
  tx: TenantTransaction,
  payments: readonly ProposedPayment[],
): Promise<void> {
  await tx.query(
    `DELETE FROM declined_pair WHERE (transaction_id, open_item_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`,
    [payments.map(({ transactionId }) => transactionId), payments.map(({ itemId }) => itemId)],
  );
}
