/** Trying profiles, thresholds and rules over what an organisation has decided, through the API. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { asOrganisation, readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import { declineCandidate } from "../../../server/src/features/reconciliation/decline-candidate.ts";
import { excludeTransaction } from "../../../server/src/features/reconciliation/exclude-transaction.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { ThreadFailed } from "../../../server/src/features/reconciliation/runs/run-in-thread.ts";
import { readReplays } from "../../../server/src/features/replays/match-replay.ts";
import { performReplay } from "../../../server/src/features/replays/perform-replay.ts";
import { replayInThread } from "../../../server/src/features/replays/replay-in-thread.ts";
import { replayMatching } from "../../../server/src/features/replays/replay-matching.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs } from "../../support/queue.ts";
import {
  addOpenItems,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
} from "../../support/world.ts";
import { type Books, openBooks } from "../reconciliation/books.ts";

let database: TestDatabase;
let app: TestApp;
let books: Books;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  books = await openBooks(app);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const owner = () => viewerIn(books.organisation);

/** Two matches by themselves, one by hand against what the reference names, and one line left out. */
async function decide() {
  const { organisation, accountId } = books;
  const [first = "", second = "", third = "", other = ""] = await addOpenItems(
    app,
    organisation.id,
    [
      { number: "INV-2001", amountMinor: 10_100n },
      { number: "INV-2002", amountMinor: 10_200n },
      { number: "INV-2003", amountMinor: 10_300n },
      { number: "CR-9777", amountMinor: 10_300n },
    ],
  );
  const [one = "", two = "", odd = "", charge = ""] = await addTransactions(
    app,
    organisation.id,
    accountId,
    [
      { reference: "INV-2001", amountMinor: 10_100n, counterpartyName: "Acorn Ltd" },
      { reference: "INV-2002", amountMinor: 10_200n, counterpartyName: "Acorn Ltd" },
      { reference: "INV-2003", amountMinor: 10_300n, counterpartyName: "Acorn Ltd" },
      { description: "Bank charge", amountMinor: -555n },
    ],
  );
  await confirmMatch(app, owner(), [{ transactionId: odd, openItemId: other, amount: "103.00" }]);
  await excludeTransaction(app, owner(), { id: charge, reason: "Charges" });
  await runMatching(app, organisation.id);
  return { one, two, odd, charge, first, second, third, other };
}

const figures = "automatic right wrong missed precision recall wronglyCleared { amount currency }";
const replayFields = `id status progress failure requestedBy finishedAt
  subject { kind label family version automaticScoreMin marginPoints profile { id } rule { id } }
  result { decided decidedByPeople unjudged ${figures} byPeople { ${figures} } today { ${figures} }
    differenceCount bounded differences { kind message amount { amount } transaction { id } was { number } would { number } } }`;
const outcome = `__typename ... on MatchReplay { ${replayFields} } ... on Problem { code message }`;

async function asked(document: string, variables = {}, role: "owner" | "viewer" = "owner") {
  const { data, errors } = await ask(app, viewerIn(books.organisation, role), document, variables);
  expect(errors).toEqual([]);
  return data;
}

async function request(variables: object, role: "owner" | "viewer" = "owner") {
  const data = await asked(
    `mutation ($profileId: ID, $version: Int, $definition: ProfileDefinitionInput, $family: ProfileFamily,
      $automaticScoreMin: Int, $marginPoints: Int) {
      replayProfile(profileId: $profileId, version: $version, definition: $definition, family: $family,
        automaticScoreMin: $automaticScoreMin, marginPoints: $marginPoints) { ${outcome} } }`,
    variables,
    role,
  );
  return data.replayProfile;
}

async function requestRule(variables: object) {
  const data = await asked(
    `mutation ($ruleId: ID, $conditions: RuleConditionsInput, $action: RuleActionInput) {
      replayRule(ruleId: $ruleId, conditions: $conditions, action: $action) { ${outcome} } }`,
    variables,
  );
  return data.replayRule;
}

/** Runs what was asked for, and reads it as somebody who may only look. */
async function performed({ id }: { id: string }): Promise<Answer["data"]> {
  expect(await runJobs(app)).toEqual([]);
  const data = await asked(
    `query ($id: ID!) { matchReplay(id: $id) { ${replayFields} } }`,
    { id },
    "viewer",
  );
  return data.matchReplay;
}

const contains = (value: string) => ({ texts: [{ field: "ANY", test: "CONTAINS", value }] });

