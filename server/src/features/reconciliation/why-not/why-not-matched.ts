import type { App } from "../../../app.ts";
import { explainPair, type PairExplanation } from "../../../core/matching/explain-pair.ts";
import { convert, type RateTable } from "../../../core/matching/rates.ts";
import type { Evidence, ProfileName } from "../../../core/matching/types.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import type { Sql } from "../../../db/sql.ts";
import { knownIdOr } from "../../ids.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { type BothSides, readBothSides } from "../lock-for-match.sql.ts";
import type { Match } from "../match.ts";
import { type DecidedFacts, readDecidedFacts } from "./decided-facts.sql.ts";
import { readSurroundings } from "./read-surroundings.ts";
import { restored } from "./restored.ts";
import {
  changeSentence,
  type WhyNotChange,
  type WhyNotCode,
  type WhyNotFacts,
  whyNotSentence,
} from "./why-not-sentences.ts";
import { type WhyNotWinner, winnersOfMatches, winnersOfRun } from "./winners.ts";

/** Why a bank transaction and an open item are not matched, or that they are. */
export interface WhyNot {
  readonly matched: boolean;
  readonly score: number;
  readonly threshold: number;
  readonly evidence: readonly Evidence[];
  /** As a sentence for people, and as a word for programs. */
  readonly reason: string;
  readonly code: WhyNotCode;
  readonly lostTo: readonly WhyNotWinner[];
  readonly profile: ProfileName;
  readonly change: string | null;
  readonly changeCode: WhyNotChange | null;
}

/**
 * Explains one pair: what speaks for and against it, what stands in the way, and the smallest change that would have
 * matched it. Core decides over the two and what competes with them, as a run would; what is decided already is looked
 * at as it was before. Null where one of the two is not there.
 * @throws Forbidden
 */
export async function whyNotMatched(
  app: App,
  viewer: Viewer,
  pair: { transactionId: string; openItemId: string },
): Promise<WhyNot | null> {
  authorise(viewer, "transactions:read");
  authorise(viewer, "open_items:read");
  const transactionId = knownIdOr(pair.transactionId, null);
  const openItemId = knownIdOr(pair.openItemId, null);
  if (transactionId === null || openItemId === null) return null;
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    const sides = await readBothSides(
      sql,
      { transactionIds: [transactionId], openItemIds: [openItemId] },
      "",
    );
    return sides.transactions[0] && sides.items[0] ? explain(sql, sides) : null;
  });
}

async function explain(sql: Sql, sides: BothSides): Promise<WhyNot | null> {
  const [transaction] = sides.transactions;
  const [item] = sides.items;
  if (!transaction || !item) return null;
  const facts = await readDecidedFacts(sql, transaction.id, item.id);
  const live = facts.ofTransaction.find((match) =>
    match.payments.some(({ openItem }) => openItem.id === item.id),
  );
  // What settled one of the two is taken back for the look: what was decided stays explained by what there was.
  const settling =
    live !== undefined
      ? [live]
      : [
          ...(transaction.openMinor === 0n ? facts.ofTransaction : []),
          ...(item.openMinor === 0n ? facts.ofItem : []),
        ];
  const before = await restored(sql, { transaction, item }, settling);
  const around = await readSurroundings(sql, before.transaction, before.item);
  const input = {
    ...around,
    transactions: oncePerId([...before.otherTransactions, ...around.transactions]),
    items: oncePerId([...before.otherItems, ...around.items]),
    // Looked at as if nobody had declined it: then it shows what taking that back would do.
    declined: around.declined?.filter(
      (one) => one.transactionId !== transaction.id || one.itemId !== item.id,
    ),
  };
  const core = explainPair(input, transaction.id, item.id);
  const code: WhyNotCode =
    live !== undefined
      ? "matched"
      : (decidedCode(facts, sides) ?? apartCode(sides, input.rates) ?? codeOfCore(core));
  const winners =
    settling.length > 0
      ? winnersOfMatches(settling, transaction, item.id, before.otherTransactions)
      : winnersOfRun(core, transaction.id, input);
  const shown = code === "matched" ? [] : winnersFor(code, winners, transaction.id);
  const told: WhyNotFacts = {
    transaction: { ...transaction, moneyIn: transaction.amountMinor > 0n },
    item,
    score: core.score,
    threshold: core.threshold,
    winner: (code === "matched" ? winners : shown)[0]?.facts ?? null,
    winnersMore: Math.max(0, shown.length - 1),
    decided: facts,
  };
  const change = live === undefined ? changeOf(code, core) : null;
  return {
    matched: live !== undefined,
    score: core.score,
    threshold: core.threshold,
    evidence:
      live === undefined ? core.evidence : evidenceOfPair(live, transaction.id, item.id, core),
    reason: whyNotSentence(code, told),
    code,
    lostTo: shown,
    profile: core.profile,
    change: change === null ? null : changeSentence(change.code, change.values, told),
    changeCode: change?.code ?? null,
  };
}

