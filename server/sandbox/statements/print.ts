import type { World } from "../world/world.ts";
import { asBai2 } from "./bai2.ts";
import { asCamt053 } from "./camt053.ts";
import { asCsv, asGermanCsv } from "./csv.ts";
import { asMt940 } from "./mt940.ts";
import { asOfx } from "./ofx.ts";
import { type Statement, statementOf } from "./statement.ts";

/** Formats in which the banks print statements, with the ending of their files. */
export const statementFormats = {
  csv: "csv",
  "german-csv": "csv",
  bai2: "bai",
  camt053: "xml",
  mt940: "sta",
  ofx: "ofx",
} as const;

export type StatementFormat = keyof typeof statementFormats;

export interface StatementFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The statement file of some accounts over some days, both included, as their bank would give it for download. CSV holds
 * one account.
 * @throws RangeError for an account that no bank has
 */
export function printStatements(
  world: World,
  format: StatementFormat,
  paths: readonly string[],
  days: { from: string; to: string },
): StatementFile {
  const statements = paths.map((path) => statementOf(world, path, days.from, days.to));
  const who = paths.length === 1 ? paths[0]?.replaceAll("/", "-") : `${paths.length}-accounts`;
  const name = `${who}-${days.from}-${days.to}.${statementFormats[format]}`;
  return { name, bytes: bytesOf(format, statements) };
}

function bytesOf(format: StatementFormat, statements: readonly Statement[]): Uint8Array {
  const [first] = statements;
  if (first === undefined) throw new RangeError("a statement is of at least one account");
  switch (format) {
    case "csv":
      return Buffer.from(asCsv(first));
    case "german-csv":
      return asGermanCsv(first);
    case "bai2":
      return Buffer.from(asBai2(statements));
    case "camt053":
      return Buffer.from(asCamt053(statements));
    case "mt940":
      return Buffer.from(asMt940(statements));
    default:
      return Buffer.from(asOfx(statements));
  }
}
