import { InvalidInput } from "../errors.ts";
import type { PushMode } from "./feed.ts";

const hoursMax = 24 * 31;
const hourMs = 60 * 60_000;

/** When a feed is pushed by itself, as its columns. */
export interface PushTiming {
  readonly pushMode: PushMode;
  readonly pushEveryHours: number | null;
  readonly nextPushAt: Date | null;
}

/** @throws InvalidInput */
export function readPushTiming(
  { pushMode, pushEveryHours }: { pushMode: PushMode; pushEveryHours: number | null },
  now: Date,
): PushTiming {
  if (pushMode !== "scheduled") return { pushMode, pushEveryHours: null, nextPushAt: null };
  if (pushEveryHours === null || !Number.isInteger(pushEveryHours)) {
    throw new InvalidInput("Say how often it is pushed.", "pushEveryHours");
  }
  if (pushEveryHours < 1 || pushEveryHours > hoursMax) {
    throw new InvalidInput(`It is pushed every 1 to ${hoursMax} hours.`, "pushEveryHours");
  }
  const nextPushAt = new Date(now.getTime() + pushEveryHours * hourMs);
  return { pushMode, pushEveryHours, nextPushAt };
}
