import type { App } from "../../../app.ts";
import { matchRules } from "../../../core/matching/rules/match-rules.ts";
import type { MatchableTransaction } from "../../../core/matching/types.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import type { Viewer } from "../../viewer.ts";
import { transactionForMatchColumns } from "../lock-for-match.sql.ts";
import { applyRules, type NamedClient, ruledTransactionsMax } from "../rules/apply-rules.ts";
import type { MatchingRule } from "../rules/matching-rule.ts";
import {
  applyTransfers,
  decideTransfers,
  transfersOfTransactionMax,
} from "../transfers/apply-transfers.ts";
import type { TransferSurroundings } from "../transfers/transfer-surroundings.sql.ts";
import type { BegunRun } from "./begin-run.ts";
import { changeRun } from "./change-run.ts";
import type { Versioned } from "./load-open-books.sql.ts";
import type { RunShare } from "./run-progress.ts";

type Line = Versioned<MatchableTransaction>;

/** What a run lets act before it matches. */
export interface ActingFirst {
  readonly transactions: readonly Line[];
  readonly rules: readonly MatchingRule[];
  readonly surroundings: TransferSurroundings;
}

/** What is left to match once rules and transfers have had their say. */
export interface LeftToMatch {
  readonly transactions: readonly Line[];
  /** Matches that rules have made: of lines that they booked. */
  readonly matched: number;
  /** The rule that says who paid a transaction; null where none does. */
  readonly ruleOf: (transactionId: string) => string | null;
}

/**
 * Lets rules act on what a run has loaded, and then takes transfers between own accounts out of it. Each chunk is a whole
 * that counts itself in the run's row. What is settled so is not matched any more.
 * @throws RunOvertaken
 */
export async function actBeforeMatching(
  work: { app: Pick<App, "database" | "now">; run: BegunRun; viewer: Viewer },
  { transactions, rules, surroundings }: ActingFirst,
  tell: (progress: RunShare) => void,
): Promise<LeftToMatch> {
  const lines = new Map(transactions.map((line) => [line.id, line]));
  const { rulesOfLines, matched } = await letRulesAct(work, lines, rules, tell);
  await takeTransfersOut(work, lines, surroundings, tell);
  return {
    transactions: [...lines.values()],
    matched,
    ruleOf: (id) => rulesOfLines.get(id) ?? null,
  };
}

type Work = Parameters<typeof actBeforeMatching>[0];

/** @returns by line, the rule that says who paid it; and how many lines were booked */
async function letRulesAct(
  { app, run, viewer }: Work,
  lines: Map<string, Line>,
  rules: readonly MatchingRule[],
  tell: (progress: RunShare) => void,
): Promise<{ rulesOfLines: ReadonlyMap<string, string>; matched: number }> {
  const rulesOfLines = new Map<string, string>();
  let matched = 0;
  tell({ step: "rules", share: 0 });
  const met = matchRules(rules, [...lines.values()]);
  const nameClients = (clients: ReadonlyMap<string, NamedClient>) => {
    for (const [id, { name, ruleId }] of clients) {
      const line = lines.get(id);
      if (!line) continue;
      lines.set(id, { ...line, clientName: name });
      rulesOfLines.set(id, ruleId);
    }
  };
  for (let start = 0; start < met.length; start += ruledTransactionsMax) {
    const chunk = met.slice(start, start + ruledTransactionsMax);
    const done = await asOrganisation(app.database, run.organisationId, async (tx) => {
      const applied = await applyRules(tx, {
        ...{ runId: run.runId, rules, viewer, at: app.now() },
        transactions: chunk.flatMap(({ transactionId }) => lines.get(transactionId) ?? []),
      });
      if (applied.hits > 0) {
        const counts = [applied.hits, applied.matches];
        await changeRun(tx, run, "ruled = ruled + $3, matched = matched + $4", counts);
      }
      const settled = new Set(applied.settledIds);
      const left = applied.changedIds.filter((id) => !settled.has(id));
      return { ...applied, changed: await readVersions(tx, left) };
    });
    // As they are now: to the check before writing, what this run changed itself has not been changed since it looked.
    for (const line of done.changed) lines.set(line.id, line);
    for (const id of done.settledIds) lines.delete(id);
    nameClients(done.clients);
    matched += done.matches;
    tell({ step: "rules", share: (start + chunk.length) / met.length });
  }
  return { rulesOfLines, matched };
}

async function takeTransfersOut(
  { app, run, viewer }: Work,
  lines: Map<string, Line>,
  surroundings: TransferSurroundings,
  tell: (progress: RunShare) => void,
): Promise<void> {
  tell({ step: "transfers", share: 0 });
  const pairs = decideTransfers([...lines.values()], surroundings);
  for (let start = 0; start < pairs.length; start += transfersOfTransactionMax) {
    const chunk = pairs.slice(start, start + transfersOfTransactionMax);
    const excluded = await asOrganisation(app.database, run.organisationId, async (tx) => {
      const at = app.now();
      const taken = await applyTransfers(tx, {
        ...{ runId: run.runId, pairs: chunk, seen: lines, viewer, at },
      });
      const transfers = taken.length / 2;
      if (transfers > 0) await changeRun(tx, run, "transfers = transfers + $3", [transfers]);
      return taken;
    });
    for (const id of excluded) lines.delete(id);
    tell({ step: "transfers", share: (start + chunk.length) / pairs.length });
  }
}

/** Bank transactions that this transaction holds, with the version that it has written. */
async function readVersions(tx: TenantTransaction, ids: readonly string[]): Promise<Line[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<MatchableTransaction & { version: string }>(
    `SELECT ${transactionForMatchColumns}, xmin::text AS version FROM bank_transaction WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  return rows.map((row) => ({ ...row, version: Number(row.version) }));
}
