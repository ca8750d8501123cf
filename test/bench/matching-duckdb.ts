/** A program of the bench: DuckDB on the same books, on two threads. */
import { DuckDBInstance } from "@duckdb/node-api";
import { magnitude } from "../../server/src/core/money.ts";
import { generateLabelled } from "../core/matching/labelled/generate.ts";
import { tuning } from "../core/matching/labelled/tuning.ts";
import { duckdbPairs, duckdbSteps, duckdbTables } from "./matching-duckdb.sql.ts";
import { givenTask, peakMiB, tell } from "./measure-apart.ts";

export interface DuckdbTask {
  readonly seed: number;
  readonly transactions: number;
}

export interface DuckdbResult {
  /** Without loading: from DuckDB's own tables to the pairs in this process. */
  readonly seconds: number;
  readonly peakMiB: number;
  /** "transaction item" */
  readonly pairs: readonly string[];
}

const { seed, transactions: size } = givenTask<DuckdbTask>();
const set = generateLabelled(tuning, seed, size);
const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
const connection = await instance.connect();
for (const table of duckdbTables) await connection.run(table);

const text = (value: string | null) => (value === null ? null : value);
async function fill(table: string, rows: Iterable<readonly (string | bigint | null)[]>) {
  const appender = await connection.createAppender(table);
  for (const row of rows) {
    for (const value of row) {
      if (value === null) appender.appendNull();
      else if (typeof value === "bigint") appender.appendBigInt(value);
      else appender.appendVarchar(value);
    }
    appender.endRow();
  }
  appender.closeSync();
}

await fill(
  "t",
  set.transactions.map((one) => [
    ...[one.id, one.amountMinor < 0n ? "expense" : "invoice", one.blockId, one.currency],
    ...[magnitude(one.amountMinor), one.bookedOn, text(one.reference), one.description],
    one.counterpartyName,
  ]),
);
await fill(
  "i",
  set.items.map((one) => [
    ...[one.id, one.kind, one.blockId, one.currency, one.openMinor, one.issuedOn, one.dueOn],
    ...[one.number, one.counterpartyName, one.unitNumber, one.surname],
  ]),
);

const startedAt = performance.now();
for (const step of duckdbSteps) {
  const at = performance.now();
  await connection.run(step);
  if (process.env.BENCH_STEPS) {
    console.error(`${Math.round(performance.now() - at)} ms ${step.slice(0, 60)}`);
  }
}
const rows = (await connection.runAndReadAll(duckdbPairs)).getRows();
const seconds = (performance.now() - startedAt) / 1_000;
tell({
  ...{ seconds, peakMiB: peakMiB() },
  pairs: rows.map(([pair]) => String(pair)),
} satisfies DuckdbResult);
