/**
 * Writes what the client derives from schema.graphql into src/generated (ignored by git): the
 * introspection that types every document, and which concrete types stand behind each interface and
 * union, which the cache needs to match fragments.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema, isAbstractType } from "graphql";

const client = dirname(dirname(fileURLToPath(import.meta.url)));
const generated = join(client, "src", "generated");

mkdirSync(generated, { recursive: true });
writeTypes();
writePossibleTypes();

function writeTypes(): void {
  const require = createRequire(import.meta.url);
  const cli = join(dirname(require.resolve("gql.tada/package.json")), "bin", "cli.js");
  execFileSync(process.execPath, [cli, "generate-output"], {
    cwd: client,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function writePossibleTypes(): void {
  const schema = buildSchema(readFileSync(join(client, "..", "schema.graphql"), "utf8"));
  const possible: Record<string, string[]> = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isAbstractType(type) || type.name.startsWith("__")) continue;
    possible[type.name] = schema.getPossibleTypes(type).map((each) => each.name);
  }
  const json = JSON.stringify(possible, null, 2);
  writeFileSync(join(generated, "possible-types.ts"), `export const possibleTypes = ${json};\n`);
}
