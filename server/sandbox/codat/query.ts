/**
 * The query language of list endpoints: `prop op value` joined by `&&` and `||` and grouped by braces, where `&&` binds
 * closer. Operators are = != ~ > < >= <=; a property may be dotted; a value is a number, a date, a word or words.
 * @returns a test of one record; undefined for a query that cannot be read
 */
export function parseQuery(text: string): ((record: object) => boolean) | undefined {
  if (text.length >= charactersMax) return undefined;
  const reader = new Reader(text);
  try {
    const test = either(reader);
    return reader.done() ? test : undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** What a dotted property of a record is; undefined where there is none. */
export function propertyOf(record: object, path: string): unknown {
  let at: unknown = record;
  for (const name of path.split(".")) {
    if (typeof at !== "object" || at === null || Array.isArray(at)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/** What a value is ordered by: a date's instant, a number's amount, anything else as text. */
export function comparable(value: unknown): number | string {
  if (typeof value === "number") return value;
  return instantOf(value) ?? String(value ?? "");
}

/** Below nothing, above, or equal. A number and a text are compared as numbers where the text is one. */
export function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && !Number.isNaN(Number(b))) return a - Number(b);
  const [s, t] = [String(a), String(b)];
  return s < t ? -1 : s > t ? 1 : 0;
}

type Test = (record: object) => boolean;
type Operator = "=" | "!=" | "~" | ">" | "<" | ">=" | "<=";

const charactersMax = 2_048;
const depthMax = 20;
const operators: readonly Operator[] = ["!=", ">=", "<=", "=", "~", ">", "<"];

class Malformed extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;
  depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  done(): boolean {
    this.#space();
    return this.#at >= this.#text.length;
  }

  /** Takes the mark if it is next. */
  takes(mark: string): boolean {
    this.#space();
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  match(pattern: RegExp): string {
    this.#space();
    const found = new RegExp(pattern, "y");
    found.lastIndex = this.#at;
    const [text] = found.exec(this.#text) ?? [];
    if (text === undefined) throw new Malformed();
    this.#at += text.length;
    return text.trim();
  }

  #space(): void {
    while (this.#text[this.#at] === " ") this.#at += 1;
  }
}

function either(reader: Reader): Test {
  const tests = [both(reader)];
  while (reader.takes("||")) tests.push(both(reader));
  return (record) => tests.some((test) => test(record));
}

function both(reader: Reader): Test {
  const tests = [one(reader)];
  while (reader.takes("&&")) tests.push(one(reader));
  return (record) => tests.every((test) => test(record));
}

function one(reader: Reader): Test {
  if (reader.takes("{")) {
    reader.depth += 1;
    if (reader.depth > depthMax) throw new Malformed();
    const inner = either(reader);
    if (!reader.takes("}")) throw new Malformed();
    reader.depth -= 1;
    return inner;
  }
  const property = reader.match(/[A-Za-z][\w.]*/);
  const operator = operators.find((mark) => reader.takes(mark));
  if (operator === undefined) throw new Malformed();
  // A single & or | belongs to the value, as in "Harbour & Vale".
  const value = reader.match(/(?:(?!&&|\|\|)[^{}])+/);
  return (record) => holds(propertyOf(record, property), operator, value);
}

function holds(found: unknown, operator: Operator, value: string): boolean {
  if (found === undefined || found === null) return operator === "!=";
  if (operator === "~") return String(found).toLowerCase().includes(value.toLowerCase());
  const order = compare(comparable(found), wanted(found, value));
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
  }
}

/** The value as what it is compared with: a text that looks like a date is one only beside a date. */
function wanted(found: unknown, value: string): number | string {
  return typeof comparable(found) === "number" && typeof found === "string"
    ? comparable(value)
    : value;
}

/** Milliseconds since 1970 of an ISO date or time; one without a zone is UTC. */
function instantOf(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const parts = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(value);
  if (parts === null) return undefined;
  const zoned = parts[4] !== undefined || parts[1] === undefined;
  const instant = Date.parse(zoned ? value : `${value}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}
