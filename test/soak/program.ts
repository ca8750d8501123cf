/** The program of each tenant: connects banks, asks for syncs and repairs, all over REST. */
import { createApiKey } from "../../server/src/features/organisations/create-api-key.ts";
import { connectionsApi } from "../../server/src/rest/connections/routes.ts";
import { consentTo } from "../support/bank.ts";
import { addOrganisation, createTestApp, viewerIn } from "../support/world.ts";
import { historyDays, type SoakBank } from "./bank-side.ts";
import type { SoakDatabase, SoakServer } from "./product.ts";
import type { Choices } from "./random.ts";

export const providers = ["plaid", "saltedge", "tink", "ponto"] as const;
const organisationsMax = 4;

export interface Run {
  readonly bank: SoakBank;
  readonly database: SoakDatabase;
  readonly server: SoakServer;
  readonly choices: Choices;
  readonly log: (line: string) => void;
  readonly keys: readonly string[];
}

export interface Connected {
  readonly id: string;
  readonly provider: string;
  readonly key: string;
}

/** Several tenants, each with a program's key. */
export async function apiKeys({ serverUrl }: SoakDatabase): Promise<string[]> {
  const app = await createTestApp(serverUrl, { now: new Date() });
  try {
    const keys: string[] = [];
    for (let made = 0; made < organisationsMax; made++) {
      const organisation = await addOrganisation(app);
      const permissions = ["bank_connections:read", "bank_connections:manage"];
      const created = await createApiKey(app, viewerIn(organisation), {
        name: "Soak",
        permissions,
      });
      keys.push(created.secret);
    }
    return keys;
  } finally {
    await app.close();
  }
}

async function call(run: Run, key: string, method: string, at: string, body?: object) {
  const response = await fetch(`${run.server.url}${connectionsApi.base}${at}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the routes' own tests hold their answers to their schemas.
  return { ok: response.ok, status: response.status, body: (await response.json()) as any };
}

export async function connectAll(run: Run, count: number): Promise<Connected[]> {
  const connected: Connected[] = [];
  const banks = run.bank.running.sandbox.world.institutions;
  const one = async (index: number): Promise<void> => {
    const provider = providers[index % providers.length] as string;
    const key = run.keys[Math.floor(index / providers.length) % run.keys.length] as string;
    const bank = banks[Math.floor(index / 3) % banks.length];
    const started = await call(run, key, "POST", "/connections/connect/", {
      ...{ provider, history_days: historyDays },
    });
    if (!started.ok) throw new Error(`connect: ${JSON.stringify(started.body)}`);
    const back = await consentTo(started.body.hosted_link_url, bank?.institutionId);
    const returned = back === null ? null : new URL(back).search.slice(1);
    const { id } = started.body.connection;
    const done = await call(run, key, "POST", `/connections/${id}/complete/`, { returned });
    if (!done.ok) throw new Error(`complete ${provider}: ${JSON.stringify(done.body)}`);
    connected.push({ id, provider, key });
  };
  const lanes = 6;
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) await one(next++);
    }),
  );
  run.log(`${connected.length} connections are there`);
  return connected;
}

/** Asks each connection for a sync, as a person would; a sick one's back-off is cut short by it. */
export async function pullEverything(run: Run, connected: readonly Connected[]): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < connected.length) {
        const { id, key } = connected[next++] as Connected;
        await call(run, key, "POST", `/connections/${id}/trigger-sync/`).catch(() => null);
      }
    }),
  );
}

/**
 * Signs in again where a person would be asked to: a server that is killed between a provider's new token and its
 * storing has lost the only one that serves.
 */
export async function repairWhatNeedsIt(run: Run, connected: readonly Connected[]): Promise<void> {
  for (const { id, key, provider } of connected) {
    const { body } = await call(run, key, "GET", `/connections/${id}/`);
    if (!body.actions?.includes("repair") || body.status !== "reconnect_required") continue;
    const started = await call(run, key, "POST", `/connections/${id}/repair/`);
    const back = await consentTo(started.body.hosted_link_url ?? "");
    const returned = back === null ? null : new URL(back).search.slice(1);
    await call(run, key, "POST", `/connections/${id}/complete/`, { returned });
    run.log(`repaired a connection of ${provider}: ${body.status_reason}`);
  }
}
