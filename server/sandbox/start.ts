import { answerControl } from "./control/answer.ts";
import type { Controls } from "./control/writes.ts";
import { Faults } from "./faults.ts";
import { json, type Reply, type Request, redirect } from "./http/exchange.ts";
import { listen } from "./http/listen.ts";
import { answerLink } from "./link/answer.ts";
import { LinkTokens } from "./link/tokens.ts";
import { answerPlaid, isPlaidOperation } from "./plaid/answer.ts";
import type { PlaidFact } from "./plaid/facts.ts";
import { Items } from "./plaid/items.ts";
import { Updates } from "./plaid/updates.ts";
import type { Sandbox } from "./sandbox.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { Deliveries } from "./webhooks/deliver.ts";
import { Keys, newSigningKey } from "./webhooks/keys.ts";
import { createClock } from "./world/clock.ts";
import type { BankFact } from "./world/facts.ts";
import { openJournal } from "./world/journal.ts";
import { Pace } from "./world/pace.ts";
import { firstFacts, World } from "./world/world.ts";

type Fact = BankFact | PlaidFact;

export interface RunningSandbox {
  url: string;
  port: number;
  /** Its inside, for tests that look behind the API. */
  sandbox: Sandbox;
  /** Does what is planned for a little later, and resolves once no webhook is on its way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a sandbox bank; settings left out have their defaults. Rejects when the port is taken. */
export async function startSandbox(given: Partial<Settings> = {}): Promise<RunningSandbox> {
  const settings = { ...defaultSettings, ...given };
  const journal = openJournal<Fact>(settings.stateFile);
  const clock = createClock(settings.today);
  const world = new World(clock);
  world.paceSeconds = settings.paceSeconds;
  const items = new Items(world);
  const keys = new Keys();
  const faults = new Faults(Date.now);
  const apply = (fact: Fact) => applyFact(fact, { world, items, keys });
  for (const fact of journal.past) apply(fact);
  journal.onFact(apply);
  if (world.story === undefined) {
    for (const fact of firstFacts(clock.today(), settings.seed, settings.transactionsPerAccount)) {
      journal.record(fact);
    }
  }
  if (keys.currentKid === undefined) {
    journal.record({ of: "plaid", did: "key_added", key: await newSigningKey(Date.now()) });
  }
  const deliveries = new Deliveries({
    ...{ keys, faults },
    retryMs: settings.webhookRetryMs,
    hosts: settings.webhookHosts,
  });
  const links = new LinkTokens(() => clock.now());
  const parts = { settings, world, items, links, keys, faults, deliveries, record: journal.record };
  const sandbox = { ...parts, url: "" } as Sandbox;
  sandbox.updates = new Updates(sandbox);
  const controls: Controls = { pace: new Pace(sandbox) };
  const stop = async () => {
    controls.pace.close();
    sandbox.updates.close();
    await deliveries.close();
    journal.close();
  };
  try {
    const server = await listen(settings, (request) => route(sandbox, controls, request));
    sandbox.url = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${server.port}`;
    return {
      url: sandbox.url,
      port: server.port,
      sandbox,
      async idle() {
        sandbox.updates.flush();
        await deliveries.idle();
      },
      async close() {
        await server.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function applyFact(fact: Fact, to: { world: World; items: Items; keys: Keys }): void {
  if (fact.of === "bank") to.world.apply(fact);
  else if (fact.did === "key_added" || fact.did === "key_expired") to.keys.apply(fact);
  else to.items.apply(fact);
}

async function route(sandbox: Sandbox, controls: Controls, request: Request): Promise<Reply> {
  const { path, method } = request;
  if (path === "/control" || path.startsWith("/control/")) {
    return answerControl(sandbox, controls, request);
  }
  // Not every path below /link is a page: /link/token/create is the API's.
  if (
    path.startsWith("/link/") &&
    !isPlaidOperation(path) &&
    (method === "GET" || method === "POST")
  ) {
    return answerLink(sandbox, request);
  }
  if (method === "GET" && path === "/") return redirect("/control");
  if (method === "GET" && path === "/health") return json(200, { ok: true });
  if (method !== "POST") return json(405, { error: "the API takes POST" });
  return answerPlaid(sandbox, request);
}
