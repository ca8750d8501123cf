/** A number from 0 up to a bound, always the same for the same seed. */
export type Pick = (bound: number) => number;

/** Numbers that look random (mulberry32), so that a red case can be repeated by its seed. */
export function seeded(seed: number): Pick {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, bound);
  };
}

type Mutation = (text: string, pick: Pick, others: readonly string[]) => string;

const noise = [
  "\u0000",
  "\ufeff",
  "\u2028",
  "\u00a0",
  "\u202e",
  "\ud800",
  "\udfff",
  "😀",
  "é́́",
  "漢字",
  "٣",
  "\u001a",
  "−",
  "\t",
  "'",
  '"',
  "<",
  ">",
  "&",
  "&lt;",
  "<!--",
  "]]>",
  "<![CDATA[",
  "<!DOCTYPE x [<!ENTITY a 'b'>]>",
  ":86:",
  ":61:",
  "-}",
  "{4:",
  "?20",
  "/EREF/",
  "88,",
  "/",
  ",/",
  "\r",
  "\n",
  ";",
  "=",
  "--",
];

const extremes = [
  "0",
  "-0",
  "0,00",
  "9223372036854775807",
  "9223372036854775808",
  "92233720368547758,07",
  "92233720368547758.08",
  "-9223372036854775809",
  "99999999999999999999999999999999",
  "1e309",
  "NaN",
  "Infinity",
  "0.000000001",
  "00000000",
  "99999999",
  "20260230",
  "260230",
  "9999-12-31",
  "0001-01-01",
  "0000-00-00",
  "",
  "7".repeat(400),
];

const rowOf = (text: string) => text.split(/(?<=\n)|(?<=\r)(?!\n)/);

const mutations: readonly Mutation[] = [
  function flipCharacter(text, pick) {
    const at = pick(text.length);
    return (
      text.slice(0, at) +
      String.fromCharCode(pick(4) === 0 ? pick(65_536) : pick(127)) +
      text.slice(at + 1)
    );
  },
  function dropCharacters(text, pick) {
    const at = pick(text.length);
    return text.slice(0, at) + text.slice(at + 1 + pick(12));
  },
  function dropRow(text, pick) {
    const rows = rowOf(text);
    rows.splice(pick(rows.length), 1);
    return rows.join("");
  },
  function doubleRow(text, pick) {
    const rows = rowOf(text);
    const at = pick(rows.length);
    rows.splice(pick(rows.length), 0, rows[at] ?? "");
    return rows.join("");
  },
  function swapRows(text, pick) {
    const rows = rowOf(text);
    const [a, b] = [pick(rows.length), pick(rows.length)];
    [rows[a], rows[b]] = [rows[b] ?? "", rows[a] ?? ""];
    return rows.join("");
  },
  function emptyField(text, pick) {
    const from = pick(text.length);
    const rest = text.slice(from);
    return text.slice(0, from) + rest.replace(/([,;:>\t?/])[^,;:<\t?/\n]*/, "$1");
  },
  function extremeNumber(text, pick) {
    const from = pick(text.length);
    const extreme = extremes[pick(extremes.length)] ?? "";
    return text.slice(0, from) + text.slice(from).replace(/-?\d[\d.,]*/, extreme);
  },
  function insertNoise(text, pick) {
    const at = pick(text.length + 1);
    return (
      text.slice(0, at) + (noise[pick(noise.length)] ?? "").repeat(1 + pick(3)) + text.slice(at)
    );
  },
  function cutEnd(text, pick) {
    return text.slice(0, pick(text.length));
  },
  function cutStart(text, pick) {
    return text.slice(pick(Math.min(text.length, 200)));
  },
  function repeatSlice(text, pick) {
    const at = pick(text.length);
    const slice = text.slice(at, at + 1 + pick(60));
    return text.slice(0, at) + slice.repeat(1 + pick(40)) + text.slice(at);
  },
  function moveSlice(text, pick) {
    const [at, length] = [pick(text.length), 1 + pick(120)];
    const slice = text.slice(at, at + length);
    const rest = text.slice(0, at) + text.slice(at + length);
    const to = pick(rest.length + 1);
    return rest.slice(0, to) + slice + rest.slice(to);
  },
  function spliceOther(text, pick, others) {
    const other = others[pick(others.length)] ?? "";
    return text.slice(0, pick(text.length)) + other.slice(pick(other.length));
  },
];

/** A text with one to four things done to it that a careless sender, a broken disk or an attacker does. */
export function mutate(text: string, pick: Pick, others: readonly string[]): string {
  let mutated = text;
  for (let count = 1 + pick(4); count > 0; count -= 1) {
    mutated = (mutations[pick(mutations.length)] as Mutation)(mutated, pick, others);
  }
  return mutated.slice(0, 20_000);
}
