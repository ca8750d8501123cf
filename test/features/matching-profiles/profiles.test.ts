/** Scoring profiles: made, changed by version, chosen, archived, and read by a run. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  builtInProfiles,
  invoiceProfile,
  type ProfileFamily,
} from "../../../server/src/core/matching/profile.ts";
import { readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { readProfilesInUse } from "../../../server/src/features/matching-profiles/read-profiles-in-use.ts";
import { type Answer, ask } from "../../support/ask.ts";
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

const definitionFields = `points { signal points } automaticScoreMin suggestionScoreMin marginPoints tolerancePercent
  ratePercent dateWindowDays earlyDaysMax neighbourDistanceMax
  residuals { roundingMax bankFeeMax bankFeePercent discountPercents exchangePercent shortPaymentMax shortPaymentPercent }`;
const refusal = "... on Problem { code message }";
const archived = `__typename ... on MatchingProfile { id name version inUse archivedAt definition { ${definitionFields} } } ${refusal}`;
const answer = `${archived} ... on ProfileProblem { fields { field message } }`;
const choice = `__typename ... on MatchingChoice { version automatic chosenBy profile { id } } ${refusal}`;

async function change(
  document: string,
  variables = {},
  role: "owner" | "viewer" = "owner",
): Promise<Answer["data"]> {
  const { data, errors } = await ask(app, viewerIn(organisation, role), document, variables);
  expect(errors).toEqual([]);
  return Object.values(data)[0];
}

const create = (input: object, role: "owner" | "viewer" = "owner") =>
  change(
    `mutation ($input: ProfileInput!) { createProfile(input: $input) { ${answer} } }`,
    { input },
    role,
  );
const revise = (id: string, input: object) =>
  change(
    `mutation ($id: ID!, $input: ProfileChangeInput!) { changeProfile(id: $id, input: $input) { ${answer} } }`,
    { id, input },
  );
const archive = (id: string) =>
  change(`mutation ($id: ID!) { archiveProfile(id: $id) { ${archived} } }`, { id });
const choose = (variables: object) =>
  change(
    `mutation ($family: ProfileFamily = INVOICE, $id: ID, $version: Int, $automatic: Boolean) {
      chooseProfile(family: $family, profileId: $id, version: $version, automatic: $automatic) { ${choice} } }`,
    variables,
  );

/** A built-in definition as a caller gives it, changed. */
function given(
  changes: object = {},
  points: Record<string, number> = {},
  family: ProfileFamily = "invoice",
) {
  const {
    residuals,
    points: own,
    name: _n,
    version: _v,
    family: _f,
    ...rest
  } = builtInProfiles[family];
  return {
    ...rest,
    points: Object.entries({ ...own, ...points }).map(([signal, value]) => ({
      signal,
      points: value,
    })),
    residuals: {
      roundingMax: "0.05",
      bankFeeMax: "35.00",
      bankFeePercent: residuals.bankFeePercent,
      discountPercents: residuals.discountPercents,
      exchangePercent: residuals.exchangePercent,
    },
    ...changes,
  };
}

const inUse = () =>
  readAsOrganisation(app.database, organisation.id, (sql) => readProfilesInUse(sql));

