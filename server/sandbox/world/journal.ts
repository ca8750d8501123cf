import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";

/**
 * Everything that ever happened at the sandbox, in order. The world is what you get by applying it from
 * the start, so a restart keeps ids, tokens and cursors without a second description of the state.
 */
export interface Journal<Fact> {
  /** Facts of an earlier run. */
  readonly past: Fact[];
  /** Makes a fact durable (if there is a file), then applies it. */
  record(fact: Fact): void;
  /** Says where facts take effect; call before the first `record`. */
  onFact(apply: (fact: Fact) => void): void;
  close(): void;
}

/** Opens a journal: one JSON line for each fact. Without a path it lives in memory only. */
export function openJournal<Fact>(path: string | undefined): Journal<Fact> {
  let apply: (fact: Fact) => void = () => {
    throw new TypeError("the journal has no reader yet");
  };
  const { past, descriptor } =
    path === undefined ? { past: [], descriptor: undefined } : open<Fact>(path);
  return {
    past,
    onFact(reader) {
      apply = reader;
    },
    record(fact) {
      if (descriptor !== undefined) writeSync(descriptor, `${JSON.stringify(fact)}\n`);
      apply(fact);
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}

function open<Fact>(path: string): { past: Fact[]; descriptor: number } {
  const text = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  // A process killed while writing leaves half a line: that fact was never answered for, so it goes.
  const whole = text.lastIndexOf(0x0a) + 1;
  const past = text
    .subarray(0, whole)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Fact);
  const descriptor = openSync(path, "a", 0o600);
  if (whole < text.length) ftruncateSync(descriptor, whole);
  return { past, descriptor };
}
