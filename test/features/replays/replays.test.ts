/** Trying profiles, thresholds and rules over what an organisation has decided, through the API. */
import { describe, expect, test } from "vitest";
import { declineCandidate } from "../../../server/src/features/reconciliation/decline-candidate.ts";
import type { Answer } from "../../support/ask.ts";
import { addOpenItems, addTransactions } from "../../support/world.ts";
import { contains } from "../reconciliation/rule-books.ts";
import { definition, replayBooks } from "./replay-books.ts";

const { app, books, owner, decide, asked, request, requestRule, performed } = replayBooks();

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
    const { organisation, accountId } = books();
    const [openItemId = ""] = await addOpenItems(app(), organisation.id, [{ number: "INV-3001" }]);
    const [transactionId = ""] = await addTransactions(app(), organisation.id, accountId, [
      { reference: "INV-3001", counterpartyName: "Acorn Ltd" },
    ]);
    await declineCandidate(app(), owner(), { transactionId, openItemId });
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
