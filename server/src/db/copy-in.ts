import { finished } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

/**
 * Sends rows to a `COPY ... FROM STDIN` on one connection: four times the speed of arrays as parameters. COPY does not
 * write into tables under row-level security, so what it fills is a temporary table.
 * @param rows in COPY's text format, as `copyLine` spells them
 * @throws what the database throws
 */
export async function copyIn(
  connection: pg.PoolClient,
  statement: string,
  rows: string,
): Promise<void> {
  const stream = connection.query(copyFrom(statement));
  stream.end(rows);
  await finished(stream);
}

/** One row in COPY's text format, with its line break. */
export function copyLine(values: readonly (string | number | bigint | null)[]): string {
  let line = "";
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (index > 0) line += "\t";
    if (value === null || value === undefined) line += "\\N";
    else line += typeof value === "string" ? escaped(value) : String(value);
  }
  return `${line}\n`;
}

const special = /[\\\t\n\r]/;

function escaped(text: string): string {
  if (!special.test(text)) return text;
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("\t", "\\t")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}
