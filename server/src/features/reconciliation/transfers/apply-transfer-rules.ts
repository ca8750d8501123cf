import { findTransfers, transferDaysMax } from "../../../core/matching/find-transfers.ts";
import type { Rule } from "../../../core/matching/rules/rule.ts";
import type { TransferEvidence } from "../../../core/matching/transfer-types.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { Viewer } from "../../viewer.ts";
import type { RuleLine } from "../rules/rule-line.sql.ts";
import { lockFreeLines } from "./lock-lines.sql.ts";
import {
  readNamedNumbers,
  readTransferRivals,
  readTransferSurroundings,
} from "./transfer-surroundings.sql.ts";
import {
  excludeLines,
  type NewTransfer,
  noteTransfers,
  writeTransfers,
} from "./write-transfers.sql.ts";

interface RuledLine {
  readonly line: RuleLine;
  readonly rule: Rule;
}

/**
 * Makes transfers of lines that rules say are ones: with the other side where one line alone can be it, by amount and
 * day (that it is a transfer, the rule says), into a transfer that waits for it, or else of one side alone.
 * @param ruled locked and unmatched
 */
export async function applyTransferRules(
  tx: TenantTransaction,
  ruled: readonly RuledLine[],
  request: { runId: string | null; viewer: Viewer; at: Date },
): Promise<{ made: (RuledLine & { transferId: string })[]; otherIds: string[] }> {
  const made: (RuledLine & { transferId: string })[] = [];
  if (ruled.length === 0) return { made, otherIds: [] };
  const byId = new Map(ruled.map((each) => [each.line.id, each]));
  const pairs = await findPairs(tx, ruled);
  const paired = new Set(pairs.flatMap((pair) => [pair.outTransactionId, pair.inTransactionId]));
  const alone: NewTransfer[] = [];
  for (const { line, rule } of ruled) {
    if (paired.has(line.id)) continue;
    const transferId = await completeWaiting(tx, line, request);
    if (transferId !== null) {
      made.push({ line, rule, transferId });
      continue;
    }
    const out = line.amountMinor < 0n;
    alone.push({
      ...{ outTransactionId: out ? line.id : null, inTransactionId: out ? null : line.id },
      ...{ evidence: [], ruleId: rule.id },
    });
  }
  const transfers: NewTransfer[] = [
    ...pairs.map((pair) => ({
      ...pair,
      ruleId:
        (byId.get(pair.outTransactionId ?? "") ?? byId.get(pair.inTransactionId ?? ""))?.rule.id ??
        null,
    })),
    ...alone,
  ];
  const { runId, viewer, at } = request;
  const ids = await writeTransfers(tx, viewer, transfers, { origin: "rule", runId, at });
  for (const [index, { outTransactionId, inTransactionId }] of transfers.entries()) {
    for (const id of [outTransactionId, inTransactionId]) {
      const each = byId.get(id ?? "");
      if (each) made.push({ ...each, transferId: ids[index] ?? "" });
    }
  }
  return { made, otherIds: [...paired].filter((id) => id !== null && !byId.has(id)) as string[] };
}

async function findPairs(
  tx: TenantTransaction,
  ruled: readonly RuledLine[],
): Promise<NewTransfer[]> {
  const surroundings = await readTransferSurroundings(tx);
  const lines = ruled.map(({ line }) => line);
  const all = await readTransferRivals(tx, lines, surroundings.rates);
  const openNumbers = await readNamedNumbers(tx, all);
  const { transfers, candidates } = findTransfers({
    ...{ ...surroundings, openNumbers, transactions: all },
  });
  const own = new Set(lines.map(({ id }) => id));
  // That it is a transfer needs no other sign than the rule.
  const found = [
    ...transfers,
    ...candidates.filter((one) => one.reason === "nothing_says_transfer"),
  ];
  const wanted = found.filter(
    (one) => own.has(one.outTransactionId) || own.has(one.inTransactionId),
  );
  const others = wanted
    .flatMap((one) => [one.outTransactionId, one.inTransactionId])
    .filter((id) => !own.has(id));
  const locked = await lockFreeLines(tx, others);
  const free = (id: string) => own.has(id) || locked.get(id)?.status === "unmatched";
  return wanted
    .filter((one) => free(one.outTransactionId) && free(one.inTransactionId))
    .map(({ outTransactionId, inTransactionId, evidence }) => ({
      ...{ outTransactionId, inTransactionId, evidence: [...evidence] },
    }));
}

/** Puts a line into the one transfer that has the other side alone. @returns the transfer's id, null without one */
async function completeWaiting(
  tx: TenantTransaction,
  line: RuleLine,
  { viewer, at }: { viewer: Viewer; at: Date },
): Promise<string | null> {
  const [has, lacks] =
    line.amountMinor < 0n
      ? ["in_transaction_id", "out_transaction_id"]
      : ["out_transaction_id", "in_transaction_id"];
  const waiting = await tx.query<{ id: string; otherId: string; bookedOn: string }>(
    `SELECT r.id, t.id AS "otherId", t.booked_on AS "bookedOn" FROM transfer r
     CROSS JOIN LATERAL (SELECT * FROM bank_transaction WHERE id = r.${has} LIMIT 1) t
     WHERE r.voided_at IS NULL AND r.${lacks} IS NULL AND r.origin = 'rule'
       AND t.amount_minor = $1 AND t.currency = $2 AND t.account_id <> $3
       AND t.booked_on BETWEEN $4::date - ${transferDaysMax} AND $4::date + ${transferDaysMax}
       AND NOT EXISTS (SELECT FROM declined_transfer d
         WHERE (d.out_transaction_id, d.in_transaction_id) IN ((t.id, $5), ($5, t.id)))
     LIMIT 2`,
    [-line.amountMinor, line.currency, line.accountId, line.bookedOn, line.id],
  );
  const [one, second] = waiting;
  if (!one || second) return null;
  const days = { transactionValue: one.bookedOn, otherValue: line.bookedOn };
  const evidence: TransferEvidence[] = [{ signal: "days_apart", ...days }];
  const [completed] = await tx.query(
    `UPDATE transfer SET ${lacks} = $2, evidence = $3 WHERE id = $1 AND voided_at IS NULL AND ${lacks} IS NULL RETURNING id`,
    [one.id, line.id, JSON.stringify(evidence)],
  );
  if (!completed) return null;
  await excludeLines(tx, viewer, [line.id], at);
  const sides = { outTransactionId: line.id, inTransactionId: null };
  await noteTransfers(tx, viewer, "transfer.found", [sides]);
  return one.id;
}
