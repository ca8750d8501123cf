/** The SQL that Prisma itself would make of schema.prisma, without its engine binary. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";

/**
 * @param url of any database; the engine asks it for its version
 * @returns statements that make the tables in an empty database
 */
export async function prismaSchemaSql(url: string): Promise<string> {
  await loadEngine();
  const file = path.resolve(import.meta.dirname, "../../prisma/schema.prisma");
  const content = readFileSync(file, "utf8");
  const factory = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }));
  const schemaEngine = await engine.SchemaEngine.new(
    { datamodels: [[file, content]] },
    () => {},
    factory,
  );
  const { stdout } = await schemaEngine.diff({
    from: { tag: "empty" },
    to: { tag: "schemaDatamodel", files: [{ path: file, content }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  if (!stdout) throw new Error("Prisma's schema engine returned no SQL");
  return stdout;
}

type EngineExports = { __wbindgen_start: () => void };

/** The part of WebAssembly that is used here; its types come with the DOM's, which Node code has not. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    instantiate: (
      binary: Uint8Array,
      imports: Record<string, object>,
    ) => Promise<{ instance: { exports: EngineExports } }>;
  };
};

/** What the package's own entry does with `import … from "*.wasm"`, which Node 20 does not know. */
async function loadEngine(): Promise<void> {
  const entry = fileURLToPath(import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const binary = readFileSync(path.join(path.dirname(entry), "schema_engine_bg.wasm"));
  const glue = engine as unknown as { __wbg_set_wasm: (exports: EngineExports) => void };
  const { instance } = await WebAssembly.instantiate(binary, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}
