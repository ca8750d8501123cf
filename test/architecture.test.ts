/**
 * The house's import rules. A failure says which import is out of place and where such code belongs;
 * the map in the README shows the rooms.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

interface Rule {
  /** Files under this folder (or this file) ... */
  room: string;
  /** ... but not under this one ... */
  except?: string;
  /** ... import only from these, beside packages ... */
  mayImport: string[];
  /** ... and from no package but these, where it is named. */
  packages?: RegExp;
  because: string;
}

const rules: Rule[] = [
  {
    room: "server/src/core",
    except: "server/src/core/statements",
    mayImport: ["server/src/core"],
    packages: /^$/,
    because: "core is pure and synchronous: what needs the world belongs in a feature's operation",
  },
  {
    room: "server/src/core/statements",
    mayImport: ["server/src/core"],
    packages: /^(csv-parse(\/sync)?|sax|htmlparser2)$/,
    because:
      "readers of statement files are core: of packages they use only those that take text apart",
  },
  {
    room: "server/src/db",
    mayImport: ["server/src/db", "server/src/core", "server/src/generated", "server/src/config.ts"],
    because: "db knows connections and tenants, not what the product does with them",
  },
  {
    room: "server/src/events",
    mayImport: ["server/src/events", "server/src/db", "server/src/core"],
    because: "events carry facts by id; who may see them is decided in graphql",
  },
  {
    room: "server/src/providers",
    mayImport: [
      "server/src/providers",
      "server/src/core",
      "server/src/config.ts",
      "server/src/config",
    ],
    because:
      "an adapter speaks its provider's wire format and knows neither database, job nor feature",
  },
  {
    room: "server/src/platforms",
    mayImport: [
      "server/src/platforms",
      "server/src/core",
      // Which addresses are private is the same for whatever reaches out.
      "server/src/providers/guarded-fetch.ts",
      "server/src/config.ts",
      "server/src/config",
    ],
    because:
      "an adapter speaks its platform's wire format and knows neither database, job nor feature",
  },
  {
    room: "server/src/jobs/queue.ts",
    mayImport: ["server/src/db"],
    because: "the queue is a seam: handlers belong in jobs/worker.ts",
  },
  {
    room: "server/src/features",
    mayImport: [
      "server/src/features",
      "server/src/core",
      "server/src/db",
      "server/src/events",
      "server/src/jobs/queue.ts",
      "server/src/providers/provider.ts",
      "server/src/providers/registry.ts",
      "server/src/platforms/platform.ts",
      "server/src/platforms/registry.ts",
      "server/src/generated",
      "server/src/app.ts",
      "server/src/config.ts",
      "server/src/metrics.ts",
      "server/src/graphql",
    ],
    because:
      "a feature reaches providers through the contract, and never http, a job's handler or one provider by name",
  },
  {
    room: "server/src/rest",
    mayImport: [
      "server/src/rest",
      "server/src/features",
      "server/src/core",
      "server/src/providers/provider.ts",
      "server/src/app.ts",
      "server/src/config.ts",
    ],
    because: "REST is a second spelling of the operations: rules and writing belong in a feature",
  },
  {
    room: "server/sandbox",
    mayImport: ["server/sandbox", "prisma/story"],
    because: "the server reaches the sandbox bank by URL alone, as it would the real one",
  },
  {
    room: "prisma/story",
    mayImport: ["prisma/story"],
    packages: /^$/,
    because: "the story is data that both the seed and the sandbox bank tell",
  },
  {
    room: "client/src",
    mayImport: ["client/src"],
    because: "the client knows the server through schema.graphql only",
  },
];

describe("the house", () => {
  for (const rule of rules) {
    it(`keeps ${rule.room} to its imports`, () => {
      const { except } = rule;
      const files = sources(rule.room).filter((file) => !except || !file.startsWith(`${except}/`));
      expect(files.length, `${rule.room} has files`).toBeGreaterThan(0);
      const misplaced = files.flatMap((file) =>
        importsOf(file)
          .filter((target) => !isAllowed(target, rule))
          .map((target) => `${file} imports ${target}: ${rule.because}`),
      );
      expect(misplaced).toEqual([]);
    });
  }

  it("lets only a feature's schema files touch graphql", () => {
    const misplaced = sources("server/src/features")
      .filter((file) => !/schema[^/]*\.ts$|\/schema\//.test(file))
      .filter((file) => importsOf(file).some((target) => target.startsWith("server/src/graphql")))
      .map((file) => `${file} imports graphql: Pothos types and fields belong in a schema file`);
    expect(misplaced).toEqual([]);
  });

  it("reads process.env in config.ts alone", () => {
    const readers = sources("server/src")
      .filter((file) => file !== "server/src/config.ts" && file !== "server/src/main.ts")
      .filter((file) => /process\.env/.test(read(file)));
    expect(readers).toEqual([]);
  });

  it("keeps the clock, randomness and promises out of core", () => {
    const impure = sources("server/src/core").flatMap((file) =>
      [
        ...code(file).matchAll(
          /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bPromise\b|\basync\b|\bawait\b|\bprocess\./g,
        ),
      ].map((found) => `${file}: ${found[0]} — pass it in as an argument`),
    );
    expect(impure).toEqual([]);
  });

  it("spreads no list into push where rows are many: a long one overflows the stack", () => {
    const found = sources("server/src")
      .filter((file) => !/^server\/src\/config\.ts$|sign-in-limit/.test(file))
      .filter((file) => /\.push\(\.\.\./.test(read(file)));
    expect(found).toEqual([]);
  });

  it("has no barrel files", () => {
    const barrels = [...sources("server"), ...sources("client/src")].filter(
      (file) =>
        /\/index\.ts$/.test(file) ||
        (/^\s*export (\*|\{[^}]*\}) from/m.test(code(file)) &&
          !/^\s*(const|function|class|interface|type)\b|export (const|function|class|interface|type|async)/m.test(
            code(file),
          )),
    );
    expect(barrels).toEqual([]);
  });
});

function isAllowed(target: string, rule: Rule): boolean {
  if (target.startsWith("node:")) return rule.packages === undefined;
  if (/^(server|client|prisma|test)\//.test(target)) {
    return rule.mayImport.some((room) => target === room || target.startsWith(`${room}/`));
  }
  return rule.packages === undefined || rule.packages.test(target);
}

/** What a file imports: paths inside the repository relative to its root, packages by name. */
function importsOf(file: string): string[] {
  const found = code(file).matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g);
  return [...found].map(([, target]) => {
    if (!target?.startsWith(".")) return target ?? "";
    return path.posix.normalize(path.posix.join(path.posix.dirname(file), target));
  });
}

function sources(room: string): string[] {
  if (/\.(ts|svelte)$/.test(room)) return [room];
  return readdirSync(path.join(root, room), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name))
    .map((entry) =>
      path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"),
    )
    .filter((file) => !/(^|\/)(node_modules|generated|dist)\//.test(file))
    .sort();
}

function read(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

/** The file without its comments. */
function code(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|\s)\/\/.*$/gm, "$1");
}
