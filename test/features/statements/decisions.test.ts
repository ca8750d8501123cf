import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Role } from "../../../server/src/generated/prisma/enums.ts";
import { IncomingUpload } from "../../../server/src/graphql/upload.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addImport } from "../../support/imports.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let account: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  const connection = await addConnection(app, organisation.id);
  account = await addAccount(app, organisation.id, connection);
});

const types: Readonly<Record<string, string>> = {
  id: "ID!",
  accountId: "ID",
  layout: "CsvLayoutInput",
  statementAccounts: "[StatementAccountInput!]",
  unbalancedReason: "String",
  file: "Upload!",
};

async function change(
  name: string,
  variables: Readonly<Record<string, unknown>>,
  role: Role = "accountant",
) {
  const names = Object.keys(variables);
  const declared = names.map((each) => `$${each}: ${types[each]}`).join(", ");
  const given = names.map((each) => `${each}: $${each}`).join(", ");
  const { data, errors } = await ask(
    app,
    viewerIn(organisation, role),
    `mutation (${declared}) { ${name}(${given}) { __typename
      ... on ImportBatch { id fileName status step questions account { id } createdBy unbalancedReason unbalancedAcceptedBy }
      ... on Problem { code message ... on FileRefusedProblem { reason } } } }`,
    variables,
  );
  expect(errors).toEqual([]);
  return data[name];
}

function upload(text: string): IncomingUpload {
  const bytes = (async function* () {
    yield new TextEncoder().encode(text);
  })();
  return new IncomingUpload({
    fileName: "C:\\fakepath\\november.csv",
    mimeType: "text/csv",
    bytes,
  });
}

const csv = "Date,Description,Amount\n16/11/2026,Card payment,-12.50\n";

it("takes a file in, for an account, and answers it before it is read", async () => {
  expect(await change("uploadStatementFile", { file: upload(csv), accountId: account })).toEqual(
    expect.objectContaining({
      fileName: "november.csv",
      status: "PROCESSING",
      step: "READING",
      account: { id: account },
      createdBy: organisation.people.accountant.name,
    }),
  );
});

it("refuses what is no statement file, in a sentence and a stable word", async () => {
  expect(await change("uploadStatementFile", { file: upload("") })).toEqual({
    __typename: "FileRefusedProblem",
    code: "FILE_REFUSED",
    reason: "empty",
    message: expect.stringMatching(/\.$/),
  });
});

it("lets only those bring files in who may", async () => {
  const forbidden = { code: "FORBIDDEN", message: "This needs the permission statements:import." };
  expect(await change("uploadStatementFile", { file: upload(csv) }, "viewer")).toMatchObject(
    forbidden,
  );
  const id = await addImport(app, organisation.id);
  expect(await change("confirmImport", { id }, "viewer")).toMatchObject(forbidden);
});

it("has an import written once everything is decided", async () => {
  const id = await addImport(app, organisation.id, { values: { questions: ["account"] } });
  expect(await change("confirmImport", { id })).toMatchObject({
    code: "CONFLICT",
    message: "Something about this file is still to be decided.",
  });
  const ready = await addImport(app, organisation.id, {
    statements: [{ accountId: account }],
    stagedLines: [{}],
  });
  expect(await change("confirmImport", { id: ready })).toMatchObject({
    status: "PROCESSING",
    step: "WRITING",
  });
  expect(await change("confirmImport", { id: ready })).toMatchObject({ code: "CONFLICT" });
});

it("takes figures that do not agree from who may, with a reason, and says so for good", async () => {
  const id = await addImport(app, organisation.id, {
    values: { questions: ["balance"], checksFailed: 1 },
  });
  const unbalancedReason = "The bank left out its fee.";
  expect(await change("confirmImport", { id, unbalancedReason })).toMatchObject({
    code: "FORBIDDEN",
  });
  expect(await change("confirmImport", { id }, "owner")).toMatchObject({ code: "INVALID_INPUT" });
  expect(await change("confirmImport", { id, unbalancedReason }, "owner")).toMatchObject({
    status: "PROCESSING",
    unbalancedReason,
    unbalancedAcceptedBy: organisation.people.owner.name,
  });
});

it("takes decisions on the account and the columns, and works out anew what follows", async () => {
  const id = await addImport(app, organisation.id, {
    values: { format: "csv", questions: ["account", "columns"] },
  });
  const layout = {
    delimiter: ";",
    headerRow: 1,
    dateColumn: 0,
    descriptionColumns: [1],
    amountColumn: 2,
    dateOrder: "DAY_FIRST",
    decimalSign: "COMMA",
  };
  expect(await change("decideImport", { id, layout: { ...layout, delimiter: "x" } })).toEqual({
    __typename: "InvalidInputProblem",
    code: "INVALID_INPUT",
    message: "The columns cannot be read so.",
  });
  expect(await change("decideImport", { id, accountId: account, layout })).toMatchObject({
    status: "PROCESSING",
    step: "READING",
    questions: [],
    account: { id: account },
  });
});

it("gives up what was not written, and nothing else", async () => {
  const id = await addImport(app, organisation.id, { file: csv });
  expect(await change("discardImport", { id })).toMatchObject({ status: "DISCARDED" });
  expect(await change("discardImport", { id })).toMatchObject({ status: "DISCARDED" });
  const complete = await addImport(app, organisation.id, { values: { status: "complete" } });
  expect(await change("discardImport", { id: complete })).toMatchObject({ code: "CONFLICT" });
});
