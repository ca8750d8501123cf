import type { Writable } from "node:stream";

const held = new Set<Writable>();

/**
 * Holds what is written to a connection until this turn of the event loop is over, and then sends it in one go.
 * Each write costs a system call, which is most of what a live delivery costs; in a burst several answers become
 * ready in one turn.
 */
export function holdUntilTurnEnds(wire: Writable): void {
  if (held.has(wire)) return;
  wire.cork();
  held.add(wire);
  if (held.size === 1) setImmediate(release);
}

function release(): void {
  for (const wire of held) wire.uncork();
  held.clear();
}
