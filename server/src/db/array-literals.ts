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

/** What parts the values of `joinedJson`, as SQL has it. No JSON holds the character itself. */
export const jsonEnd = "E'\\x1e'";

/** JSON of many values as one text, for `string_to_array`: as an array's elements each quote of it would be escaped again. */
export function joinedJson(values: readonly object[]): string {
  return values.map((value) => JSON.stringify(value)).join("\u001e");
}
