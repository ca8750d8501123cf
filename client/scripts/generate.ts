/**
 * Writes what the client derives from schema.graphql into src/generated (ignored by git): the
 * introspection that types every document, and what the cache needs: which concrete types stand behind
 * each interface and union, to match fragments, and which have no id, and so live in their parent.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema, isAbstractType, isObjectType } from "graphql";

const client = dirname(dirname(fileURLToPath(import.meta.url)));
const generated = join(client, "src", "generated");

mkdirSync(generated, { recursive: true });
writeTypes();
const schema = buildSchema(readFileSync(join(client, "..", "schema.graphql"), "utf8"));
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
writeModule("possible-types", "possibleTypes", possibleTypes());
writeModule("keyless-types", "keylessTypes", keylessTypes());

function writeTypes(): void {
  const require = createRequire(import.meta.url);
  const cli = join(dirname(require.resolve("gql.tada/package.json")), "bin", "cli.js");
  execFileSync(process.execPath, [cli, "generate-output"], {
    cwd: client,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function possibleTypes(): Record<string, string[]> {
  return Object.fromEntries(
    types
      .filter(isAbstractType)
      .map((type) => [type.name, schema.getPossibleTypes(type).map((each) => each.name)]),
  );
}

function keylessTypes(): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return types
    .filter(isObjectType)
    .filter((type) => !roots.includes(type) && !("id" in type.getFields()))
    .map((type) => type.name);
}

function writeModule(file: string, name: string, value: unknown): void {
  const json = JSON.stringify(value, null, 2);
  writeFileSync(join(generated, `${file}.ts`), `export const ${name} = ${json};\n`);
}
