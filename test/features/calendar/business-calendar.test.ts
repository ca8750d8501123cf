import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
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

const fields = "weekendDays holidays { day name }";
const mutation = `mutation ($input: BusinessCalendarInput!) { setBusinessCalendar(input: $input) {
  ... on BusinessCalendar { ${fields} }
  ... on Problem { code message } ... on InvalidInputProblem { field }
} }`;

async function set(input: object, role: "accountant" | "viewer" = "accountant") {
  const { data } = await ask(app, viewerIn(organisation, role), mutation, { input });
  return data.setBusinessCalendar;
}

async function calendar() {
  const { data } = await ask(
    app,
    viewerIn(organisation, "viewer"),
    `{ businessCalendar { ${fields} } }`,
  );
  return data.businessCalendar;
}

describe("the business calendar", () => {
  test("rests on Saturday and Sunday at first, and is set as a whole", async () => {
    expect(await calendar()).toEqual({ weekendDays: [6, 7], holidays: [] });
    const christmas = { day: "2026-12-25", name: "Christmas Day" };
    const newYear = { day: "2027-01-01", name: "New Year" };
    const wanted = { weekendDays: [5, 6], holidays: [christmas, newYear] };
    expect(await set({ weekendDays: [6, 5, 6], holidays: [newYear, christmas] })).toEqual(wanted);
    expect(await calendar()).toEqual(wanted);
    await set({ weekendDays: [], holidays: [newYear] });
    expect(await calendar()).toEqual({ weekendDays: [], holidays: [newYear] });
    const { data } = await ask(
      app,
      viewerIn(organisation),
      "{ auditEntries(first: 1) { edges { node { summary } } } }",
    );
    expect(data.auditEntries.edges[0].node.summary).toBe(
      "Set the business calendar, with holidays: 1.",
    );
  });

  test.each([
    [{ weekendDays: [1, 2, 3, 4, 5, 6, 7], holidays: [] }, "weekendDays"],
    [{ weekendDays: [0], holidays: [] }, "weekendDays"],
    [{ weekendDays: [], holidays: [{ day: "2026-12-25", name: " " }] }, "holidays"],
    [{ weekendDays: [], holidays: [{ day: "1999-12-25", name: "Past" }] }, "holidays"],
    [
      {
        weekendDays: [],
        holidays: [1, 2].map((n) => ({ day: "2026-12-25", name: `Christmas ${n}` })),
      },
      "holidays",
    ],
  ])("refuses %j", async (input, field) => {
    expect(await set(input)).toMatchObject({ code: "INVALID_INPUT", field });
    expect(await calendar()).toEqual({ weekendDays: [6, 7], holidays: [] });
  });

  test("is not for everybody to set, nor in the database without a day of business", async () => {
    expect(await set({ weekendDays: [], holidays: [] }, "viewer")).toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(
      asOrganisation(app.database, organisation.id, (tx) =>
        tx.query("UPDATE organisation SET weekend_days = ARRAY[1,2,3,4,5,6,7]"),
      ),
    ).rejects.toThrow(/organisation_weekend_days/);
  });
});

describe("public holidays", () => {
  const query = `query ($country: String!, $year: Int!) {
    publicHolidays(country: $country, year: $year) { day name }
  }`;
  const holidays = async (country: string, year: number): Promise<string[]> => {
    const { data, errors } = await ask(app, viewerIn(organisation, "viewer"), query, {
      country,
      year,
    });
    if (errors.length > 0) return errors.map(({ code }) => code ?? "");
    return data.publicHolidays.map(({ day }: { day: string }) => day);
  };

  test("are known for a country and its parts, with the days that stand in", async () => {
    expect(await holidays("GB", 2026)).toEqual([
      "2026-01-01",
      "2026-04-03",
      "2026-04-06",
      "2026-05-04",
      "2026-05-25",
      "2026-12-25",
      "2026-12-26",
      "2026-12-28",
    ]);
    expect(await holidays("gb-eng", 2026)).toContain("2026-08-31");
    expect(await holidays("GB-SCT", 2026)).toContain("2026-11-30");
    // What is merely observed, such as Mother's Day, is not among them.
    expect(await holidays("US", 2026)).not.toContain("2026-05-10");
    // Feasts of several days are so many days.
    expect((await holidays("SA", 2026)).length).toBeGreaterThan(6);
  });

  test("are refused where there are none to know", async () => {
    expect(await holidays("XX", 2026)).toEqual(["INVALID_INPUT"]);
    expect(await holidays("__proto__", 2026)).toEqual(["INVALID_INPUT"]);
    expect(await holidays("GB-NOWHERE", 2026)).toEqual(["INVALID_INPUT"]);
    expect(await holidays("GB", 1999)).toEqual(["INVALID_INPUT"]);
  });

  test("are offered for the countries of the world", async () => {
    const { data } = await ask(
      app,
      viewerIn(organisation, "viewer"),
      "{ businessCalendar { countries { code name } } }",
    );
    const { countries } = data.businessCalendar;
    expect(countries.length).toBeGreaterThan(150);
    expect(countries).toContainEqual({ code: "IE", name: "Ireland" });
    expect(countries).toContainEqual({ code: "GB-SCT", name: "United Kingdom, Scotland" });
  });
});
