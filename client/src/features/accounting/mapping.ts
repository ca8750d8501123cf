import type { Books, FeedingAccount, Target } from "./documents.ts";

/** The bank accounts that do not feed these books yet and can: in scope and open. */
export function freeAccounts(
  accounts: readonly FeedingAccount[],
  { feeds }: Pick<Books, "feeds">,
): FeedingAccount[] {
  const fed = new Set(
    feeds.filter(({ status }) => status !== "DISCONNECTED").map(({ account }) => account.id),
  );
  return accounts.filter(
    ({ id, inScope, closedAt }) => inScope && closedAt === null && !fed.has(id),
  );
}

/** The accounts of the books that are kept in the bank account's currency; those that are free first. */
export function fittingTargets(targets: readonly Target[], currency: string): Target[] {
  return targets
    .filter((target) => target.currency === currency)
    .toSorted((left, right) => Number(left.fedBy !== null) - Number(right.fedBy !== null));
}

/** The one that bears the bank account's last digits; undefined when none or several do. */
export function likelyTarget(
  targets: readonly Target[],
  { mask }: Pick<FeedingAccount, "mask">,
): Target | undefined {
  if (!mask) return undefined;
  const alike = targets.filter(
    ({ number, fedBy }) => fedBy === null && number?.replace(/\D/g, "").endsWith(mask),
  );
  return alike.length === 1 ? alike[0] : undefined;
}

/** What a new account of the books is called unless somebody says otherwise. */
export function newTargetName({ institutionName, name }: FeedingAccount): string {
  return name.includes(institutionName) ? name : `${institutionName} ${name}`;
}

const dayMs = 86_400_000;

/** An ISO day, so many days before today. */
export function daysAgo(days: number, nowMs: number): string {
  return new Date(nowMs - days * dayMs).toISOString().slice(0, 10);
}

/** How far back a feed usually begins, in days. */
const startDaysUsual = 90;

/** Where a feed begins unless somebody says otherwise: as far back as is usual and as the package takes. */
export function usualStart(daysBackMax: number | null, nowMs: number): string {
  return daysAgo(Math.min(startDaysUsual, daysBackMax ?? startDaysUsual), nowMs);
}
