/**
 * Arrays in PostgreSQL's own notation. The driver writes each element with care for everything that an element may be,
 * which for tens of thousands of rows took longer than the database needed for them.
 * Source: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */

/** Of uuids, numbers and words without space, comma, quote, brace or backslash. */
export function plainArray(values: readonly (string | number | bigint | null)[]): string {
  return `{${values.map((value) => value ?? "NULL").join(",")}}`;
}

/** Of any texts. */
export function textArray(values: readonly (string | null)[]): string {
  return `{${values.map(quoted).join(",")}}`;
}

const special = /["\\]/g;

function quoted(text: string | null): string {
  return text === null ? "NULL" : `"${text.replace(special, "\\$&")}"`;
}
