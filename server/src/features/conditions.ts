import { currencyExponents } from "../core/currencies.ts";
import { InvalidInput } from "./errors.ts";
import type { PageRequest } from "./paging.ts";

/** Conditions of a query under construction, with the values of its parameters. */
export class Conditions {
  readonly values: unknown[] = [];
  readonly #conditions: string[] = [];

  /** Adds a parameter and answers its place: "$3". */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  add(condition: string): void {
    this.#conditions.push(condition);
  }

  get count(): number {
    return this.#conditions.length;
  }

  /** "WHERE ..." or nothing. */
  where(): string {
    return this.#conditions.length === 0 ? "" : `WHERE ${this.#conditions.join(" AND ")}`;
  }
}

/**
 * The keyset condition of a page sorted by a day and the id, newest first: a comparison of rows, which an
 * index on both answers from where the last page ended.
 * @returns the ORDER BY to read it with
 */
export function addKeyset(conditions: Conditions, page: PageRequest, dayColumn: string): string {
  const key = `(${dayColumn}, id)`;
  const { after, before, direction } = page;
  if (after) {
    conditions.add(
      `${key} < (${conditions.value(after.day)}::date, ${conditions.value(after.id)}::uuid)`,
    );
  }
  if (before) {
    conditions.add(
      `${key} > (${conditions.value(before.day)}::date, ${conditions.value(before.id)}::uuid)`,
    );
  }
  return direction === "forward"
    ? `ORDER BY ${dayColumn} DESC, id DESC`
    : `ORDER BY ${dayColumn}, id`;
}

const searchCharactersMax = 100;

/**
 * Text anywhere in one of the columns, whatever its case. Not for an index: under row-level security PostgreSQL
 * looks for text only in rows that the policy has let through, which the tenant's index has narrowed down before.
 */
export function addSearch(
  conditions: Conditions,
  search: string,
  columns: readonly string[],
): void {
  const text = search.trim();
  if (text === "") return;
  if (text.length > searchCharactersMax) {
    throw new InvalidInput(`Search for at most ${searchCharactersMax} characters.`, "search");
  }
  const pattern = conditions.value(`%${text.replace(/[\\%_]/g, "\\$&")}%`);
  conditions.add(`(${columns.map((column) => `${column} ILIKE ${pattern}`).join(" OR ")})`);
}

/** An amount without its sign between two decimals, each read in the row's own currency. */
export function addAmountRange(
  conditions: Conditions,
  column: string,
  min: string | null | undefined,
  max: string | null | undefined,
): void {
  if (min != null) conditions.add(`${column} >= ${threshold(conditions, min, "up", "amountMin")}`);
  if (max != null) {
    conditions.add(`${column} <= ${threshold(conditions, max, "down", "amountMax")}`);
  }
}

const exponentUsual = 2;
const exponentsUnusual = [...new Set(Object.values(currencyExponents))].filter(
  (exponent) => exponent !== exponentUsual,
);

function threshold(
  conditions: Conditions,
  decimal: string,
  rounding: "up" | "down",
  field: string,
): string {
  const inMinor = (exponent: number) =>
    `${conditions.value(minorOf(decimal, exponent, rounding, field))}::bigint`;
  const cases = exponentsUnusual.map((exponent) => {
    const codes = Object.entries(currencyExponents)
      .filter(([, digits]) => digits === exponent)
      .map(([code]) => `'${code}'`);
    return `WHEN currency IN (${codes.join(", ")}) THEN ${inMinor(exponent)}`;
  });
  return `CASE ${cases.join(" ")} ELSE ${inMinor(exponentUsual)} END`;
}

const amountMinorMax = 2n ** 63n - 1n;

function minorOf(
  decimal: string,
  exponent: number,
  rounding: "up" | "down",
  field: string,
): bigint {
  const parts = /^(\d{1,19})(?:\.(\d{1,12}))?$/.exec(decimal);
  if (parts === null) throw new InvalidInput("An amount to filter by has no sign.", field);
  const fraction = (parts[2] ?? "").padEnd(12, "0");
  const whole = BigInt(`${parts[1]}${fraction.slice(0, exponent)}`);
  const rest = /[1-9]/.test(fraction.slice(exponent));
  const minor = rounding === "up" && rest ? whole + 1n : whole;
  return minor > amountMinorMax ? amountMinorMax : minor;
}

const idsMax = 200;

/** Ids of a filter. What is no id at all can name no row, and is left out as one that does not exist. */
export function addIds(
  conditions: Conditions,
  column: string,
  ids: readonly string[],
  field: string,
): void {
  if (ids.length > idsMax) throw new InvalidInput(`At most ${idsMax} ids.`, field);
  const known = ids.filter((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id));
  // One id by equality: the index on it then gives the list's order too, and nothing has to be sorted.
  conditions.add(
    known.length === 1
      ? `${column} = ${conditions.value(known[0])}::uuid`
      : `${column} = ANY (${conditions.value(known)}::uuid[])`,
  );
}
