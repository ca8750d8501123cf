import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { prismaSchemaSql } from "../support/prisma-schema-sql.ts";

let migrated: TestDatabase;
let described: TestDatabase;

beforeAll(async () => {
  [migrated, described] = await Promise.all([
    createTestDatabase(),
    createTestDatabase({ empty: true }),
  ]);
  await query(described.ownerUrl, await prismaSchemaSql(described.ownerUrl));
});

afterAll(async () => {
  await migrated.drop();
  await described.drop();
});

test("schema.prisma and the migrations have the same columns", async () => {
  // A generated column may be null as far as PostgreSQL knows; its expression never is.
  const generated = await linesOf(migrated, generatedColumns);
  const asGenerated = (line: string) =>
    generated.some((name) => line.startsWith(name)) ? line.replace(" NOT NULL", "") : line;
  const expected = (await linesOf(described, columns)).map(asGenerated);
  expect((await linesOf(migrated, columns)).map(asGenerated)).toEqual(expected);
});

test("schema.prisma and the migrations have the same enums", async () => {
  expect(await linesOf(migrated, enums)).toEqual(await linesOf(described, enums));
});

test("the migrations make every key and index of schema.prisma", async () => {
  const made = await linesOf(migrated, indexes);
  const missing = (await linesOf(described, indexes)).filter((line) => !made.includes(line));
  expect(missing).toEqual([]);
});

const generatedColumns = `
  SELECT format('%s.%s ', attrelid::regclass, attname) AS line
  FROM pg_attribute WHERE attgenerated <> ''`;

const columns = `
  SELECT format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN ' NOT NULL' END,
    CASE WHEN a.attgenerated = '' THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END) AS line
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> '_prisma_migrations'
    AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY 1`;

const enums = `
  SELECT format('%s: %s', t.typname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)) AS line
  FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid GROUP BY t.typname ORDER BY 1`;

const indexes = `
  SELECT indexdef AS line FROM pg_indexes
  WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`;

async function linesOf(database: TestDatabase, sql: string): Promise<string[]> {
  const rows = await query<{ line: string }>(database.ownerUrl, sql);
  return rows.map(({ line }) => line);
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
