import type { Random } from "./random.ts";

/** Swaps the characters at `at` and after it. */
export function swapAt(text: string, at: number): string {
  return text.slice(0, at) + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2);
}

export function dropAt(text: string, at: number): string {
  return text.slice(0, at) + text.slice(at + 1);
}

export function doubleAt(text: string, at: number): string {
  return text.slice(0, at + 1) + (text[at] ?? "") + text.slice(at + 1);
}

export function replaceAt(text: string, at: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + 1);
}

/** One of the last digits' places; mistakes in the running part are the usual ones, and the hard ones. */
export function lateDigitAt(random: Random, number: string, lastMax: number): number {
  const places: number[] = [];
  for (let at = number.length - 1; at >= 0 && places.length < lastMax; at--) {
    if (/[0-9]/.test(number[at] ?? "")) places.push(at);
  }
  return random.pick(places);
}

/** A place inside a word of the name, past its first letter. */
export function letterAt(random: Random, name: string): number {
  const places = [...name.matchAll(/(?<=\p{L})\p{L}(?=\p{L})/gu)].map((found) => found.index);
  return places.length > 0 ? random.pick(places) : Math.min(1, name.length - 1);
}

export function padded(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
