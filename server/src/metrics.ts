/**
 * The process's figures, in Prometheus form. Labels are words out of short fixed lists: never an id, a name or a number
 * of an account, of which there would be no end, and which are nobody's business who watches a server.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export const registry = new Registry();
collectDefaultMetrics({ register: registry, prefix: "tieout_" });

const registers = [registry];

const providerCalls = new Histogram({
  name: "tieout_provider_call_seconds",
  help: "Calls of a provider's operations: how long they took, and how they ended.",
  labelNames: ["provider", "operation", "outcome"],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
  registers,
});
const syncs = new Counter({
  name: "tieout_syncs_total",
  help: "Attempts at a sync, by what began them and how they ended.",
  labelNames: ["provider", "trigger", "outcome"],
  registers,
});
const rows = new Counter({
  name: "tieout_sync_rows_total",
  help: "Bank transactions that syncs added, changed and marked as removed.",
  labelNames: ["provider", "change"],
  registers,
});
const webhooks = new Counter({
  name: "tieout_webhooks_total",
  help: "Webhook deliveries, by how they ended.",
  labelNames: ["provider", "outcome"],
  registers,
});
const requests = new Histogram({
  name: "tieout_http_request_seconds",
  help: "HTTP requests: how long they took, and the class of the answer's status.",
  labelNames: ["route", "status"],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers,
});
const jobs = new Gauge({
  name: "tieout_jobs",
  help: "Jobs in the queue: due, running, later, and failed for good.",
  labelNames: ["state"],
  registers,
});
const oldestJob = new Gauge({
  name: "tieout_oldest_due_job_seconds",
  help: "For how long the oldest job that is due has waited.",
  registers,
});
const connections = new Gauge({
  name: "tieout_bank_connections",
  help: "Bank connections over all organisations, by where they stand.",
  labelNames: ["provider", "status"],
  registers,
});
const live = new Gauge({
  name: "tieout_live_connections",
  help: "Sockets and event streams that are open.",
  registers,
});

export type SyncOutcome = "succeeded" | "failed" | "continued" | "postponed" | "overtaken";

export function observeProviderCall(call: {
  readonly provider: string;
  readonly operation: string;
  readonly outcome: string;
  readonly seconds: number;
}): void {
  const { provider, operation, outcome, seconds } = call;
  providerCalls.observe({ provider, operation, outcome }, seconds);
}

export function countSync(provider: string, trigger: string, outcome: SyncOutcome): void {
  syncs.inc({ provider, trigger, outcome });
}

export function countRows(
  provider: string,
  changes: { readonly added: number; readonly modified: number; readonly removed: number },
): void {
  for (const change of ["added", "modified", "removed"] as const) {
    rows.inc({ provider, change }, changes[change]);
  }
}

export function countWebhook(provider: string, outcome: string): void {
  webhooks.inc({ provider, outcome });
}

export function observeRequest(route: string, status: number, seconds: number): void {
  requests.observe({ route, status: `${Math.floor(status / 100)}xx` }, seconds);
}

/** What is looked up when somebody asks for the figures. */
export interface Standing {
  readonly jobs: Readonly<Record<"due" | "running" | "later" | "failed", number>>;
  readonly oldestDueSeconds: number;
  readonly connections: readonly { provider: string; status: string; count: number }[];
  readonly live: number;
}

export function setStanding(standing: Standing): void {
  for (const [state, count] of Object.entries(standing.jobs)) jobs.set({ state }, count);
  oldestJob.set(standing.oldestDueSeconds);
  connections.reset();
  for (const { provider, status, count } of standing.connections) {
    connections.set({ provider, status }, count);
  }
  live.set(standing.live);
}
