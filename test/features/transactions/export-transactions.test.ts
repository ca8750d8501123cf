import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { createCsvReader } from "../../../server/src/core/statements/csv/reader.ts";
import { createCsvSurvey } from "../../../server/src/core/statements/csv/survey.ts";
import { createOfxReader } from "../../../server/src/core/statements/ofx/reader.ts";
import type {
  StatementEvent,
  StatementLine,
} from "../../../server/src/core/statements/statement.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import {
  type ExportRequest,
  exportTransactions,
} from "../../../server/src/features/transactions/export-transactions.ts";
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
  type WorldTransaction,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let connectionId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  organisation = await addOrganisation(app);
  connectionId = await addConnection(app, organisation.id);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

function exported(given: Partial<ExportRequest>) {
  return exportTransactions(app, viewerIn(organisation, "viewer"), {
    ...{ format: "csv", accountId: null, filter: {}, pending: false },
    ...given,
  });
}

async function textOf(given: Partial<ExportRequest>): Promise<string> {
  const { content } = await exported(given);
  let text = "";
  for await (const part of content) text += part;
  return text;
}

/** Lines as a reader of ours takes them from an exported text. */
function readBack(format: "csv" | "ofx", text: string): StatementLine[] {
  const lines: StatementLine[] = [];
  const problems: unknown[] = [];
  const tell = (event: StatementEvent) => {
    if (event.kind === "line") lines.push(event.line);
    if (event.kind === "problem" && event.problem.loss !== "none") problems.push(event.problem);
  };
  const bare = text.replace(/^\ufeff/, "");
  const survey = createCsvSurvey();
  if (format === "csv") survey.write(bare);
  const reader =
    format === "ofx"
      ? createOfxReader({ currency: "GBP" }, tell)
      : createCsvReader({ layout: survey.end().layout, currency: "GBP" }, tell);
  reader.write(bare);
  reader.end();
  expect(problems).toEqual([]);
  return lines;
}

const told = (line: {
  bookedOn?: string | undefined;
  amountMinor?: bigint | undefined;
  description?: string | undefined;
  counterpartyName?: string | null | undefined;
  reference?: string | null | undefined;
}) =>
  [line.bookedOn, line.amountMinor, line.description, line.counterpartyName, line.reference].join(
    "|",
  );

