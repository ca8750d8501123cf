import { createHash } from "node:crypto";
import type { Reply } from "../http/exchange.ts";

const keptMs = 90 * 60_000;
const keptMax = 20_000;

type Kept = { digest: string; at: number; reply: Reply | null };

/**
 * Answers kept by `Idempotency-Key`: the first one is given again, whatever it was. Forgotten at a restart, so that
 * nobody relies on them alone.
 */
export class Replays {
  readonly #kept = new Map<string, Kept>();

  /** What an earlier call with this key came to; null: there was none, and this one has it now. */
  begin(key: string, bytes: Buffer, now: number): Reply | "in_progress" | "other_body" | null {
    const digest = createHash("sha256").update(bytes).digest("hex");
    const known = this.#kept.get(key);
    if (known !== undefined && now - known.at < keptMs) {
      if (known.digest !== digest) return "other_body";
      return known.reply ?? "in_progress";
    }
    this.#kept.delete(key);
    this.#kept.set(key, { digest, at: now, reply: null });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptMax && oldest !== undefined) this.#kept.delete(oldest);
    return null;
  }

  /** Keeps the answer; a call that was not taken at all (429, cut before) frees its key. */
  end(key: string, reply: Reply): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    if (reply === "reset" || reply.status === 429) this.#kept.delete(key);
    else kept.reply = reply;
  }
}
