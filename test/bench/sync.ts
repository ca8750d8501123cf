import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { sandboxCredentials } from "../../server/src/config.ts";
import { startTestBank } from "../support/bank.ts";
import { copyDatabase } from "../support/database.ts";
import type { TestCluster } from "../support/global-setup.ts";
import { fillBooks } from "./books.ts";
import { connectBank, connectedAccounts, syncEnded } from "./connect-bank.ts";
import { type Figure, rounded } from "./figures.ts";
import { startTieout } from "./processes.ts";

const transactions = 100_000;

/**
 * One sync that brings 100,000 transactions: 200 pages over HTTP through the official SDK, translated, written with
 * their events under row-level security. Beside it, COPY of the same rows into a table with the same indexes,
 * constraints: what PostgreSQL alone takes.
 */
export async function benchSync(cluster: TestCluster): Promise<Figure[]> {
  const database = await copyDatabase(cluster);
  const bank = await startTestBank();
  const [tenant] = await fillBooks(database.adminUrl, {
    tenants: 1,
    transactionsEach: 1,
    accountsEach: 1,
  });
  if (!tenant) throw new Error("no tenant");
  const tieout = await startTieout(database.serverUrl, {
    SANDBOX_URL: bank.url,
    PLAID_CLIENT_ID: sandboxCredentials.clientId,
    PLAID_SECRET: sandboxCredentials.secret,
    PLAID_ENV: bank.url,
  });
  try {
    const connectionId = await connectBank(tieout, tenant);
    const [account] = await connectedAccounts(bank);
    await bank.control("bulk", { account, count: transactions });
    const runs = await syncEnded(tieout, tenant, connectionId, (all) =>
      all.some((run) => run.added >= transactions),
    );
    const big = runs.find((run) => run.added >= transactions);
    if (!big?.finishedAt) throw new Error("the sync of the bulk has no end");
    const seconds = (Date.parse(big.finishedAt) - Date.parse(big.startedAt)) / 1_000;
    const copySeconds = await copyAgain(
      database.adminUrl,
      database.serverUrl,
      tenant.organisationId,
    );
    const ours = big.added / seconds;
    const peer = transactions / copySeconds;
    return [
      {
        what: `Sync of ${rounded(transactions)} transactions: rows/s`,
        ours: rounded(ours),
        peer: rounded(peer),
        peerName: "COPY of the same rows, same indexes",
        ratio: ours / peer,
      },
    ];
  } finally {
    await tieout.stop();
    await bank.close();
    await database.drop();
  }
}

/** Seconds that COPY takes for the rows that the sync wrote. */
async function copyAgain(
  adminUrl: string,
  serverUrl: string,
  organisationId: string,
): Promise<number> {
  const admin = new pg.Client({ connectionString: adminUrl });
  const server = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await server.connect();
  try {
    const columns =
      "id, organisation_id, account_id, external_id, pending, booked_on, amount_minor, currency, description, counterparty_name, reference";
    const rows = await buffer(
      admin.query(
        copyTo(
          `COPY (SELECT ${columns} FROM bank_transaction ORDER BY created_at DESC LIMIT ${transactions}) TO STDOUT`,
        ),
      ),
    );
    // COPY FROM does not run under row-level security: the floor is measured without the check of each row.
    await admin.query("CREATE TABLE copied (LIKE bank_transaction INCLUDING ALL)");
    await admin.query("GRANT ALL ON copied TO tieout_server");
    await server.query("SELECT set_config('tieout.organisation_id', $1, false)", [organisationId]);
    const start = performance.now();
    await pipeline(
      Readable.from([rows]),
      server.query(copyFrom(`COPY copied (${columns}) FROM STDIN`)),
    );
    return (performance.now() - start) / 1_000;
  } finally {
    await admin.end();
    await server.end();
  }
}