describe("what is exported", () => {
  const word = fc.constantFrom(
    ...[
      "=SUM(A1)",
      "+44",
      "-x",
      "@risk",
      "Café",
      "“quoted”",
      '"a","b"',
      "semi;colon",
      "'x",
      "Åse & Co <b>",
    ],
    ...["ﾃｽﾄ", "a,b", "1,234.56", "CR", "100%", "😀", "tab\tbed"],
  );
  const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
  const lineOf: fc.Arbitrary<WorldTransaction> = fc.record({
    bookedOn: fc.integer({ min: 0, max: 60 }).map((days) => addDays(localDate("2026-01-01"), days)),
    amountMinor: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).filter((minor) => minor !== 0n),
    description: text.map((words) => words.replaceAll("\t", " ")),
    counterpartyName: fc.option(text.map((words) => words.replaceAll("\t", " "))),
    reference: fc.option(text.map((words) => words.replaceAll("\t", " "))),
  });

  it.each(["csv", "ofx"] as const)("is read back as it was, from %s", async (format) => {
    const property = fc.asyncProperty(
      fc.array(lineOf, { minLength: 1, maxLength: 12 }),
      async (given) => {
        const accountId = await addAccount(app, organisation.id, connectionId);
        await addTransactions(app, organisation.id, accountId, given);
        const lines = readBack(format, await textOf({ format, accountId }));
        expect(lines.map(told).sort()).toEqual(given.map(told).sort());
      },
    );
    await fc.assert(property, { seed: 20_261_121, numRuns: 25 });
  });

  it("is every line once, the oldest first, over many pages", async () => {
    const accountId = await addAccount(app, organisation.id, connectionId);
    const many = Array.from({ length: 2_345 }, (_, at) => ({
      bookedOn: addDays(localDate("2026-02-01"), at % 50),
      amountMinor: BigInt(at + 1),
    }));
    await addTransactions(app, organisation.id, accountId, many);
    const lines = readBack("csv", await textOf({ accountId }));
    expect(lines.map(({ amountMinor }) => amountMinor).sort((a, b) => Number(a - b))).toEqual(
      many.map(({ amountMinor }) => amountMinor),
    );
    const days = lines.map(({ bookedOn }) => bookedOn);
    expect(days).toEqual(days.toSorted());
  });

  it("is read no faster than it is taken", async () => {
    const accountId = await addAccount(app, organisation.id, connectionId);
    await addTransactions(
      app,
      organisation.id,
      accountId,
      Array.from({ length: 2_100 }, () => ({})),
    );
    const { content } = await exported({ accountId });
    await content.next();
    await content.next();
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query("UPDATE bank_transaction SET removed_at = now() WHERE account_id = $1", [accountId]),
    );
    expect(await content.next()).toEqual({ done: true, value: undefined });
  });

  it("leaves pending and removed lines out, unless pending ones are asked for", async () => {
    const accountId = await addAccount(app, organisation.id, connectionId);
    const [, , removed] = await addTransactions(app, organisation.id, accountId, [
      { description: "Booked" },
      { description: "On its way", pending: true },
      { description: "Taken out" },
    ]);
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query("UPDATE bank_transaction SET removed_at = now() WHERE id = $1", [removed]),
    );
    expect(readBack("csv", await textOf({ accountId })).map((line) => line.description)).toEqual([
      "Booked",
    ]);
    const all = await textOf({ accountId, pending: true });
    expect(all).toContain("Pending");
    expect(all).toMatch(/On its way.*,yes\r\n/);
    expect(await textOf({ accountId, pending: true, format: "ofx" })).not.toContain("On its way");
  });

  it("follows the list's filter", async () => {
    const accountId = await addAccount(app, organisation.id, connectionId);
    await addTransactions(app, organisation.id, accountId, [
      { bookedOn: localDate("2026-03-01"), description: "Early bird" },
      { bookedOn: localDate("2026-03-10"), description: "Middle" },
      { bookedOn: localDate("2026-03-20"), description: "Late bird" },
    ]);
    const found = async (filter: ExportRequest["filter"]) =>
      readBack("csv", await textOf({ accountId, filter })).map(({ description }) => description);
    expect(await found({ from: localDate("2026-03-10") })).toEqual(["Middle", "Late bird"]);
    expect(await found({ to: localDate("2026-03-10") })).toEqual(["Early bird", "Middle"]);
    expect(await found({ search: "BIRD" })).toEqual(["Early bird", "Late bird"]);
    expect(await found({ statuses: ["unmatched"] })).toHaveLength(3);
    expect(await textOf({ accountId, filter: { statuses: ["matched"] } })).toMatch(/^[^\n]+\r\n$/);
  });
});

describe("who exports what", () => {
  it("is on record", async () => {
    const accountId = await addAccount(app, organisation.id, connectionId, { name: "Till" });
    const { fileName } = await exported({ accountId, filter: { from: localDate("2026-01-01") } });
    expect(fileName).toBe("Till 2026-01-01 to 2026-11-20.csv");
    const audits = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query("SELECT action, detail FROM audit_entry WHERE subject_id = $1", [accountId]),
    );
    expect(audits).toEqual([
      {
        action: "transactions.exported",
        detail: { format: "CSV", account: "Till", from: "2026-01-01", to: null },
      },
    ]);
  });

  it("needs the permission, and an account of one's own", async () => {
    const nobody = { ...viewerIn(organisation), permissions: new Set<never>() };
    const request = { format: "csv", accountId: null, filter: {}, pending: false } as const;
    await expect(exportTransactions(app, nobody, request)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(exported({ format: "ofx" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const stranger = await addOrganisation(app);
    const theirs = await addAccount(app, stranger.id, await addConnection(app, stranger.id));
    for (const accountId of [theirs, crypto.randomUUID(), "nonsense"]) {
      await expect(exported({ accountId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
  });
});
