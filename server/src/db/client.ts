import { AsyncLocalStorage } from "node:async_hooks";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "../generated/prisma/client.ts";

/** One process's way to PostgreSQL: a bounded pool, shared by Prisma and by SQL of our own. */
export interface Database {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** The restricted role's address. */
  url: string;
  poolSizeMax: number;
}

/**
 * Opens the pool and the Prisma client over it. Connects lazily: an address that nobody answers
 * shows at the first query.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new NotingPool({
    connectionString: options.url,
    max: options.poolSizeMax,
    // A pool that is exhausted for this long is a bug or an overload; either deserves an error.
    connectionTimeoutMillis: 15_000,
  });
  // An idle connection that PostgreSQL closes must not end the process; the pool replaces it.
  pool.on("error", () => {});
  // Nor one that is in use: whoever waits for its answer gets the error.
  pool.on("connect", (connection) => {
    connection.on("error", () => {});
    endAfterFatal(connection);
  });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    pool,
    prisma,
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/**
 * PostgreSQL tells why it ends a connection as the answer to the statement that runs there, and closes the socket after.
 * Prisma gives a connection back between the two, without a word, where the statement was its COMMIT: the next one to
 * take it from the pool would be told of an end that is not its own. Ended from this side too, it is given to nobody.
 */
function endAfterFatal(connection: pg.PoolClient): void {
  connection.connection.on("errorMessage", ({ severity, code }: pg.DatabaseError) => {
    // The severity is in the server's language; the codes are those that it ends a connection with.
    const isFatal = severity === "FATAL" || severity === "PANIC" || endingCodes.has(code ?? "");
    if (isFatal) connection.end().catch(() => {});
  });
}

/** Shutdown, crash, dropped database and idle timeouts (PostgreSQL's appendix A, classes 57 and 25). */
const endingCodes = new Set(["57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"]);

/** Where the connection of a Prisma transaction is noted while the transaction is being opened. */
export const openingTransaction = new AsyncLocalStorage<{ connection?: pg.PoolClient }>();

/**
 * Prisma hides the connection that its transaction runs on. Ours is noted as it is handed out, so that SQL
 * of our own (bulk writes, hot reads) runs in the same database transaction as Prisma's.
 */
class NotingPool extends pg.Pool {
  // biome-ignore lint/suspicious/noExplicitAny: pg declares two overloads; both are passed on unchanged.
  override connect(callback?: any): any {
    const opening = openingTransaction.getStore();
    if (callback !== undefined || opening === undefined) return super.connect(callback);
    return super.connect().then((connection) => {
      opening.connection = connection;
      return connection;
    });
  }
}
