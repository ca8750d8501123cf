/**
 * What integration tests begin with: an App on a database of its own, and builders that put rows there as the
 * server's restricted role would, through asOrganisation. Every builder has defaults for what a test does not
 * care about. Ids are new each time; the clock stands still until the test moves it.
 */
import { createRequire } from "node:module";
import type { App } from "../../server/src/app.ts";
import { loadServerConfig, type ServerConfig } from "../../server/src/config.ts";
import { type LocalDate, localDate } from "../../server/src/core/dates.ts";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { openDatabase } from "../../server/src/db/client.ts";
import { toDateColumn } from "../../server/src/db/dates.ts";
import { newId } from "../../server/src/db/ids.ts";
import { sqlOver } from "../../server/src/db/sql.ts";
import { EventHub } from "../../server/src/events/hub.ts";
import { addMembership } from "../../server/src/features/organisations/add-membership.ts";
import { addPerson } from "../../server/src/features/organisations/add-person.ts";
import { createOrganisation } from "../../server/src/features/organisations/create-organisation.ts";
import { hashPassword } from "../../server/src/features/organisations/password.ts";
import { startSession } from "../../server/src/features/organisations/sessions.ts";
import { permissionsOfRole } from "../../server/src/features/permissions.ts";
import type { Viewer } from "../../server/src/features/viewer.ts";
import type { Prisma } from "../../server/src/generated/prisma/client.ts";
import type { Role } from "../../server/src/generated/prisma/enums.ts";
import type { AccountingPlatform } from "../../server/src/platforms/platform.ts";
import { PlatformRegistry } from "../../server/src/platforms/registry.ts";
import type { Provider } from "../../server/src/providers/provider.ts";
import { ProviderRegistry } from "../../server/src/providers/registry.ts";

export interface TestApp extends App {
  /** Moves the clock. */
  advance(ms: number): void;
  close(): Promise<void>;
}

export interface TestAppOptions {
  /** Over the demo's settings. */
  config?: Partial<ServerConfig>;
  providers?: readonly Provider[];
  platforms?: readonly AccountingPlatform[];
  /** Where the clock stands; 2026-11-20T09:30Z if absent. */
  now?: Date;
  /** True starts the hub: for tests of live updates. */
  live?: boolean;
}

/** An App without HTTP and workers. Close it before its database is dropped. */
export async function createTestApp(
  databaseUrl: string,
  options: TestAppOptions = {},
): Promise<TestApp> {
  const config = { ...testConfig(databaseUrl), ...options.config };
  const database = openDatabase({ url: config.databaseUrl, poolSizeMax: config.poolSizeMax });
  const clock = { now: options.now ?? new Date("2026-11-20T09:30:00Z") };
  const now = () => clock.now;
  const hub = new EventHub({
    database,
    url: config.databaseUrl,
    retentionHours: config.eventsRetentionHours,
    now,
    onFailure: (error) => {
      throw error;
    },
  });
  if (options.live) await hub.start();
  return {
    config,
    database,
    providers: new ProviderRegistry(options.providers ?? []),
    platforms: new PlatformRegistry(options.platforms ?? []),
    hub,
    log: silentLogger(),
    now,
    advance: (ms) => {
      clock.now = new Date(clock.now.getTime() + ms);
    },
    close: async () => {
      await hub.stop();
      await database.close();
    },
  };
}

function testConfig(databaseUrl: string): ServerConfig {
  return loadServerConfig({
    DATABASE_URL: databaseUrl,
    TIEOUT_DEMO: "true",
    TOKEN_KEYS: `demo-test:${Buffer.alloc(32, 7).toString("base64")}`,
    LOG_LEVEL: "silent",
    POOL_SIZE: "6",
  });
}

/** The server's own logger, which only the server's package depends on. */
function silentLogger(): App["log"] {
  const require = createRequire(new URL("../../server/package.json", import.meta.url));
  return require("pino")({ level: "silent" });
}

export interface WorldPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly membershipId: string;
}

export interface WorldOrganisation {
  readonly id: string;
  readonly name: string;
  /** One for each role. */
  readonly people: Readonly<Record<Role, WorldPerson>>;
}

/** What every person made with `withPasswords` signs in with. */
export const worldPassword = "correct horse battery staple";

let worldPasswordHash: Promise<string> | undefined;

/** An organisation with its default categories and one person for each role. */
export async function addOrganisation(
  app: App,
  options: { name?: string; baseCurrency?: string; withPasswords?: boolean } = {},
): Promise<WorldOrganisation> {
  const id = newId();
  const name = options.name ?? `Organisation ${id.slice(-6)}`;
  worldPasswordHash ??= hashPassword(worldPassword);
  const passwordHash = options.withPasswords ? await worldPasswordHash : null;
  return asOrganisation(app.database, id, async (tx) => {
    const add = async (role: Role): Promise<WorldPerson> => {
      const person = { email: `${role}.${id}@example.test`, name: `${role} of ${name}` };
      const personId = await addPerson(tx, { ...person, passwordHash });
      if (role === "owner") {
        await createOrganisation(
          tx,
          { name, baseCurrency: options.baseCurrency ?? "GBP" },
          personId,
        );
        const [owner] = await tx.query<{ id: string }>("SELECT id FROM membership");
        return { ...person, id: personId, membershipId: owner?.id ?? "" };
      }
      return { ...person, id: personId, membershipId: await addMembership(tx, personId, role) };
    };
    const owner = await add("owner");
    const admin = await add("admin");
    const accountant = await add("accountant");
    const viewer = await add("viewer");
    return { id, name, people: { owner, admin, accountant, viewer } };
  });
}