/** A built-in definition as a caller gives it. */
function definition(changes: object = {}) {
  const { residuals, points, name: _n, version: _v, family: _f, ...rest } = builtInProfiles.invoice;
  const { bankFeePercent, discountPercents, exchangePercent } = residuals;
  return {
    ...rest,
    points: Object.entries(points).map(([signal, value]) => ({ signal, points: value })),
    residuals: {
      ...{ roundingMax: "0.05", bankFeeMax: "35.00", bankFeePercent },
      ...{ discountPercents, exchangePercent },
    },
    ...changes,
  };
}

describe("a profile", () => {
  test("is held against what was decided: right, wrong, missed, and the money wrongly cleared", async () => {
    const { odd } = await decide();
    const begun = await request({ family: "INVOICE" });
    expect(begun).toMatchObject({
      status: "RUNNING",
      progress: 0,
      result: null,
      requestedBy: owner().actor.name,
      subject: { kind: "PROFILE", family: "INVOICE", version: 1, profile: { id: "invoice" } },
    });
    const done = await performed(begun);
    expect(done).toMatchObject({ status: "COMPLETE", progress: 1, failure: null });
    const right = {
      ...{ automatic: 3, right: 2, wrong: 1, missed: 0, precision: 2 / 3, recall: 2 / 3 },
      wronglyCleared: [{ amount: "103.00", currency: "GBP" }],
    };
    expect(done.result).toMatchObject({
      ...{ decided: 4, decidedByPeople: 2, unjudged: 0, bounded: false },
      ...right,
      today: right,
      byPeople: { automatic: 1, right: 0, wrong: 1 },
      differenceCount: 1,
      differences: [
        {
          kind: "WRONG",
          amount: { amount: "103.00" },
          transaction: { id: odd },
          was: [{ number: "CR-9777" }],
          would: [{ number: "INV-2003" }],
        },
      ],
    });
    expect(done.result.differences[0].message).toMatch(
      /^It would be matched with INV-2003 .*; it was matched with CR-9777 .*\.$/,
    );
  });

  test("with a threshold that nothing reaches leaves all to people, and says what that costs", async () => {
    await decide();
    const begun = await request({ family: "INVOICE", automaticScoreMin: 200 });
    expect(begun.subject).toMatchObject({ kind: "THRESHOLD", automaticScoreMin: 200 });
    const { result } = await performed(begun);
    expect(result).toMatchObject({
      ...{ automatic: 0, right: 0, wrong: 0, missed: 3, precision: null, recall: 0 },
      ...{ wronglyCleared: [], today: { automatic: 3, right: 2 } },
    });
    expect(result.differences.map(({ kind }: Answer["data"]) => kind)).toContain("MISSED");
  });

  test("that is stored is tried in the version that is asked for, and one that is not stored as given", async () => {
    await decide();
    const made = await asked(
      `mutation ($input: ProfileInput!) { createProfile(input: $input) { ... on MatchingProfile { id } } }`,
      {
        input: {
          name: "Strict",
          family: "INVOICE",
          definition: definition({ automaticScoreMin: 200 }),
        },
      },
    );
    const { id } = made.createProfile;
    await asked(
      `mutation ($id: ID!, $input: ProfileChangeInput!) { changeProfile(id: $id, input: $input) { __typename } }`,
      { id, input: { definition: definition(), note: "As built in" } },
    );
    const first = await performed(await request({ profileId: id, version: 1 }));
    expect(first.subject).toMatchObject({ label: "Strict, version 1", version: 1 });
    expect(first.result).toMatchObject({ automatic: 0, missed: 3 });
    const latest = await performed(await request({ profileId: id }));
    expect(latest.subject).toMatchObject({ version: 2, profile: { id } });
    expect(latest.result).toMatchObject({ automatic: 3, right: 2 });
    const draft = await performed(
      await request({ family: "INVOICE", definition: definition({ automaticScoreMin: 200 }) }),
    );
    expect(draft.subject).toMatchObject({ version: null, profile: null });
    expect(draft.result).toMatchObject({ automatic: 0, missed: 3 });
  });

  test("a pair that somebody declined counts as wrong", async () => {
    const { organisation, accountId } = books;
    const [openItemId = ""] = await addOpenItems(app, organisation.id, [{ number: "INV-3001" }]);
    const [transactionId = ""] = await addTransactions(app, organisation.id, accountId, [
      { reference: "INV-3001", counterpartyName: "Acorn Ltd" },
    ]);
    await declineCandidate(app, owner(), { transactionId, openItemId });
    const { result } = await performed(await request({ family: "INVOICE" }));
    expect(result).toMatchObject({ right: 0, wrong: 1 });
    expect(result.differences[0].message).toContain("which somebody has declined");
  });

  test("of nothing decided is told so", async () => {
    const { result } = await performed(await request({ family: "DEMAND" }));
    expect(result).toMatchObject({ decided: 0, automatic: 0, precision: null, recall: null });
  });

  test("cannot be asked for by who may only look, nor without saying which", async () => {
    expect(await request({ family: "INVOICE" }, "viewer")).toMatchObject({ code: "FORBIDDEN" });
    expect(await request({})).toMatchObject({ code: "INVALID_INPUT" });
    expect(await request({ profileId: "nonsense" })).toMatchObject({ code: "NOT_FOUND" });
    expect(await request({ profileId: "invoice", version: 7 })).toMatchObject({
      code: "NOT_FOUND",
    });
    expect(await request({ family: "INVOICE", marginPoints: -1 })).toMatchObject({
      __typename: "ProfileProblem",
    });
  });
});

