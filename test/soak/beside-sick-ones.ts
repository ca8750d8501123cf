import type { SoakBank } from "./bank-side.ts";
import { type SoakDatabase, until } from "./product.ts";
import { type Connected, pullEverything, type Run } from "./program.ts";

const drainMsMax = 240_000;

/** One in ten hangs for good. What is posted for the others has to arrive all the same, and soon. */
export async function besideSickOnes(run: Run, connected: readonly Connected[]): Promise<number[]> {
  const { bank, database, choices, log } = run;
  await pullEverything(run, connected);
  await until("the queue is empty", () => isDrained(database), drainMsMax);
  const consents = bank.consents();
  const sick = consents.filter((_, index) => index % 10 === 0);
  for (const { consentId } of sick) {
    await bank.control("faults", { name: "hang", ms: 60_000, seconds: 600, consent_id: consentId });
    await bank.control("consents/webhook", {
      consent_id: consentId,
      what: anyWebhook(bank, consentId),
    });
  }
  const ill = new Set(sick.map(({ consentId }) => consentId));
  const healthy = consents.filter(({ consentId }) => !ill.has(consentId));
  const latencies: number[] = [];
  for (let round = 0; round < 12; round++) {
    const { consentId, paths, provider } = choices.pick(healthy);
    const description = `BESIDE ${round}`;
    const startedAt = performance.now();
    await bank.control("transactions", { account: paths[0], amount: "-1.00", description });
    const arrived = until(
      `a healthy connection of ${provider} has ${description}`,
      async () => {
        const { rowCount } = await database.admin.query(
          `SELECT FROM bank_transaction t
           JOIN financial_account a ON a.organisation_id = t.organisation_id AND a.id = t.account_id
           JOIN bank_connection c ON c.organisation_id = a.organisation_id AND c.id = a.connection_id
           WHERE c.external_id = $1 AND t.description = $2`,
          [consentId, description],
        );
        return (rowCount ?? 0) > 0;
      },
      60_000,
    );
    await arrived.catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await standingOf(database, consentId)}`);
    });
    latencies.push(Math.round(performance.now() - startedAt));
  }
  latencies.sort((a, b) => a - b);
  log(`beside ${sick.length} that hang: ${latencies.join(", ")} ms`);
  return latencies;
}

/** Nothing is due: what is left waits for its time. */
async function isDrained({ admin }: SoakDatabase): Promise<boolean> {
  const { rowCount } = await admin.query(
    "SELECT FROM graphile_worker._private_jobs WHERE run_at <= now() AND attempts < max_attempts",
  );
  return rowCount === 0;
}

/** What the product knows of a connection, for whoever has to find out why nothing arrived. */
async function standingOf({ admin }: SoakDatabase, consentId: string): Promise<string> {
  const { rows } = await admin.query(
    `SELECT c.provider, c.status, c.status_reason, c.last_sync_at, c.sync_not_before, c.sync_failures, c.reread_from,
       (SELECT json_agg(r ORDER BY r.started_at DESC) FROM (SELECT trigger, status, error_message, started_at, finished_at
          FROM sync_run r WHERE r.connection_id = c.id ORDER BY started_at DESC LIMIT 4) r) AS runs,
       (SELECT json_agg(d) FROM (SELECT kind, received_at, handled_at FROM webhook_delivery d
          WHERE d.connection_id = c.id ORDER BY received_at DESC LIMIT 4) d) AS deliveries,
       (SELECT json_agg(j) FROM (SELECT task_id, run_at, attempts, last_error, locked_at, key, flags
          FROM graphile_worker._private_jobs j WHERE j.payload::text LIKE '%' || c.id || '%') j) AS jobs
     FROM bank_connection c WHERE c.external_id = $1`,
    [consentId],
  );
  const { rows: running } = await admin.query(
    "SELECT key, flags, locked_at, attempts FROM graphile_worker._private_jobs WHERE locked_at IS NOT NULL",
  );
  return JSON.stringify({ now: new Date(), connection: rows[0], running }, null, 1);
}

function anyWebhook({ running }: SoakBank, consentId: string): string {
  const wire = running.sandbox.wires.find((each) =>
    each.consents().some((consent) => consent.consentId === consentId),
  );
  const names: Record<string, string> = {
    plaid: "SYNC_UPDATES_AVAILABLE",
    saltedge: "success finish",
    tink: "refresh:finished",
    ponto: "account.transactionsCreated",
  };
  return names[wire?.name ?? ""] ?? "";
}
