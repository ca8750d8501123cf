/** `pnpm schema`: prints the API to schema.graphql. With --check: fails when the file says something else. */
import { readFileSync, writeFileSync } from "node:fs";
import { lexicographicSortSchema, printSchema } from "graphql";
import { schema } from "../src/graphql/schema.ts";
import { inRepository } from "./repository.ts";

const file = inRepository("schema.graphql");
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, printed);
} else if (readFileSync(file, "utf8") !== printed) {
  console.error("schema.graphql is not what the code says: run `pnpm schema` and commit it");
  process.exitCode = 1;
}
