import type { ProviderAccount } from "../../providers/provider.ts";

/** What two links of a bank tell alike about an account. */
export type AccountMarks = Pick<ProviderAccount, "persistentId" | "name" | "mask"> & {
  readonly kind: string;
  readonly currency: string;
  /** Hex, of the whole IBAN or number. */
  readonly identifierDigest: string | null;
};

export interface FormerAccount extends AccountMarks {
  readonly id: string;
  /** Same provider and institution. Of another's, only the number is a mark: their ids and names are their own. */
  readonly sameBank: boolean;
}

/**
 * Which account of an older link each offered one is: by the provider's persistent id, or else by IBAN or number, or
 * else by name, last digits, kind and currency, where these fit one account only on either side. A wrong pair would mix
 * two histories, so doubt pairs nothing.
 * @returns the older account's id with the offered account
 */
export function pairAccounts<Offered extends AccountMarks>(
  former: readonly FormerAccount[],
  offered: readonly Offered[],
): [string, Offered][] {
  const pairs: [string, Offered][] = [];
  const taken = new Set<string>();
  for (const markOf of [persistentMark, numberMark, plainMark]) {
    for (const account of offered) {
      if (pairs.some(([, paired]) => paired === account)) continue;
      const mark = markOf({ ...account, sameBank: true });
      const like = former.filter((each) => !taken.has(each.id) && markOf(each) === mark);
      const rivals = offered.filter((each) => markOf({ ...each, sameBank: true }) === mark);
      const [only] = like;
      if (mark === null || like.length !== 1 || rivals.length !== 1 || only === undefined) continue;
      taken.add(only.id);
      pairs.push([only.id, account]);
    }
  }
  return pairs;
}

/** An account of the organisation that is known to have a number. */
export interface NumberHolder {
  readonly id: string;
  /** No connection has ever fed it: its lines come from files. */
  readonly byHand: boolean;
  /** Hex, of one number that it has. */
  readonly identifierDigest: string;
  readonly currency: string;
}

type Numbered = Pick<AccountMarks, "identifierDigest" | "currency">;

/**
 * Which account by hand each offered one is: the only account of the organisation that has its number and currency,
 * where nothing else that is offered has these, and it has no second number that is offered too.
 * @param holders all accounts of the organisation that have one of the offered numbers, once for each number
 * @param offered all that the connection lists
 * @returns the id of the account by hand with the offered account
 */
export function pairByHand<Offered extends Numbered>(
  holders: readonly NumberHolder[],
  offered: readonly Offered[],
): [string, Offered][] {
  const pairs: [string, Offered][] = [];
  for (const account of offered) {
    const mark = numberMark(account);
    if (mark === null) continue;
    const holding = holders.filter((each) => numberMark(each) === mark);
    const rivals = offered.filter((each) => numberMark(each) === mark);
    const [only] = holding;
    if (only?.byHand !== true || holding.length !== 1 || rivals.length !== 1) continue;
    pairs.push([only.id, account]);
  }
  return pairs.filter(([id]) => pairs.filter(([other]) => other === id).length === 1);
}

type Marked = AccountMarks & { readonly sameBank: boolean };

function persistentMark({ persistentId, sameBank }: Marked): string | null {
  return sameBank ? persistentId : null;
}

/** With the currency: some banks keep several under one IBAN. */
function numberMark({ identifierDigest, currency }: Numbered): string | null {
  return identifierDigest === null ? null : `${identifierDigest} ${currency.trim()}`;
}

/** Without its last digits an account has nothing of its own. */
function plainMark({ mask, name, kind, currency, sameBank }: Marked): string | null {
  return mask === null || !sameBank ? null : JSON.stringify([mask, name, kind, currency.trim()]);
}
