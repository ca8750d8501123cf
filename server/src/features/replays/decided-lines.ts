import type { DecidedLine } from "../../core/matching/compare-replay.ts";
import type { DecidedForRule } from "../../core/matching/compare-rule-replay.ts";
import { aliasKey } from "../../core/matching/prepare.ts";
import type { ProfileFamily } from "../../core/matching/profile.ts";
import type { MatchableItem } from "../../core/matching/types.ts";
import type { History, HistoryLine, HistoryPayment } from "./load-history.sql.ts";

/** The items that a family's profiles decide about. */
export function isOfFamily(item: Pick<MatchableItem, "kind">, family: ProfileFamily): boolean {
  return (item.kind === "demand") === (family === "demand");
}

/**
 * What was decided, as one family of profiles is held against it: a line that settled something of the other family
 * belongs to nothing of this one. Money out never settles a demand, and no line of an account without a block does.
 */
export function decidedForFamily(history: History, family: ProfileFamily): DecidedLine[] {
  const given = new HistoryIndex(history);
  return history.lines
    .filter((line) => family === "invoice" || (line.amountMinor > 0n && line.blockId !== null))
    .map((line) => given.decided(line, (item) => isOfFamily(item, family)));
}

/** What was decided, as rules are held against it. */
export function decidedForRules(history: History): DecidedForRule[] {
  const given = new HistoryIndex(history);
  return history.lines.map((line) => ({
    ...given.decided(line, () => true),
    clientKeys: given.clientKeys(line),
    standalone: given.isStandalone(line),
    categoryId: line.categoryId,
    categoryByPerson: line.categoryByPerson,
  }));
}

/** How many lines a profile of this name had matched itself. */
export function countOfProfile(history: History, name: string): number {
  const own = history.payments.filter(({ profile }) => profile === name);
  return new Set(own.map(({ transactionId }) => transactionId)).size;
}

class HistoryIndex {
  readonly #history: History;
  readonly #items: ReadonlyMap<string, MatchableItem>;
  readonly #payments = new Map<string, HistoryPayment[]>();
  readonly #declined = new Map<string, Set<string>>();

  constructor(history: History) {
    this.#history = history;
    this.#items = new Map(history.items.map((item) => [item.id, item]));
    for (const payment of history.payments) {
      const own = this.#payments.get(payment.transactionId);
      if (own === undefined) this.#payments.set(payment.transactionId, [payment]);
      else own.push(payment);
    }
    for (const { transactionId, itemId } of history.declined) {
      const own = this.#declined.get(transactionId) ?? new Set();
      this.#declined.set(transactionId, own.add(itemId));
    }
  }

  decided(line: HistoryLine, counts: (item: MatchableItem) => boolean): DecidedLine {
    const payments = this.#payments.get(line.id) ?? [];
    const items = new Map<string, bigint>();
    const letGo = new Map<string, bigint>();
    for (const { itemId, kind, amountMinor, transactionMinor } of payments) {
      if (kind === "short_payment") letGo.set(itemId, (letGo.get(itemId) ?? 0n) + amountMinor);
      const item = this.#items.get(itemId);
      // A difference beside a payment takes nothing from the line; one booked from it was no item before.
      if (item === undefined || transactionMinor === 0n || !counts(item)) continue;
      items.set(itemId, (items.get(itemId) ?? 0n) + transactionMinor);
    }
    return {
      transactionId: line.id,
      currency: line.currency,
      items: line.undecided ? null : items,
      letGo,
      declinedItemIds: this.#declined.get(line.id) ?? new Set(),
      byPeople: this.#byPeople(line, payments),
    };
  }

  clientKeys(line: HistoryLine): ReadonlySet<string> {
    const payments = this.#payments.get(line.id) ?? [];
    const items = payments.flatMap(({ itemId }) => this.#items.get(itemId) ?? []);
    return new Set(items.map(({ counterpartyName }) => aliasKey(counterpartyName)));
  }

  isStandalone(line: HistoryLine): boolean {
    return (this.#payments.get(line.id) ?? []).some(({ itemId }) => !this.#items.has(itemId));
  }

  #byPeople(line: HistoryLine, payments: readonly HistoryPayment[]): boolean {
    if (line.undecided) return true;
    if (line.excluded) return !this.#history.excludedByMachine.has(line.id);
    return payments.some(({ origin }) => origin === "manual");
  }
}
