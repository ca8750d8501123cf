import ArrowLeftRight from "@lucide/svelte/icons/arrow-left-right";
import BookOpen from "@lucide/svelte/icons/book-open";
import BookUp from "@lucide/svelte/icons/book-up";
import Building2 from "@lucide/svelte/icons/building-2";
import CalendarDays from "@lucide/svelte/icons/calendar-days";
import FileText from "@lucide/svelte/icons/file-text";
import History from "@lucide/svelte/icons/history";
import Landmark from "@lucide/svelte/icons/landmark";
import LayoutDashboard from "@lucide/svelte/icons/layout-dashboard";
import Link2 from "@lucide/svelte/icons/link-2";
import Scale from "@lucide/svelte/icons/scale";
import Users from "@lucide/svelte/icons/users";
import { href } from "../routes.ts";

export interface NavigationEntry {
  label: string;
  href: string;
  /** Every address below it marks the entry, unless a deeper entry fits better. */
  below: string;
  icon: typeof Landmark;
  /** Typed after "g". */
  key: string;
  /** The permission without which there is nothing to see. */
  needs?: string;
}

export const navigation: { heading?: string; entries: NavigationEntry[] }[] = [
  {
    entries: [{ label: "Dashboard", href: href("/"), below: "/", icon: LayoutDashboard, key: "d" }],
  },
  {
    heading: "Finance",
    entries: [
      {
        label: "Banking",
        href: href("/finance/banking/accounts"),
        below: "/finance/banking",
        icon: Landmark,
        key: "b",
      },
      {
        label: "Reconciliation",
        href: href("/finance/banking/reconciliation"),
        below: "/finance/banking/reconciliation",
        icon: ArrowLeftRight,
        key: "r",
      },
      {
        label: "Matching",
        href: href("/finance/matching/rules"),
        below: "/finance/matching",
        icon: Scale,
        key: "m",
        needs: "transactions:read",
      },
      {
        label: "Invoices & expenses",
        href: href("/finance/open-items"),
        below: "/finance/open-items",
        icon: FileText,
        key: "i",
      },
      {
        label: "Blocks",
        href: href("/finance/blocks"),
        below: "/finance/blocks",
        icon: Building2,
        key: "o",
      },
      {
        label: "Accounting",
        href: href("/finance/accounting"),
        below: "/finance/accounting",
        icon: BookUp,
        key: "f",
        needs: "bank_connections:read",
      },
      {
        label: "Ledger accounts",
        href: href("/finance/ledger-accounts"),
        below: "/finance/ledger-accounts",
        icon: BookOpen,
        key: "a",
      },
    ],
  },
  {
    heading: "Company",
    entries: [
      {
        label: "Bank Connections",
        href: href("/company/bank-connections"),
        below: "/company/bank-connections",
        icon: Link2,
        key: "c",
      },
      {
        label: "Calendar",
        href: href("/company/calendar"),
        below: "/company/calendar",
        icon: CalendarDays,
        key: "k",
      },
      {
        label: "People & API keys",
        href: href("/company/people"),
        below: "/company/people",
        icon: Users,
        key: "p",
      },
      {
        label: "Audit log",
        href: href("/company/audit"),
        below: "/company/audit",
        icon: History,
        key: "l",
      },
    ],
  },
];

/** What somebody with these permissions is led to. */
export function navigationFor(can: (permission: string) => boolean): typeof navigation {
  return navigation.map(({ entries, ...section }) => ({
    ...section,
    entries: entries.filter(({ needs }) => !needs || can(needs)),
  }));
}

/** The entry that the address belongs to: the one with the longest beginning in common. */
export function currentEntry(path: string): NavigationEntry | undefined {
  return navigation
    .flatMap((section) => section.entries)
    .filter(({ below }) => path === below || (below !== "/" && path.startsWith(`${below}/`)))
    .sort((left, right) => right.below.length - left.below.length)[0];
}
