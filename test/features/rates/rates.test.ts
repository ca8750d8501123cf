/** Exchange rates: loaded as a list or a file, listed, taken away, and read by a run. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { convert } from "../../../server/src/core/matching/rates.ts";
import { readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { readRates } from "../../../server/src/features/rates/read-rates.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOrganisation,
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
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const result = `__typename ... on LoadedRows { created updated unchanged preview problems { row field message } }
  ... on Problem { code message }`;
const load = `mutation ($rates: [RateInput!]!) { loadRates(rates: $rates) { ${result} } }`;
const loadCsv = `mutation ($csv: String!, $dryRun: Boolean! = false) { loadRatesCsv(csv: $csv, dryRun: $dryRun) { ${result} } }`;
const list = `query ($base: String, $first: Int, $after: String) {
  exchangeRates(base: $base, first: $first, after: $after) {
    nodes { base quote day rate loadedBy } totalCount pageInfo { hasNextPage endCursor } } }`;

async function loaded(csv: string, dryRun = false) {
  const { data } = await ask(app, viewerIn(organisation), loadCsv, { csv, dryRun });
  return data.loadRatesCsv;
}

async function listed(variables: Record<string, unknown> = {}) {
  const { data } = await ask(app, viewerIn(organisation, "viewer"), list, variables);
  return data.exchangeRates;
}

const lines = (rates: { base: string; quote: string; day: string; rate: string }[]) =>
  rates.map(({ base, quote, day, rate }) => `${base}/${quote} ${day} ${rate}`);

describe("exchange rates", () => {
  test("tell subscribers when they were loaded or deleted, and not when nothing changed", async () => {
    const told = async () =>
      readAsOrganisation(app.database, organisation.id, (sql) =>
        sql.query(
          `SELECT FROM event WHERE topic = 'matching.changed' AND payload->'rates' = 'true'::jsonb`,
        ),
      );
    const csv = "base,quote,day,rate\nEUR,GBP,2026-11-18,0.84\n";
    await loaded(csv, true);
    expect(await told()).toHaveLength(0);
    await loaded(csv);
    await loaded(csv);
    expect(await told()).toHaveLength(1);
    const gone = `mutation { deleteRate(base: "EUR", quote: "GBP", day: "2026-11-18") { __typename } }`;
    const { data } = await ask(app, viewerIn(organisation), gone);
    expect(data.deleteRate.__typename).toBe("ExchangeRate");
    expect(await told()).toHaveLength(2);
  });

  test("are loaded as a list, kept exactly, and the same again changes nothing", async () => {
    const rates = [
      { base: "eur", quote: "GBP", day: "2026-11-18", rate: "0.845512345678" },
      { base: "EUR", quote: "USD", day: "2026-11-18", rate: "1.10" },
    ];
    const first = await ask(app, viewerIn(organisation, "accountant"), load, { rates });
    expect(first.data.loadRates).toMatchObject({
      created: 2,
      updated: 0,
      unchanged: 0,
      problems: [],
    });
    const again = await ask(app, viewerIn(organisation), load, { rates });
    expect(again.data.loadRates).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    const { nodes, totalCount } = await listed();
    expect(lines(nodes)).toEqual(["EUR/GBP 2026-11-18 0.845512345678", "EUR/USD 2026-11-18 1.1"]);
    expect(totalCount).toBe(2);
    expect(nodes[0].loadedBy).toBe(organisation.people.accountant.name);
  });

  test("need a permission to load, and none but reading to see", async () => {
    const { data } = await ask(app, viewerIn(organisation, "viewer"), load, { rates: [] });
    expect(data.loadRates).toMatchObject({ code: "FORBIDDEN" });
  });

  test("come from a CSV with semicolons, quotation marks and decimal commas", async () => {
    const csv =
      'Day;Rate;Base;Quote;Note\r\n2026-11-18;"0,8455";EUR;GBP;"a; b"\r\n2026-11-19;0,85;EUR;GBP;\r\n';
    const dry = await loaded(csv, true);
    expect(dry).toMatchObject({ created: 2, problems: [] });
    expect(dry.preview).toEqual([
      ["Day", "Rate", "Base", "Quote", "Note"],
      ["2026-11-18", "0,8455", "EUR", "GBP", "a; b"],
      ["2026-11-19", "0,85", "EUR", "GBP", ""],
    ]);
    expect((await listed()).nodes).toEqual([]);
    expect(await loaded(csv)).toMatchObject({ created: 2 });
    expect(await loaded(csv.replace("0,85;", "0,86;"))).toMatchObject({ updated: 1, unchanged: 1 });
    expect(lines((await listed()).nodes)).toEqual([
      "EUR/GBP 2026-11-19 0.86",
      "EUR/GBP 2026-11-18 0.8455",
    ]);
  });

  test("are refused by row, and then nothing is written", async () => {
    const rows = [
      "base,quote,day,rate",
      "EUR,GBP,2026-11-18,0.84",
      "EUR,XXX,2026-11-18,0.84",
      "EUR,EUR,2026-11-18,1",
      "EUR,GBP,2026-02-30,0.84",
      "EUR,GBP,2027-01-01,0.84",
      "EUR,GBP,2026-11-17,0",
      "EUR,GBP,2026-11-16,1e3",
      "EUR,GBP,2026-11-18,0.85",
    ];
    const answer = await loaded(rows.join("\n"));
    const told = answer.problems.map(
      ({ row, field }: { row: number; field: string }) => `${row} ${field}`,
    );
    expect(told).toEqual(["3 quote", "4 quote", "5 day", "6 day", "7 rate", "8 rate", "9 rate"]);
    expect(answer.created).toBe(0);
    expect((await listed()).nodes).toEqual([]);
  });

  test("are refused without their columns", async () => {
    const answer = await loaded("from,to,day,rate\nEUR,GBP,2026-11-18,0.84");
    expect(answer.problems).toMatchObject([
      { row: 1, message: expect.stringContaining("base, quote") },
    ]);
  });

  test("are listed in pages, of one currency if asked", async () => {
    const days = ["11", "12", "13", "14", "15"];
    const rates = days.flatMap((day) => [
      `EUR,GBP,2026-11-${day},0.84`,
      `USD,GBP,2026-11-${day},0.77`,
    ]);
    await loaded(["base,quote,day,rate", ...rates].join("\n"));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listed>> = await listed({
        base: "EUR",
        first: 2,
        after,
      });
      seen.push(...lines(page.nodes));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(days.toReversed().map((day) => `EUR/GBP 2026-11-${day} 0.84`));
  });

  test("are taken away one by one, and the log tells of both", async () => {
    await loaded("base,quote,day,rate\nEUR,GBP,2026-11-18,0.84");
    const remove = `mutation { deleteRate(base: "EUR", quote: "GBP", day: "2026-11-18") {
      __typename ... on ExchangeRate { rate } ... on Problem { code } } }`;
    const gone = await ask(app, viewerIn(organisation), remove);
    expect(gone.data.deleteRate).toMatchObject({ rate: "0.84" });
    const again = await ask(app, viewerIn(organisation), remove);
    expect(again.data.deleteRate).toMatchObject({ code: "NOT_FOUND" });
    const { data } = await ask(
      app,
      viewerIn(organisation),
      "{ auditEntries { edges { node { summary } } } }",
    );
    expect(
      data.auditEntries.edges
        .slice(0, 2)
        .map(({ node }: { node: { summary: string } }) => node.summary),
    ).toEqual([
      "Took the exchange rate EUR/GBP of 2026-11-18, which was 0.84, away.",
      "Loaded exchange rates of EUR/GBP, new: 1, changed: 0.",
    ]);
  });

  test("are read for a run, of one organisation only", async () => {
    await loaded("base,quote,day,rate\nEUR,GBP,2026-11-10,0.8\nEUR,GBP,2026-10-01,0.7");
    const day = localDate("2026-11-12");
    const read = (id: string) =>
      readAsOrganisation(app.database, id, (sql) => readRates(sql, { from: day, to: day }));
    const table = await read(organisation.id);
    expect(convert(table, 1_000n, "EUR", "GBP", day)).toEqual({ amountMinor: 800n, rate: "0.8" });
    expect(table.get("EUR/GBP")).toHaveLength(1);
    expect(await read((await addOrganisation(app)).id)).toEqual(new Map());
  });

  test("queue a run when they change something", async () => {
    await loaded("base,quote,day,rate\nEUR,GBP,2026-11-18,0.84");
    const { rows } = await app.database.pool.query(
      "SELECT key FROM graphile_worker.jobs WHERE key = $1",
      [`match:${organisation.id}`],
    );
    expect(rows).toHaveLength(1);
  });
});