/** The first of each: what was restored goes before what was found among what is open. */
function oncePerId<Row extends { readonly id: string }>(rows: readonly Row[]): Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) if (!found.has(row.id)) found.set(row.id, row);
  return [...found.values()];
}

/** What people or the bank decided goes before what core would say. */
function decidedCode(facts: DecidedFacts, { transactions, items }: BothSides): WhyNotCode | null {
  const [transaction] = transactions;
  const [item] = items;
  if (!transaction || !item) return null;
  if (transaction.status === "removed") return "transaction_removed";
  if (item.status === "void") return "item_void";
  if (transaction.status === "excluded") {
    return facts.transfer ? "transaction_transferred" : "transaction_excluded";
  }
  if (transaction.openMinor === 0n) return "transaction_settled";
  if (item.openMinor === 0n) return "item_settled";
  return facts.declined ? "declined" : null;
}

/** What can never meet, whatever speaks for it. */
function apartCode(
  { transactions: [transaction], items: [item] }: BothSides,
  rates: RateTable = new Map(),
): WhyNotCode | null {
  if (!transaction || !item) return null;
  if ((item.kind === "expense") !== transaction.amountMinor < 0n) return "other_direction";
  if (item.blockId !== null && item.blockId !== transaction.blockId) return "other_block";
  const { openMinor, currency, bookedOn } = transaction;
  const met = convert(rates, openMinor, currency, item.currency, bookedOn);
  return met === null ? "no_rate" : null;
}

/** Core speaks of what a run would do. */
function codeOfCore({ code }: PairExplanation): WhyNotCode {
  return code === "matched" ? "will_match" : code;
}

interface Change {
  readonly code: WhyNotChange;
  readonly values: Readonly<Record<string, string>>;
}

/** Where core would match them but for what was decided, taking that back is the change; else what core says. */
function changeOf(code: WhyNotCode, core: PairExplanation): Change | null {
  if (code === "transaction_removed" || code === "item_void" || code === "will_match") return null;
  const undo = undoing[code];
  if (undo !== undefined && core.matched) return { code: undo, values: {} };
  return core.change;
}

const undoing: Readonly<Partial<Record<WhyNotCode, WhyNotChange>>> = {
  transaction_settled: "undo_match",
  item_settled: "undo_match",
  transaction_excluded: "include",
  transaction_transferred: "undo_transfer",
  declined: "not_declined",
};

/** Of what took both sides, what the reason speaks of comes first. */
function winnersFor(
  code: WhyNotCode,
  winners: readonly WhyNotWinner[],
  transactionId: string,
): readonly WhyNotWinner[] {
  const own = (winner: WhyNotWinner) => winner.transactionId === transactionId;
  if (code === "item_settled") return winners.filter((winner) => !own(winner));
  return [...winners.filter(own), ...winners.filter((winner) => !own(winner))];
}

/** What spoke for it when it was decided. */
function evidenceOfPair(
  match: Match,
  transactionId: string,
  openItemId: string,
  core: PairExplanation,
): readonly Evidence[] {
  const then = match.evidence.filter(
    (one) => one.transactionId === transactionId && one.itemId === openItemId,
  );
  return then.length > 0 ? then : core.evidence;
}
