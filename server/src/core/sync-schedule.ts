const hourMs = 60 * 60_000;

/**
 * When a connection's next sync by schedule is due. Each connection has a place of its own in its provider's rhythm,
 * drawn from its id, so that those of one provider never come together, whenever they were connected or last synced.
 * The next is at least half of the rhythm away, because something has been synced just now; at most one and a half.
 * @param everyHours the provider's rhythm
 * @param seed the connection's id
 */
export function nextScheduledSync(now: Date, everyHours: number, seed: string): Date {
  const rhythmMs = Math.max(everyHours, 1) * hourMs;
  const place = Math.floor(fractionOf(seed) * rhythmMs);
  const earliest = now.getTime() + rhythmMs / 2;
  return new Date(Math.ceil((earliest - place) / rhythmMs) * rhythmMs + place);
}

/** A moment up to `overMs` after `from`, by the connection's own place: what was held up together comes back spread. */
export function spreadAfter(from: Date, overMs: number, seed: string): Date {
  return new Date(from.getTime() + Math.floor(fractionOf(seed) * overMs));
}

/** From 0 up to 1, the same for the same text: FNV-1a with a final mix, because ids made together differ little. */
function fractionOf(seed: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < seed.length; at += 1) {
    hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}
