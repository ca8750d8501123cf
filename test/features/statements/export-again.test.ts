import { afterAll, beforeAll, expect, it } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import {
  type ExportFormat,
  exportTransactions,
} from "../../../server/src/features/transactions/export-transactions.ts";
import { bringInFile, linesOf } from "../../support/bring-in-file.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

async function exported(format: ExportFormat, accountId: string): Promise<string> {
  const viewer = viewerIn(organisation);
  const request = { format, accountId, filter: {}, pending: false };
  let text = "";
  for await (const part of (await exportTransactions(app, viewer, request)).content) text += part;
  return text;
}

it.each(["csv", "ofx"] as const)(
  "brings the same lines into an empty account, and nothing into its own: %s",
  async (format) => {
    const viewer = viewerIn(organisation);
    const connectionId = await addConnection(app, organisation.id);
    const accountId = await addAccount(app, organisation.id, connectionId);
    // Another organisation's, which does not know the number in the file as that of an account.
    const elsewhere = await addOrganisation(app);
    const empty = await addAccount(app, elsewhere.id, await addConnection(app, elsewhere.id));
    await addTransactions(app, organisation.id, accountId, [
      { bookedOn: localDate("2026-11-02"), amountMinor: -80_000n, description: "Rent, November" },
      { bookedOn: localDate("2026-11-03"), amountMinor: -250n, description: "Coffee" },
      { bookedOn: localDate("2026-11-03"), amountMinor: -250n, description: "Coffee" },
      {
        ...{ bookedOn: localDate("2026-11-05"), amountMinor: 123_456n, description: "=1+1" },
        ...{ counterpartyName: "Acorn Ltd", reference: "INV-7" },
      },
    ]);
    const text = await exported(format, accountId);
    const fileName = `export.${format}`;
    const own = await bringInFile(app, viewer, { text, fileName, accountId });
    expect(own).toMatchObject({ status: "complete", lines: 4, recognised: 4, added: 0 });
    const other = await bringInFile(app, viewerIn(elsewhere), { text, fileName, accountId: empty });
    expect(other).toMatchObject({ status: "complete", lines: 4, added: 4 });
    const there = await linesOf(app, viewerIn(elsewhere), empty);
    expect(there).toEqual(await linesOf(app, viewer, accountId));
  },
);
