import { fundsFields } from "./fields.ts";

/** One figure of an account's record (03): a balance, or a sum over the day. */
export interface AccountFigure {
  readonly type: string;
  readonly amount: string;
}

/**
 * Takes the figures of an account's record apart: type, amount, item count and funds type, over and over, each funds
 * type with what it brings.
 *
 * @param fields the record's fields from the first type on, those of its continuations after them
 * @param rowEnds which of them end a physical record: an empty one there, where a type is due, is no field but the
 *   comma that some banks print before the slash
 * @returns the figures, and the field at which the rest cannot be told apart; null where there is none
 */
export function accountFigures(
  fields: readonly string[],
  rowEnds: ReadonlySet<number>,
): { readonly figures: readonly AccountFigure[]; readonly unreadable: string | null } {
  const figures: AccountFigure[] = [];
  let at = 0;
  while (at < fields.length) {
    const [type = "", amount = "", , funds = "", distribution] = fields.slice(at, at + 5);
    if (type === "" && rowEnds.has(at)) {
      at += 1;
      continue;
    }
    if (type !== "" || amount !== "") figures.push({ type, amount });
    // Three digits can only be the next type: the funds type was left out with its comma.
    if (/^\d{3}$/.test(funds)) {
      at += 3;
      continue;
    }
    const brings = fundsFields(funds, distribution);
    if (brings === null) return { figures, unreadable: funds };
    at += 4 + brings;
  }
  return { figures, unreadable: null };
}
