import assert from "node:assert/strict";
import type pg from "pg";
import { validate as isUuid } from "uuid";
import type { Prisma } from "../generated/prisma/client.ts";
import { type Database, openingTransaction } from "./client.ts";
import { copyIn } from "./copy-in.ts";
import { onConnection } from "./on-connection.ts";
import { type Sql, sqlOver } from "./sql.ts";

/** A database transaction that sees one tenant's rows only. */
export interface TenantTransaction extends Sql {
  readonly organisationId: string;
  readonly prisma: Prisma.TransactionClient;
  /** Sends rows in COPY's text format to a `COPY ... FROM STDIN`; see copyIn. */
  copyIn(statement: string, rows: readonly Buffer[]): Promise<void>;
  /** Runs inside the transaction, after the caller's work and before the commit. */
  beforeCommit(step: () => Promise<void>): void;
  /** Runs once the commit has been confirmed; never after a rollback. */
  afterCommit(step: () => void): void;
}

export interface TransactionOptions {
  /** Milliseconds; past it the transaction is rolled back. */
  timeoutMs?: number;
}

/**
 * Runs `work` in one database transaction as the given organisation, and commits. Every statement on tenant
 * tables goes through here or through `readAsOrganisation`: without the setting, row-level security shows nothing.
 * The setting ends with the transaction, so that a pooled connection never carries it to the next tenant.
 *
 * @throws whatever `work` throws, after the rollback
 */
export async function asOrganisation<Result>(
  database: Database,
  organisationId: string,
  work: (tx: TenantTransaction) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  assert(isUuid(organisationId), "an organisation id is a UUID");
  const committed: (() => void)[] = [];
  const opening: { connection?: pg.PoolClient } = {};
  const result = await openingTransaction.run(opening, () =>
    database.prisma.$transaction(
      (prisma) =>
        openingTransaction.exit(async () => {
          const connection = opening.connection;
          assert(connection, "the pool notes the connection of an opening transaction");
          const sql = sqlOver(connection);
          await sql.query("SELECT set_config('tieout.organisation_id', $1, true)", [
            organisationId,
          ]);
          const lastSteps: (() => Promise<void>)[] = [];
          const tx: TenantTransaction = {
            organisationId,
            prisma,
            query: sql.query,
            copyIn: (statement, rows) => copyIn(connection, statement, rows),
            beforeCommit: (step) => lastSteps.push(step),
            afterCommit: (step) => committed.push(step),
          };
          const value = await work(tx);
          for (const step of lastSteps) await step();
          return value;
        }),
      { timeout: options.timeoutMs ?? 30_000, maxWait: 15_000 },
    ),
  );
  for (const step of committed) step();
  return result;
}

/**
 * Reads as one organisation with SQL alone: a read-only transaction without Prisma's share of the cost,
 * for the few reads that every screen makes all day.
 */
export async function readAsOrganisation<Result>(
  database: Database,
  organisationId: string,
  read: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  assert(isUuid(organisationId), "an organisation id is a UUID");
  // The id is a UUID, checked above: one round trip for what would be two with a parameter.
  const begin = `BEGIN READ ONLY; SELECT set_config('tieout.organisation_id', '${organisationId}', true)`;
  return onConnection(database, begin, read);
}
