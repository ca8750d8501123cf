import autocannon from "autocannon";
import pg from "pg";
import { copyDatabase } from "../support/database.ts";
import type { TestCluster } from "../support/global-setup.ts";
import { type BenchTenant, fillBooks } from "./books.ts";
import { type Figure, percentile, rounded } from "./figures.ts";
import { startPeer, startTieout } from "./processes.ts";

const tenants = 100;
const transactionsEach = 10_000;
const connections = 16;
const secondsEach = 12;
const poolSize = 10;

/**
 * A page of 50 transactions with account, category, match and open item, tenant by tenant in turn, over a million
 * rows with row-level security on: through Tieout, through PostGraphile on the same tables, and as bare SQL.
 */
export async function benchList(cluster: TestCluster): Promise<Figure[]> {
  const database = await copyDatabase(cluster);
  try {
    const books = await fillBooks(database.adminUrl, {
      tenants,
      transactionsEach,
      accountsEach: 4,
    });
    const tieout = await startTieout(database.serverUrl, { POOL_SIZE: String(poolSize) });
    const ours = await load(`${tieout.url}/graphql`, books.map(ourRequest));
    await tieout.stop();
    const postgraphile = await startPeer("postgraphile-server.ts", {
      DATABASE_URL: database.serverUrl,
      POOL_SIZE: String(poolSize),
    });
    const peer = await load(`${postgraphile.url}/graphql`, books.map(peerRequest));
    await postgraphile.stop();
    const floor = await loadSql(database.serverUrl, books);
    const what = `List of 50 transactions, ${rounded(tenants * transactionsEach)} rows, ${tenants} tenants, RLS on`;
    return [
      row(`${what}: requests/s`, ours.perSecond, peer.perSecond, "PostGraphile 5.0.0-rc.1", false),
      row(`${what}: requests/s`, ours.perSecond, floor.perSecond, "bare SQL, no HTTP", false),
      row(`${what}: p99 ms`, ours.p99, peer.p99, "PostGraphile 5.0.0-rc.1", true),
      row(`${what}: p99 ms`, ours.p99, floor.p99, "bare SQL, no HTTP", true),
    ];
  } finally {
    await database.drop();
  }
}

interface Load {
  perSecond: number;
  /** milliseconds */
  p99: number;
}

function row(what: string, ours: number, peer: number, peerName: string, less: boolean): Figure {
  const ratio = less ? peer / ours : ours / peer;
  return { what, ours: rounded(ours), peer: rounded(peer), peerName, ratio };
}

interface Request {
  headers: Record<string, string>;
  body: string;
}

async function load(url: string, requests: Request[]): Promise<Load> {
  await checkAnswer(url, requests[0] as Request);
  const run = (seconds: number) =>
    autocannon({
      url,
      connections,
      duration: seconds,
      requests: requests.map((request) => ({ method: "POST" as const, ...request })),
    });
  await run(4);
  const result = await run(secondsEach);
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were no success, ${result.errors} failed`);
  }
  return { perSecond: result.requests.average, p99: result.latency.p99 };
}

/** A fast answer that is empty or an error would win every race. */
async function checkAnswer(url: string, request: Request): Promise<void> {
  const response = await fetch(url, { method: "POST", ...request });
  const text = await response.text();
  const rows = text.match(/"bookedOn":/g)?.length ?? 0;
  if (rows !== 50 || !/INV-REF/.test(text) || /"errors"/.test(text)) {
    throw new Error(`${url} answered ${rows} rows: ${text.slice(0, 500)}`);
  }
}

const ourDocument = `query Transactions {
  bankTransactions(first: 50) {
    nodes {
      id bookedOn description reference counterpartyName pending status
      amount { amount currency }
      account { id name mask currency }
      category { id name }
      matches { id origin score payments { amount { amount } openItem { id number counterpartyName } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

function ourRequest({ apiKey }: BenchTenant): Request {
  return {
    headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query: ourDocument }),
  };
}

const peerDocument = `query Transactions {
  allBankTransactions(first: 50, orderBy: [BOOKED_ON_DESC, ROW_ID_DESC]) {
    nodes {
      rowId bookedOn amountMinor currency description reference counterpartyName pending status
      financialAccountByOrganisationIdAndAccountId { rowId name mask currency }
      categoryByOrganisationIdAndCategoryId { rowId name }
      paymentsByOrganisationIdAndTransactionId {
        nodes {
          amountMinor
          matchByOrganisationIdAndMatchId { rowId origin score }
          openItemByOrganisationIdAndOpenItemId { rowId number counterpartyName }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

function peerRequest({ organisationId }: BenchTenant): Request {
  return {
    headers: { "content-type": "application/json", "x-organisation": organisationId },
    body: JSON.stringify({ query: peerDocument }),
  };
}

/** The page taken first and everything joined to it, in one statement that answers JSON. */
const bareSql = `
  SELECT json_agg(row_to_json(p)) FROM (
    SELECT t.*, a.name AS account_name, a.mask, c.name AS category_name, m.matches
    FROM (SELECT id, booked_on, amount_minor, currency, description, reference, counterparty_name, pending, status,
            account_id, category_id
          FROM bank_transaction WHERE removed_at IS NULL ORDER BY booked_on DESC, id DESC LIMIT 50) t
    JOIN financial_account a ON a.id = t.account_id
    LEFT JOIN category c ON c.id = t.category_id
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('id', m.id, 'origin', m.origin, 'score', m.score, 'amount', p.amount_minor,
        'number', i.number, 'counterparty', i.counterparty_name)) AS matches
      FROM payment p JOIN match m ON m.id = p.match_id JOIN open_item i ON i.id = p.open_item_id
      WHERE p.transaction_id = t.id AND p.voided_at IS NULL
    ) m ON true
    ORDER BY t.booked_on DESC, t.id DESC
  ) p`;

async function loadSql(url: string, books: BenchTenant[]): Promise<Load> {
  const pool = new pg.Pool({ connectionString: url, max: poolSize });
  const samples: number[] = [];
  let next = 0;
  const work = async (until: number, keep: boolean) => {
    while (performance.now() < until) {
      const { organisationId } = books[next++ % books.length] as BenchTenant;
      const start = performance.now();
      const client = await pool.connect();
      await client.query(
        `BEGIN READ ONLY; SELECT set_config('tieout.organisation_id', '${organisationId}', true)`,
      );
      await client.query({ name: "page", text: bareSql });
      await client.query("COMMIT");
      client.release();
      if (keep) samples.push(performance.now() - start);
    }
  };
  const run = (seconds: number, keep: boolean) => {
    const until = performance.now() + seconds * 1_000;
    return Promise.all(Array.from({ length: connections }, () => work(until, keep)));
  };
  await run(3, false);
  await run(secondsEach, true);
  await pool.end();
  return { perSecond: samples.length / secondsEach, p99: percentile(samples, 0.99) };
}
