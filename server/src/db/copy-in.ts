import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

/**
 * Sends rows to a `COPY ... FROM STDIN` on one connection: four times the speed of arrays as parameters. COPY does not
 * write into tables under row-level security, so what it fills is a temporary table.
 * @param rows in COPY's text format, with tabs between `copied` values and a line break behind each row
 * @throws what the database throws
 */
export async function copyIn(
  connection: pg.PoolClient,
  statement: string,
  rows: readonly Buffer[],
): Promise<void> {
  await pipeline(Readable.from(rows), connection.query(copyFrom(statement)));
}

/** A value in COPY's text format. */
export function copied(text: string | null): string {
  if (text === null) return "\\N";
  return special.test(text) ? escaped(text) : text;
}

const special = /[\\\t\n\r]/;

function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("\t", "\\t")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}
