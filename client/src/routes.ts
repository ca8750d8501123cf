import type { Component } from "svelte";
import { matchPath, type ParamNames, type Params } from "./lib/router.svelte.ts";

type Page<Props extends Record<string, unknown>> = () => Promise<{ default: Component<Props> }>;

/** Holds each page's props to the parameters of its pattern. */
function definePages<Pages extends Record<string, unknown>>(
  all: Pages & { [Pattern in keyof Pages]: Page<Params<Pattern & string>> },
): Pages {
  return all;
}

/** Every address of the signed-in part and the page behind it, loaded when it is first opened. */
const pages = definePages({
  "/": () => import("./features/dashboard/DashboardPage.svelte"),
  "/finance/banking/accounts": () => import("./features/accounts/AccountsPage.svelte"),
  "/finance/banking/transactions": () => import("./features/transactions/TransactionsPage.svelte"),
  "/finance/banking/imports": () => import("./features/statements/ImportsPage.svelte"),
  "/finance/banking/imports/:id": () => import("./features/statements/ImportPage.svelte"),
  "/finance/banking/reconciliation": () =>
    import("./features/reconciliation/ReconciliationPage.svelte"),
  "/finance/banking/connect": () => import("./features/connections/ConnectBankPage.svelte"),
  "/finance/banking/connect/return": () =>
    import("./features/connections/ConnectReturnPage.svelte"),
  "/finance/blocks": () => import("./features/blocks/BlocksPage.svelte"),
  "/finance/blocks/reconciliation": () =>
    import("./features/blocks/reconciliation/BlockReconciliationPage.svelte"),
  "/finance/blocks/:id": () => import("./features/blocks/BlockPage.svelte"),
  "/finance/matching/rules": () => import("./features/matching/rules/RulesPage.svelte"),
  "/finance/matching/profiles": () => import("./features/matching/profiles/ProfilesPage.svelte"),
  "/finance/matching/profiles/:id": () => import("./features/matching/profiles/ProfilePage.svelte"),
  "/finance/matching/replays": () => import("./features/matching/replays/ReplaysPage.svelte"),
  "/finance/matching/replays/:id": () => import("./features/matching/replays/ReplayPage.svelte"),
  "/finance/matching/learned": () => import("./features/matching/learned/LearnedPage.svelte"),
  "/finance/matching/rates": () => import("./features/matching/rates/RatesPage.svelte"),
  "/finance/matching/runs": () => import("./features/matching/runs/RunsPage.svelte"),
  "/finance/matching/runs/:id": () => import("./features/matching/runs/RunPage.svelte"),
  "/finance/accounting": () => import("./features/accounting/AccountingPage.svelte"),
  "/finance/accounting/connect": () => import("./features/accounting/ConnectBooksPage.svelte"),
  "/finance/accounting/connect/return": () =>
    import("./features/accounting/ConnectReturnPage.svelte"),
  "/finance/accounting/feeds/:id": () => import("./features/accounting/feed/FeedPage.svelte"),
  "/finance/accounting/:id": () => import("./features/accounting/BooksPage.svelte"),
  "/finance/ledger-accounts": () => import("./features/ledger/LedgerAccountsPage.svelte"),
  "/finance/open-items": () => import("./features/documents/OpenItemsPage.svelte"),
  "/finance/open-items/:id": () => import("./features/documents/OpenItemPage.svelte"),
  "/company/bank-connections": () => import("./features/connections/BankConnectionsPage.svelte"),
  "/company/bank-connections/:id": () => import("./features/connections/BankConnectionPage.svelte"),
  "/company/calendar": () => import("./features/ledger/CalendarPage.svelte"),
  "/company/people": () => import("./features/organisations/PeoplePage.svelte"),
  "/company/audit": () => import("./features/organisations/AuditPage.svelte"),
});

export type RoutePattern = keyof typeof pages & string;

/** Addresses that lead elsewhere. */
export const redirects: Record<string, RoutePattern> = {
  "/finance/banking": "/finance/banking/accounts",
  "/finance/matching": "/finance/matching/rules",
};

/** The address of a page; parameters are checked against its pattern. */
export function href<Pattern extends RoutePattern>(
  pattern: Pattern,
  ...params: ParamNames<Pattern> extends never ? [] : [Params<Pattern>]
): string {
  const values = (params[0] ?? {}) as Record<string, string>;
  return pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
}

export interface FoundPage {
  pattern: RoutePattern;
  params: Record<string, string>;
  load: Page<Record<string, string>>;
}

export function findPage(path: string): FoundPage | undefined {
  for (const pattern of Object.keys(pages) as RoutePattern[]) {
    const params = matchPath(pattern, path);
    if (params) return { pattern, params, load: pages[pattern] as unknown as FoundPage["load"] };
  }
  return undefined;
}
