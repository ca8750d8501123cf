import { backOffMs } from "../back-off.ts";
import { hasEnded, type PushStatus } from "./push-status.ts";

const bounds: Readonly<
  Record<"sending" | "pending" | "timed_out", { firstMs: number; maxMs: number }>
> = {
  // Nobody waits for a platform that holds a push back for hours, and its webhook says when it is done.
  pending: { firstMs: 2_000, maxMs: 10 * 60_000 },
  // The account's next batch waits for it, and no webhook will come.
  sending: { firstMs: 2_000, maxMs: 5 * 60_000 },
  timed_out: { firstMs: 5_000, maxMs: 10 * 60_000 },
};

/**
 * When the fate of a push is asked for again; null once it has ended.
 * @param looks how often it was asked for already
 * @param random from 0 up to 1
 */
export function nextLookAt(
  status: PushStatus,
  {
    now,
    looks,
    random,
    notBefore,
  }: {
    readonly now: Date;
    readonly looks: number;
    readonly random: number;
    /** Until when the platform asked to wait; null: it did not. */
    readonly notBefore: Date | null;
  },
): Date | null {
  if (hasEnded(status)) return null;
  const at = now.getTime() + backOffMs(looks + 1, random, bounds[status]);
  return new Date(Math.max(at, notBefore?.getTime() ?? 0));
}
