/** What is really kept of a connection, and what the bank has of it: both sides of "nothing lost, nothing doubled". */
import type pg from "pg";
import type { SandboxControl } from "./sandbox-control.ts";

export interface ConsentAtBank {
  provider: string;
  consent_id: string;
  institution: string;
  accounts: string[];
  /** Its history is complete: nothing more comes by itself. */
  settled: boolean;
}

type Row = Record<string, unknown>;

/** The consent of a bank by way of a provider; undefined once it has ended. */
export async function consentAtBank(
  sandbox: SandboxControl,
  of: { provider: string; bank: string },
): Promise<ConsentAtBank | undefined> {
  const all = await sandbox.read<ConsentAtBank[]>("consents");
  return all.find(({ provider, institution }) => {
    return provider === of.provider && institution === of.bank;
  });
}

/** The raw row, every column. */
export async function connectionRow(database: pg.Pool, id: string): Promise<Row> {
  const { rows } = await database.query("SELECT * FROM bank_connection WHERE id = $1", [id]);
  return rows[0] ?? {};
}

/** Credentials that are kept until the provider has confirmed that the consent has ended. */
export async function waitingRevocations(database: pg.Pool, id: string): Promise<Row[]> {
  const query = "SELECT * FROM consent_revocation WHERE connection_id = $1";
  return (await database.query(query, [id])).rows;
}

export async function accountIds(database: pg.Pool, id: string): Promise<Row[]> {
  const query = "SELECT id FROM financial_account WHERE connection_id = $1 ORDER BY id";
  return (await database.query(query, [id])).rows;
}

/** The columns of a connection's row that hold something by which its bank could be reached. */
export function secretsIn(row: Row): string[] {
  return Object.keys(row).filter(
    (name) => /credential|token|secret|link_url|link_state/.test(name) && row[name] !== null,
  );
}

/** Day, amount in minor units and currency of each live transaction that is stored, in order. */
export async function storedLines(database: pg.Pool, id: string): Promise<string[]> {
  const { rows } = await database.query<{ line: string }>(
    `SELECT concat_ws(' ', booked_on, amount_minor, t.currency) AS line
     FROM bank_transaction t JOIN financial_account a ON a.id = t.account_id
     WHERE a.connection_id = $1 AND t.removed_at IS NULL`,
    [id],
  );
  return rows.map(({ line }) => line).sort();
}

/** The same of the bank's own lines of these accounts, from a day on. All its currencies have two decimals. */
export async function linesAtBank(
  sandbox: SandboxControl,
  { accounts, from }: { accounts: string[]; from: string },
): Promise<string[]> {
  const lists = await Promise.all(
    accounts.map((account) =>
      sandbox.read<{ date: string; amount: string; currency: string }[]>(
        `transactions?account=${account}&limit=1000`,
      ),
    ),
  );
  return lists
    .flat()
    .filter(({ date }) => date >= from)
    .map(({ date, amount, currency }) => `${date} ${amount.replace(".", "")} ${currency}`)
    .map((line) => line.replace(/ (-?)0+(?=\d)/, " $1"))
    .sort();
}
