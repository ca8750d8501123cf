import { consentTo, type TestBank } from "../support/bank.ts";
import { ask } from "./api.ts";
import type { BenchTenant } from "./books.ts";
import type { Running } from "./processes.ts";

/** Connects the sandbox bank's first institution as a person would, and waits for the first sync's end. */
export async function connectBank(tieout: Running, tenant: BenchTenant): Promise<string> {
  const started = await ask<{
    startBankConnection: { connection: { id: string }; hostedLinkUrl: string };
  }>(
    tieout.url,
    tenant.apiKey,
    `mutation { startBankConnection(provider: "plaid") {
      __typename
      ... on StartedBankConnection { hostedLinkUrl connection { id } }
      ... on Problem { message }
    } }`,
  );
  const { connection, hostedLinkUrl } = started.startBankConnection;
  await consentTo(hostedLinkUrl, await firstInstitution(tieout, tenant));
  await ask(
    tieout.url,
    tenant.apiKey,
    `mutation ($id: ID!) { completeBankConnection(id: $id) { __typename ... on Problem { message } } }`,
    { id: connection.id },
  );
  await syncEnded(tieout, tenant, connection.id, (runs) => runs.some((run) => run.added > 0));
  return connection.id;
}

export interface Run {
  status: string;
  added: number;
  startedAt: string;
  finishedAt: string | null;
}

/** Waits until no sync runs and `enough` holds of those there were. */
export async function syncEnded(
  tieout: Running,
  tenant: BenchTenant,
  id: string,
  enough: (runs: Run[]) => boolean,
): Promise<Run[]> {
  const until = Date.now() + 120_000;
  let last: Run[] = [];
  while (Date.now() < until) {
    const { bankConnection } = await ask<{ bankConnection: { syncRuns: Run[] } }>(
      tieout.url,
      tenant.apiKey,
      `query ($id: ID!) { bankConnection(id: $id) { syncRuns(first: 50) { status added startedAt finishedAt } } }`,
      { id },
    );
    const runs = bankConnection.syncRuns;
    last = runs;
    if (runs.every((run) => run.status !== "RUNNING") && enough(runs)) return runs;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the sync has not ended: ${JSON.stringify(last)}`);
}

async function firstInstitution(tieout: Running, tenant: BenchTenant): Promise<string> {
  const { institutions } = await ask<{ institutions: { id: string }[] }>(
    tieout.url,
    tenant.apiKey,
    `{ institutions(provider: "plaid", first: 1) { id } }`,
  );
  if (!institutions[0]) throw new Error("the sandbox bank has no institution");
  return institutions[0].id;
}

/** The accounts that are connected, as the control API names them. */
export async function connectedAccounts(bank: TestBank): Promise<string[]> {
  const accounts = await bank.state<{ account: string; connected: boolean }[]>("accounts");
  return accounts.filter(({ connected }) => connected).map(({ account }) => account);
}