/** Somebody of the organisation, as operations get them. Without a session. */
export function viewerIn(organisation: WorldOrganisation, role: Role = "owner"): Viewer {
  const { id, name } = organisation.people[role];
  return {
    actor: { kind: "person", id, name },
    organisationId: organisation.id,
    permissions: permissionsOfRole[role],
    sessionId: null,
  };
}

/** An active connection of the provider "sandbox" unless told otherwise. @returns its id */
export function addConnection(
  app: App,
  organisationId: string,
  values: Partial<Prisma.BankConnectionUncheckedCreateInput> = {},
): Promise<string> {
  const id = newId();
  return asOrganisation(app.database, organisationId, async (tx) => {
    await tx.prisma.bankConnection.create({
      data: {
        id,
        organisationId,
        provider: "sandbox",
        externalId: `item-${id}`,
        institutionId: "ins_test",
        institutionName: "Bank of Tests",
        status: "active",
        createdAt: app.now(),
        ...values,
      },
    });
    return values.id ?? id;
  });
}

/** @returns its id */
export function addAccount(
  app: App,
  organisationId: string,
  connectionId: string | null,
  values: Partial<Prisma.FinancialAccountUncheckedCreateInput> = {},
): Promise<string> {
  const id = newId();
  return asOrganisation(app.database, organisationId, async (tx) => {
    await tx.prisma.financialAccount.create({
      data: {
        id,
        organisationId,
        connectionId,
        externalId: `account-${id}`,
        name: "Business current account",
        kind: "current",
        mask: "1234",
        currency: "GBP",
        createdAt: app.now(),
        ...values,
      },
    });
    return values.id ?? id;
  });
}

export interface WorldTransaction {
  id?: string;
  externalId?: string;
  bookedOn?: LocalDate;
  /** Minor units; positive for money in. */
  amountMinor?: bigint;
  currency?: string;
  description?: string;
  counterpartyName?: string | null;
  reference?: string | null;
  pending?: boolean;
  categoryId?: string | null;
}

/** @returns the ids, in the order given */
export function addTransactions(
  app: App,
  organisationId: string,
  accountId: string,
  transactions: readonly WorldTransaction[],
): Promise<string[]> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const data = transactions.map((given) => {
      const id = given.id ?? newId();
      return {
        id,
        organisationId,
        accountId,
        externalId: `transaction-${id}`,
        amountMinor: 10_000n,
        currency: "GBP",
        description: "Payment received",
        createdAt: app.now(),
        ...given,
        bookedOn: toDateColumn(given.bookedOn ?? localDate("2026-11-16")),
      };
    });
    await tx.prisma.bankTransaction.createMany({ data });
    return data.map(({ id }) => id);
  });
}

export interface WorldOpenItem {
  id?: string;
  kind?: "invoice" | "expense";
  number?: string;
  counterpartyName?: string;
  issuedOn?: LocalDate;
  dueOn?: LocalDate | null;
  currency?: string;
  /** Minor units; positive. */
  amountMinor?: bigint;
  description?: string | null;
}

/** @returns the ids, in the order given */
export function addOpenItems(
  app: App,
  organisationId: string,
  items: readonly WorldOpenItem[],
): Promise<string[]> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const data = items.map((given) => {
      const id = given.id ?? newId();
      return {
        id,
        organisationId,
        kind: "invoice" as const,
        number: `INV-${id.slice(-8)}`,
        counterpartyName: "Acorn Ltd",
        currency: "GBP",
        amountMinor: 10_000n,
        createdAt: app.now(),
        ...given,
        issuedOn: toDateColumn(given.issuedOn ?? localDate("2026-11-02")),
        dueOn: given.dueOn === null ? null : toDateColumn(given.dueOn ?? localDate("2026-12-02")),
      };
    });
    await tx.prisma.openItem.createMany({ data });
    return data.map(({ id }) => id);
  });
}

/** A match of one transaction with one open item, as if a person had confirmed it. @returns its id */
export function addMatch(
  app: App,
  organisationId: string,
  payment: { transactionId: string; openItemId: string; amountMinor?: bigint; currency?: string },
): Promise<string> {
  const matchId = newId();
  const { amountMinor = 10_000n, currency = "GBP", ...ids } = payment;
  return asOrganisation(app.database, organisationId, async (tx) => {
    await tx.prisma.match.create({
      data: { id: matchId, organisationId, origin: "manual", decidedBy: "Tess Tester" },
    });
    await tx.prisma.payment.create({
      data: {
        id: newId(),
        organisationId,
        matchId,
        ...ids,
        amountMinor,
        currency,
        transactionMinor: amountMinor,
        transactionCurrency: currency,
      },
    });
    return matchId;
  });
}

/** A session of a person, as signing in would make one. @returns the cookie's value */
export async function addSession(
  app: App,
  personId: string,
  organisationId: string,
): Promise<string> {
  const sql = sqlOver(app.database.pool);
  const { secret } = await startSession(app, sql, { personId, organisationId });
  return secret;
}
