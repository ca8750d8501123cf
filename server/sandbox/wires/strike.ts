import { setTimeout as sleep } from "node:timers/promises";
import type { Faults, FaultTarget } from "../faults.ts";
import type { Reply } from "../http/exchange.ts";

/** How a wire says what any server can say. */
export interface WireRefusals {
  /** 429 in the aggregator's words; `Retry-After` is added to it where one was asked for. */
  rateLimited(): Reply;
  /** 500 in the aggregator's words. */
  internalError(): Reply;
}

/**
 * Answers a data call, unless a failure that was set for it strikes: silence, a cut connection, too many requests, an
 * internal error, or half an answer. `endless_pages` and `mutation` are the wire's own to ask for, because only it knows
 * what a page is.
 */
export async function answerUnlessStruck(
  faults: Faults,
  target: FaultTarget,
  refusals: WireRefusals,
  answer: () => Reply | Promise<Reply>,
): Promise<Reply> {
  const slow = faults.take("slow", target);
  if (slow !== undefined) await pause(slow.ms);
  const hang = faults.take("hang", target);
  if (hang !== undefined) {
    await pause(hang.ms);
    return "reset";
  }
  if (faults.take("connection_reset", target)) return "reset";
  const limit = faults.take("rate_limit", target);
  if (limit !== undefined) return withRetryAfter(refusals.rateLimited(), limit.retryAfter);
  if (faults.take("internal_error", target)) return refusals.internalError();
  const reply = await answer();
  const whole = reply !== "reset" && reply.status < 300 && reply.body !== "";
  if (!whole || faults.take("truncated_json", target) === undefined) return reply;
  return { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) };
}

/** A pause that keeps no process alive: who hung up is not waited for. */
function pause(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}

function withRetryAfter(reply: Reply, seconds: number | null): Reply {
  if (reply === "reset" || seconds === null) return reply;
  return { ...reply, headers: { ...reply.headers, "retry-after": String(seconds) } };
}