describe("a rule", () => {
  test("that leaves out what was matched is wrong by that money; one that leaves out what was left out is right", async () => {
    await decide();
    const exclude = { kind: "EXCLUDE", reason: "Charges" };
    const wrong = await performed(
      await requestRule({ conditions: contains("INV-2001"), action: exclude }),
    );
    expect(wrong.subject).toMatchObject({ kind: "RULE", rule: null });
    expect(wrong.result).toMatchObject({
      ...{ right: 0, wrong: 1, wronglyCleared: [{ amount: "101.00", currency: "GBP" }] },
      ...{ today: { right: 0, wrong: 0 } },
      differences: [{ kind: "WRONG", was: [{ number: "INV-2001" }], would: [] }],
    });
    const right = await performed(
      await requestRule({ conditions: contains("bank charge"), action: exclude }),
    );
    expect(right.result).toMatchObject({ right: 1, wrong: 0, precision: 1 });
  });

  test("that is stored is tried as it stands, or as it would be", async () => {
    await decide();
    const made = await asked(
      `mutation ($input: RuleInput!) { createRule(input: $input) { ... on MatchingRule { id } } }`,
      {
        input: {
          name: "Charges",
          conditions: contains("bank charge"),
          action: { kind: "EXCLUDE", reason: "Charges" },
          enabled: true,
        },
      },
    );
    const ruleId = made.createRule.id;
    const asIs = await performed(await requestRule({ ruleId }));
    expect(asIs.subject).toMatchObject({ label: "Charges", rule: { id: ruleId } });
    expect(asIs.result).toMatchObject({ right: 1, wrong: 0, today: { right: 1, wrong: 0 } });
    const wider = await performed(
      await requestRule({
        ruleId,
        conditions: { currency: "GBP" },
        action: { kind: "EXCLUDE", reason: "Charges" },
      }),
    );
    expect(wider.result).toMatchObject({ right: 1, wrong: 3, today: { right: 1, wrong: 0 } });
  });

  test("of bad input is refused", async () => {
    expect(await requestRule({ ruleId: "nonsense" })).toMatchObject({ code: "NOT_FOUND" });
    expect(await requestRule({})).toMatchObject({ code: "INVALID_INPUT" });
    expect(await requestRule({ conditions: contains("x") })).toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});

describe("a replay", () => {
  /** All rows of all tables that have an organisation, but of those that tell of the replay itself. */
  const dump = () =>
    asOrganisation(app.database, books.organisation.id, async (tx) => {
      const tables = await tx.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name = 'organisation_id' AND table_name <> 'match_replay'
           AND table_name NOT LIKE '%event%' ORDER BY 1`,
      );
      const rows: Record<string, unknown> = {};
      for (const { name } of tables) {
        rows[name] = await tx.query(`SELECT * FROM "${name}" t ORDER BY t::text`);
      }
      return rows;
    });

  test("changes nothing but its own row", async () => {
    await decide();
    await runJobs(app);
    const begun = [
      await request({ family: "INVOICE", automaticScoreMin: 60, marginPoints: 1 }),
      await requestRule({ conditions: { currency: "GBP" }, action: { kind: "TRANSFER" } }),
    ];
    const before = await dump();
    expect(Object.keys(before).length).toBeGreaterThan(20);
    for (const one of begun) expect((await performed(one)).status).toBe("COMPLETE");
    expect(await dump()).toEqual(before);
  });

  test("tells subscribers when it was asked for and when it has ended", async () => {
    const { id } = await request({ family: "INVOICE" });
    const told = async () =>
      (
        await readAsOrganisation(app.database, books.organisation.id, (sql) =>
          sql.query<{ count: bigint }>(
            `SELECT count(*) FROM event WHERE topic = 'matching.changed' AND payload->'replayIds' ? $1`,
            [id],
          ),
        )
      )[0]?.count;
    expect(await told()).toBe(1n);
    await runJobs(app);
    expect(Number(await told())).toBeGreaterThanOrEqual(2);
  });

  test("comes to the same in a thread, which is bounded in memory", async () => {
    await decide();
    const { id } = await request({ family: "INVOICE" });
    const [replay] = await readAsOrganisation(app.database, books.organisation.id, (sql) =>
      readReplays(sql, [id]),
    );
    if (!replay) throw new TypeError("it was asked for");
    const { subject } = replay;
    const here = await performReplay(app.database, books.organisation.id, subject, () => {});
    const { databaseUrl } = app.config;
    const task = { databaseUrl, organisationId: books.organisation.id, subject };
    const shares: number[] = [];
    expect(await replayInThread(task, (share) => shares.push(share))).toEqual(here);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    await expect(replayInThread(task, () => {}, { heapMbMax: 4 })).rejects.toBeInstanceOf(
      ThreadFailed,
    );
  });

  test("looks at the newest decisions only, and says so", async () => {
    await decide();
    const { id } = await request({ family: "INVOICE" });
    const [replay] = await readAsOrganisation(app.database, books.organisation.id, (sql) =>
      readReplays(sql, [id]),
    );
    if (!replay) throw new TypeError("it was asked for");
    const few = await performReplay(
      app.database,
      books.organisation.id,
      replay.subject,
      () => {},
      2,
    );
    expect(few).toMatchObject({ bounded: true, decided: 2 });
  });

  test("that dies is begun again, and one that fails for good says so to people", async () => {
    await decide();
    const { id } = await request({ family: "INVOICE" });
    const set = (change: string) =>
      asOrganisation(app.database, books.organisation.id, (tx) =>
        tx.query(`UPDATE match_replay SET ${change} WHERE id = $1`, [id]),
      );
    const [before] = await readAsOrganisation(app.database, books.organisation.id, (sql) =>
      readReplays(sql, [id]),
    );
    const job = { organisationId: books.organisation.id, replayId: id };
    const state = async () =>
      (await asked("query ($id: ID!) { matchReplay(id: $id) { status failure } }", { id }))
        .matchReplay;
    await set(
      `subject = '{"kind": "profile", "family": "invoice", "name": "Broken", "label": "Broken"}', progress = 400`,
    );
    await expect(replayMatching(app, job)).rejects.toThrow();
    expect(await state()).toEqual({ status: "RUNNING", failure: null });
    await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query("UPDATE match_replay SET subject = $2 WHERE id = $1", [
        id,
        JSON.stringify(before?.subject),
      ]),
    );
    await replayMatching(app, job);
    expect(await state()).toEqual({ status: "COMPLETE", failure: null });
    // Once it has ended, another try does nothing.
    await replayMatching(app, job);

    const other = await request({ family: "INVOICE" });
    await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query(
        `UPDATE match_replay SET subject = '{"kind": "profile", "family": "invoice", "name": "Broken", "label": "Broken"}' WHERE id = $1`,
        [other.id],
      ),
    );
    const last = { organisationId: books.organisation.id, replayId: other.id };
    await expect(replayMatching(app, last, { last: true })).rejects.toThrow();
    const failed = await asked(
      "query ($id: ID!) { matchReplay(id: $id) { status failure finishedAt } }",
      {
        id: other.id,
      },
    );
    expect(failed.matchReplay).toEqual({
      status: "FAILED",
      failure: "Something went wrong on our side; the log says more.",
      finishedAt: app.now().toISOString(),
    });
  });

  test("is refused while too many are under way, and one that was forgotten is no hindrance", async () => {
    for (let count = 0; count < 5; count += 1) await request({ family: "INVOICE" });
    expect(await request({ family: "INVOICE" })).toMatchObject({ code: "CONFLICT" });
    app.advance(25 * 3_600_000);
    expect(await request({ family: "INVOICE" })).toMatchObject({ status: "RUNNING" });
    const data = await asked("{ matchReplays(first: 10) { status failure } }", {}, "viewer");
    expect(data.matchReplays.map(({ status }: Answer["data"]) => status)).toEqual([
      "RUNNING",
      ...Array.from({ length: 5 }, () => "FAILED"),
    ]);
  });

  test("of another organisation is not there", async () => {
    const { id } = await request({ family: "INVOICE" });
    const stranger = await openBooks(app);
    const { data } = await ask(
      app,
      viewerIn(stranger.organisation),
      "query ($id: ID!) { matchReplay(id: $id) { id } matchReplays { id } }",
      { id },
    );
    expect(data).toEqual({ matchReplay: null, matchReplays: [] });
  });
});