describe("scoring profiles", () => {
  test("are the two that are built in, until somebody chooses", async () => {
    const { data } = await ask(
      app,
      viewerIn(organisation, "viewer"),
      `{ matchingProfiles { id builtIn inUse version versions { version createdBy } definition { ${definitionFields} } }
         matchingChoices { family version automatic chosenBy profile { id } } }`,
    );
    expect(data.matchingProfiles.map((one: { id: string }) => one.id)).toEqual([
      "invoice",
      "demand",
    ]);
    const [invoice, demand] = data.matchingProfiles;
    expect(invoice.versions).toEqual([{ version: 1, createdBy: null }]);
    expect(demand.definition.points).toContainEqual({ signal: "unit_in_reference", points: 30 });
    expect(
      invoice.definition.points.some(
        (one: { signal: string }) => one.signal === "unit_in_reference",
      ),
    ).toBe(false);
    expect(invoice.definition.residuals).toMatchObject({
      ...{ roundingMax: "0.05", bankFeeMax: "35.00", shortPaymentMax: "0.00" },
      shortPaymentPercent: 0,
    });
    expect(data.matchingChoices).toMatchObject([
      { family: "INVOICE", automatic: true, chosenBy: null, profile: { id: "invoice" } },
      { family: "DEMAND", automatic: true, chosenBy: null, profile: { id: "demand" } },
    ]);
    expect(await inUse()).toEqual({
      profiles: builtInProfiles,
      automatic: { invoice: true, demand: true },
    });
  });

  test("of one's own decide by the version that was chosen, and not by a later one", async () => {
    const made = await create({
      name: "Careful",
      family: "INVOICE",
      definition: given({ automaticScoreMin: 85 }),
    });
    expect(made).toMatchObject({ version: 1, inUse: false, definition: { automaticScoreMin: 85 } });
    expect(await choose({ id: made.id })).toMatchObject({ version: 1, automatic: true });
    const second = await revise(made.id, {
      definition: given({ automaticScoreMin: 95 }),
      note: "Still too many",
    });
    expect(second).toMatchObject({
      version: 2,
      inUse: true,
      definition: { automaticScoreMin: 95 },
    });
    expect((await inUse()).profiles.invoice).toEqual({
      ...invoiceProfile,
      name: "Careful",
      version: 1,
      automaticScoreMin: 85,
      residuals: { ...invoiceProfile.residuals },
    });
    expect(await choose({ id: made.id })).toMatchObject({ version: 2 });
    expect((await inUse()).profiles.invoice).toMatchObject({ version: 2, automaticScoreMin: 95 });
    expect(await choose({ id: made.id, version: 1, automatic: false })).toMatchObject({
      version: 1,
      automatic: false,
    });
    expect((await inUse()).automatic).toEqual({ invoice: false, demand: true });
    expect(await choose({})).toMatchObject({ automatic: false, profile: { id: "invoice" } });
    expect((await inUse()).profiles).toEqual(builtInProfiles);
  });

  test("make no version for what says nothing new, and keep each version as it was", async () => {
    const made = await create({ name: "Careful", family: "INVOICE", definition: given() });
    expect(await revise(made.id, { definition: given(), note: "Same" })).toMatchObject({
      version: 1,
    });
    await revise(made.id, { definition: given({}, { name_exact: 30 }), note: "More for names" });
    const { data } = await ask(
      app,
      viewerIn(organisation),
      `{ matchingProfiles { id versions { version note definition { points { signal points } } } } }`,
    );
    const { versions } = data.matchingProfiles.at(-1);
    const pointsOf = (at: number) =>
      versions[at].definition.points.find((one: { signal: string }) => one.signal === "name_exact")
        .points;
    expect(
      versions.map(({ version, note }: { version: number; note: string }) => [version, note]),
    ).toEqual([
      [2, "More for names"],
      [1, null],
    ]);
    expect([pointsOf(0), pointsOf(1)]).toEqual([30, 25]);
  });

  test("are refused field by field, and all at once", async () => {
    const refused = await create({
      name: "Wild",
      family: "INVOICE",
      definition: given(
        {
          marginPoints: 0,
          tolerancePercent: 60,
          residuals: { ...given().residuals, roundingMax: "x" },
        },
        { name_exact: 101 },
      ),
    }).catch(() => null);
    // The scalar itself refuses what is no decimal.
    expect(refused).toBeNull();
    const answered = await create({
      name: "Wild",
      family: "INVOICE",
      definition: given(
        {
          marginPoints: 0,
          tolerancePercent: 60,
          residuals: { ...given().residuals, roundingMax: "99.00", discountPercents: [2, 2] },
        },
        { name_exact: 101, unit_in_reference: 5 },
      ),
    });
    expect(answered.code).toBe("PROFILE_INVALID");
    expect(answered.fields.map((one: { field: string }) => one.field).sort()).toEqual([
      "marginPoints",
      "points.name_exact",
      "points.unit_in_reference",
      "residuals.discountPercents",
      "residuals.roundingMax",
      "tolerancePercent",
    ]);
    const unknown = await create({
      name: "Wild",
      family: "INVOICE",
      definition: { ...given(), points: [{ signal: "weather", points: 3 }] },
    });
    expect(unknown.fields).toEqual([
      { field: "points.weather", message: "There is no such signal." },
    ]);
  });

  test("never match by an amount alone, nor by an amount with a date, in the invoice family", async () => {
    const alone = await create({
      name: "A",
      family: "INVOICE",
      definition: given({}, { amount_exact: 70 }),
    });
    expect(alone.fields).toEqual([
      { field: "automaticScoreMin", message: expect.stringContaining("An amount alone") },
    ]);
    const dated = await create({
      name: "A",
      family: "INVOICE",
      definition: given({ automaticScoreMin: 50 }),
    });
    expect(dated.fields).toEqual([
      { field: "automaticScoreMin", message: expect.stringContaining("fitting date") },
    ]);
    const demand = given({ automaticScoreMin: 40 }, {}, "demand");
    expect(await create({ name: "A", family: "DEMAND", definition: demand })).toMatchObject({
      version: 1,
    });
  });

  test("are archived only when they are not in use", async () => {
    const made = await create({ name: "Careful", family: "INVOICE", definition: given() });
    await choose({ id: made.id });
    expect(await archive(made.id)).toMatchObject({ code: "CONFLICT" });
    await choose({});
    expect((await archive(made.id)).archivedAt).not.toBeNull();
    expect(await choose({ id: made.id })).toMatchObject({ code: "CONFLICT" });
    expect(await revise(made.id, { definition: given({}, { name_exact: 1 }) })).toMatchObject({
      code: "CONFLICT",
    });
    const listed = await ask(app, viewerIn(organisation), "{ matchingProfiles { id } }");
    expect(listed.data.matchingProfiles).toHaveLength(2);
  });

  test("that are built in are not changed, and their names are nobody else's", async () => {
    expect(await revise("invoice", { definition: given() })).toMatchObject({ code: "CONFLICT" });
    expect(await archive("demand")).toMatchObject({ code: "CONFLICT" });
    const named = { name: "Invoice", family: "INVOICE", definition: given() };
    expect(await create(named)).toMatchObject({ code: "INVALID_INPUT" });
    await create({ ...named, name: "Ours" });
    expect(await create({ ...named, name: "Ours" })).toMatchObject({ code: "CONFLICT" });
  });

  test("are chosen for their own family only, in a version that exists", async () => {
    const made = await create({ name: "Careful", family: "INVOICE", definition: given() });
    expect(await choose({ id: made.id, family: "DEMAND" })).toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(await choose({ id: made.id, version: 2 })).toMatchObject({ code: "NOT_FOUND" });
  });

  test("are kept by those who may, and the log tells", async () => {
    const input = { name: "Careful", family: "INVOICE", definition: given() };
    expect(await create(input, "viewer")).toMatchObject({ code: "FORBIDDEN" });
    const made = await create(input);
    await choose({ id: made.id, automatic: false });
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
      "Chose the scoring profile “Careful”, version 1, for invoices and expenses, automatic matching: off.",
      "Added the scoring profile “Careful”.",
    ]);
  });

  test("queue a run when they are chosen, and none when nothing changes", async () => {
    const jobs = async () => {
      const { rows } = await app.database.pool.query(
        "SELECT FROM graphile_worker.jobs WHERE key = $1",
        [`match:${organisation.id}`],
      );
      return rows.length;
    };
    await choose({});
    expect(await jobs()).toBe(0);
    await choose({ automatic: false });
    expect(await jobs()).toBe(1);
  });
});
