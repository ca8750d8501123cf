import { readdirSync } from "node:fs";
import path from "node:path";
import {
  type DocumentNode,
  execute,
  getOperationAST,
  type OperationDefinitionNode,
  print,
} from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Context } from "../../server/src/graphql/context.ts";
import { measure } from "../../server/src/graphql/document-size.ts";
import { Documents } from "../../server/src/graphql/documents.ts";
import { limits } from "../../server/src/graphql/limits.ts";
import { schema } from "../../server/src/graphql/schema.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  addAccount,
  addConnection,
  addMatch,
  addOpenItems,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../support/world.ts";

const features = path.resolve(import.meta.dirname, "../../client/src/features");
const operations = await clientOperations();

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let variables: Record<string, unknown>;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  organisation = await addOrganisation(app);
  const connectionId = await addConnection(app, organisation.id);
  const accountId = await addAccount(app, organisation.id, connectionId);
  const lines = Array.from({ length: 8 }, () => ({}));
  const transactionIds = await addTransactions(app, organisation.id, accountId, lines);
  const itemIds = await addOpenItems(app, organisation.id, lines);
  const [transactionId = "", other = ""] = transactionIds;
  const [openItemId = "", otherItem = ""] = itemIds;
  await addMatch(app, organisation.id, { transactionId, openItemId });
  await addMatch(app, organisation.id, { transactionId: other, openItemId: otherItem });
  variables = { id: transactionId, first: 50, currency: "GBP", months: 12, provider: "plaid" };
  for (const each of [connectionId, accountId, openItemId]) idsToTry.push(each);
});

const idsToTry: string[] = [];

afterAll(async () => {
  await app.close();
  await database.drop();
});

describe("the client's own documents", () => {
  it("are found", () => {
    expect(operations.length).toBeGreaterThan(25);
  });

  it("fit the schema and the limits, with room", () => {
    const documents = new Documents(schema);
    for (const { name, text, operation } of operations) {
      expect(documents.validate(documents.parse(text)), name).toEqual([]);
      const size = measure(schema, documents.parse(text), operation);
      expect(size.depth, name).toBeLessThanOrEqual(limits.depthMax - 3);
      expect(size.cost, name).toBeLessThanOrEqual(limits.costMax / 2);
    }
  });

  for (const { name, text, operation } of operations) {
    if (operation.operation !== "query") continue;
    it(`answer the same compiled and not: ${name}`, async () => {
      const documents = new Documents(schema);
      const document = documents.parse(text);
      for (const id of [variables.id, ...idsToTry]) {
        const args = { schema, document, variableValues: { ...variables, id } };
        const plain = await execute({ ...args, contextValue: context() });
        await documents.execute({ ...args, contextValue: context() });
        const compiled = await documents.execute({ ...args, contextValue: context() });
        expect(JSON.parse(JSON.stringify(compiled))).toEqual(JSON.parse(JSON.stringify(plain)));
      }
    });
  }
});

function context(): Context {
  return { app, viewer: viewerIn(organisation), http: null };
}

interface ClientOperation {
  readonly name: string;
  readonly text: string;
  readonly operation: OperationDefinitionNode;
}

async function clientOperations(): Promise<ClientOperation[]> {
  const files = readdirSync(features, { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|[/\\-])documents\.ts$/.test(file))
    .map((file) => path.join(features, file));
  const modules: Record<string, unknown>[] = await Promise.all(files.map((file) => import(file)));
  return modules.flatMap(Object.values).flatMap((value) => {
    const operation = isDocument(value) ? getOperationAST(value) : null;
    if (!operation) return [];
    const text = print(value as DocumentNode);
    return [{ name: operation.name?.value ?? text, text, operation }];
  });
}

function isDocument(value: unknown): value is DocumentNode {
  return (
    typeof value === "object" && value !== null && "kind" in value && value.kind === "Document"
  );
}
