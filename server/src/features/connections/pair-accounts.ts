import type { ProviderAccount } from "../../providers/provider.ts";

/** What two links of a bank tell alike about an account. */
export type AccountMarks = Pick<ProviderAccount, "persistentId" | "name" | "mask" | "currency"> & {
  readonly kind: string;
};

/**
 * Which account of an older link each offered one is: by the provider's persistent id, or else by name, last digits,
 * kind and currency, where these fit one account only on either side. A wrong pair would mix two histories, so doubt
 * pairs nothing.
 * @returns the older account's id with the offered account
 */
export function pairAccounts<Offered extends AccountMarks>(
  former: readonly (Omit<AccountMarks, "currency"> & { id: string; currency: string })[],
  offered: readonly Offered[],
): [string, Offered][] {
  const pairs: [string, Offered][] = [];
  const taken = new Set<string>();
  for (const markOf of [persistentMark, plainMark]) {
    for (const account of offered) {
      if (pairs.some(([, paired]) => paired === account)) continue;
      const mark = markOf(account);
      const like = former.filter(({ id, ...each }) => !taken.has(id) && markOf(each) === mark);
      const rivals = offered.filter((each) => markOf(each) === mark);
      const [only] = like;
      if (mark === null || like.length !== 1 || rivals.length !== 1 || only === undefined) continue;
      taken.add(only.id);
      pairs.push([only.id, account]);
    }
  }
  return pairs;
}

function persistentMark({ persistentId }: { persistentId: string | null }): string | null {
  return persistentId;
}

/** Without its last digits an account has nothing of its own. */
function plainMark(account: Omit<AccountMarks, "currency"> & { currency: string }): string | null {
  const { mask, name, kind, currency } = account;
  return mask === null ? null : JSON.stringify([mask, name, kind, currency.trim()]);
}
