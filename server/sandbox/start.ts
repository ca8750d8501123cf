import { answerControl } from "./control/answer.ts";
import type { Controls } from "./control/writes.ts";
import { Faults } from "./faults.ts";
import { json, type Reply, type Request, redirect } from "./http/exchange.ts";
import { listen } from "./http/listen.ts";
import { answerLink } from "./link/answer.ts";
import { SignIns } from "./link/sign-ins.ts";
import type { PlaidSandbox } from "./plaid/plaid-sandbox.ts";
import { createPlatforms } from "./platforms/all.ts";
import type { Sandbox } from "./sandbox.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { Deliveries } from "./webhooks/deliver.ts";
import { createWires } from "./wires/all.ts";
import type { WireFact } from "./wires/wire.ts";
import { createClock } from "./world/clock.ts";
import type { BankFact } from "./world/facts.ts";
import { type Journal, openJournal } from "./world/journal.ts";
import { Pace } from "./world/pace.ts";
import { firstFacts, World } from "./world/world.ts";

type Fact = BankFact | WireFact;

export interface RunningSandbox {
  url: string;
  port: number;
  /** Its inside and that of Plaid's wire, for tests that look behind the API. */
  sandbox: PlaidSandbox;
  /** Does what is planned for a little later, and resolves once no webhook is on its way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a sandbox bank; settings left out have their defaults. Rejects when the port is taken. */
export async function startSandbox(given: Partial<Settings> = {}): Promise<RunningSandbox> {
  const settings = { ...defaultSettings, ...given };
  const journal = openJournal<Fact>(settings.stateFile);
  const sandbox = createSandbox(settings, journal);
  const wires = createWires(sandbox);
  sandbox.wires = wires.all;
  sandbox.platforms = createPlatforms(sandbox);
  const apply = (fact: Fact) => applyFact(sandbox, fact);
  for (const fact of journal.past) apply(fact);
  journal.onFact(apply);
  if (sandbox.world.story === undefined) {
    const { seed, transactionsPerAccount } = settings;
    const today = sandbox.world.clock.today();
    for (const fact of firstFacts(today, seed, transactionsPerAccount)) journal.record(fact);
  }
  for (const wire of sandbox.wires) await wire.start?.();
  for (const platform of sandbox.platforms) platform.start?.();
  const controls: Controls = { pace: new Pace(sandbox), plaid: wires.plaid.inside };
  const stop = async () => {
    controls.pace.close();
    for (const wire of sandbox.wires) wire.close();
    for (const platform of sandbox.platforms) platform.close();
    await sandbox.deliveries.close();
    journal.close();
  };
  try {
    const server = await listen(settings, (request) => route(sandbox, controls, request));
    sandbox.url = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${server.port}`;
    return {
      url: sandbox.url,
      port: server.port,
      sandbox: wires.plaid.inside,
      async idle() {
        for (const wire of sandbox.wires) wire.flush();
        for (const platform of sandbox.platforms) platform.flush();
        await sandbox.deliveries.idle();
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

function createSandbox(settings: Settings, journal: Journal<Fact>): Sandbox & { url: string } {
  const world = new World(createClock(settings.today));
  world.paceSeconds = settings.paceSeconds;
  const faults = new Faults(Date.now);
  const deliveries = new Deliveries({
    faults,
    retryMs: settings.webhookRetryMs,
    hosts: settings.webhookHosts,
  });
  const sandbox: Sandbox & { url: string } = {
    ...{ settings, world, faults, deliveries, record: journal.record },
    url: "",
    wires: [],
    platforms: [],
    signIns: new SignIns(
      () => world.clock.now(),
      () => sandbox.url,
    ),
  };
  return sandbox;
}

function applyFact(sandbox: Sandbox, fact: Fact): void {
  if (isBankFact(fact)) {
    sandbox.world.apply(fact);
    return;
  }
  const speaker = [...sandbox.wires, ...sandbox.platforms].find(({ name }) => name === fact.of);
  if (speaker === undefined) throw new TypeError(`the journal has a fact of an unknown ${fact.of}`);
  speaker.apply(fact);
}

function isBankFact(fact: Fact): fact is BankFact {
  return fact.of === "bank";
}

async function route(sandbox: Sandbox, controls: Controls, request: Request): Promise<Reply> {
  const { path, method } = request;
  if (path === "/control" || path.startsWith("/control/")) {
    return answerControl(sandbox, controls, request);
  }
  // Before the pages: /link/token/create is Plaid's.
  const wire = sandbox.wires.find((one) => one.owns(request));
  if (wire !== undefined) return wire.answer(request);
  const platform = sandbox.platforms.find((one) => one.owns(request));
  if (platform !== undefined) return platform.answer(request);
  if (path.startsWith("/link/") && (method === "GET" || method === "POST")) {
    return answerLink(sandbox, request);
  }
  if (method === "GET" && path === "/") return redirect("/control");
  if (method === "GET" && path === "/health") return json(200, { ok: true });
  return json(404, { error: "no aggregator here has that address" });
}
