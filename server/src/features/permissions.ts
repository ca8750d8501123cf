import type { Role } from "../generated/prisma/enums.ts";

/** Every named permission, with what it allows as people read it. */
export const permissionDescriptions = {
  "bank_connections:read": "See bank connections, accounts and their status",
  "bank_feeds:push": "Post bank transactions into pushed connections, as a bank's own system",
  "bank_connections:manage": "Connect, sync, repair and disconnect banks",
  "transactions:read": "See bank transactions and balances",
  "transactions:categorise": "Set categories on bank transactions and add categories",
  "statements:import": "Bring in statement files, take imports back and part merged lines",
  "statements:accept_unbalanced": "Take a statement whose figures do not agree, with a reason",
  "ledger_accounts:manage":
    "Keep the chart of accounts, map accounts to it and set the business calendar",
  "open_items:read":
    "See invoices, expenses and demands, with their blocks, units and leaseholders",
  "open_items:manage":
    "Add, change, load and void invoices, expenses and demands, and keep units and leaseholders",
  "reconciliation:match": "Match, unmatch, exclude and include bank transactions",
  "matching:manage":
    "Set rules, scoring profiles and exchange rates, and take back what was learned",
  "accounting:manage":
    "Connect accounting packages, map bank accounts to them and push transactions and payments",
  "members:manage": "Add and remove people and change their roles",
  "owners:manage": "Make and unmake owners",
  "api_keys:manage": "Create and revoke API keys",
  "audit:read": "See the log of who did what",
} as const;

export type Permission = keyof typeof permissionDescriptions;

export const allPermissions = Object.keys(permissionDescriptions) as Permission[];

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(permissionDescriptions, text);
}

const reading: Permission[] = [
  "bank_connections:read",
  "transactions:read",
  "open_items:read",
  "audit:read",
];

/** What each role may do. */
export const permissionsOfRole: Record<Role, ReadonlySet<Permission>> = {
  owner: new Set(allPermissions),
  admin: new Set(allPermissions.filter((permission) => permission !== "owners:manage")),
  accountant: new Set<Permission>([
    ...reading,
    "transactions:categorise",
    "statements:import",
    "ledger_accounts:manage",
    "open_items:manage",
    "reconciliation:match",
    "matching:manage",
    "accounting:manage",
  ]),
  viewer: new Set(reading),
};
