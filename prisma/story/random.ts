/** Pseudo-random numbers that depend on nothing but their seed, so that one seed is one world everywhere. */
export interface Random {
  /** A fraction in [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
  shuffle<T>(list: readonly T[]): T[];
}

/** Separate concerns take separate seeds ("7:invoices"), so that changing one leaves the others as they were. */
export function randomFrom(seed: string): Random {
  const next = sfc32(...hash128(seed));
  for (let round = 0; round < 12; round++) next();
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new TypeError("nothing to pick from");
    return list[int(0, list.length - 1)] as T;
  };
  const shuffle = <T>(list: readonly T[]): T[] => {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = int(0, i);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  };
  return { next, int, pick, shuffle, chance: (probability) => next() < probability };
}

/** Chris Doty-Humphrey's Small Fast Counter, 32 bits wide. */
function sfc32(a0: number, b0: number, c0: number, d0: number): () => number {
  let [a, b, c, d] = [a0, b0, c0, d0];
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
}

/** Four FNV-1a hashes with different bases: enough to spread short seeds over the generator's state. */
function hash128(text: string): [number, number, number, number] {
  const hash = (basis: number) => {
    let value = basis;
    for (let i = 0; i < text.length; i++) {
      value = Math.imul(value ^ text.charCodeAt(i), 16777619);
    }
    return value | 0;
  };
  return [hash(0x811c9dc5), hash(0x1b873593), hash(0x85ebca6b), hash(0xc2b2ae35)];
}
