/** Replays through the API: what was decided, and what tests ask to be tried over it. */
import { expect } from "vitest";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import { excludeTransaction } from "../../../server/src/features/reconciliation/exclude-transaction.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { runJobs } from "../../support/queue.ts";
import { addOpenItems, addTransactions, viewerIn } from "../../support/world.ts";
import { newBooks } from "../reconciliation/books.ts";

const figures = "automatic right wrong missed precision recall wronglyCleared { amount currency }";
const replayFields = `id status progress failure requestedBy finishedAt
  subject { kind label family version automaticScoreMin marginPoints profile { id } rule { id } }
  result { decided decidedByPeople unjudged ${figures} byPeople { ${figures} } today { ${figures} }
    differenceCount bounded differences { kind message amount { amount } transaction { id } was { number } would { number } } }`;
const outcome = `__typename ... on MatchReplay { ${replayFields} } ... on Problem { code message }`;

/** A built-in definition as a caller gives it. */
export function definition(changes: object = {}) {
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

/** One application for a test file, new books for each of its tests, and the API of replays over these. */
export function replayBooks() {
  const { app, books } = newBooks();

  const owner = () => viewerIn(books().organisation);

  /** Two matches by themselves, one by hand against what the reference names, and one line left out. */
  async function decide() {
    const { organisation, accountId } = books();
    const [first = "", second = "", third = "", other = ""] = await addOpenItems(
      app(),
      organisation.id,
      [
        { number: "INV-2001", amountMinor: 10_100n },
        { number: "INV-2002", amountMinor: 10_200n },
        { number: "INV-2003", amountMinor: 10_300n },
        { number: "CR-9777", amountMinor: 10_300n },
      ],
    );
    const [one = "", two = "", odd = "", charge = ""] = await addTransactions(
      app(),
      organisation.id,
      accountId,
      [
        { reference: "INV-2001", amountMinor: 10_100n, counterpartyName: "Acorn Ltd" },
        { reference: "INV-2002", amountMinor: 10_200n, counterpartyName: "Acorn Ltd" },
        { reference: "INV-2003", amountMinor: 10_300n, counterpartyName: "Acorn Ltd" },
        { description: "Bank charge", amountMinor: -555n },
      ],
    );
    await confirmMatch(app(), owner(), [
      { transactionId: odd, openItemId: other, amount: "103.00" },
    ]);
    await excludeTransaction(app(), owner(), { id: charge, reason: "Charges" });
    await runMatching(app(), organisation.id);
    return { one, two, odd, charge, first, second, third, other };
  }

  async function asked(document: string, variables = {}, role: "owner" | "viewer" = "owner") {
    const { data, errors } = await ask(
      app(),
      viewerIn(books().organisation, role),
      document,
      variables,
    );
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
    expect(await runJobs(app())).toEqual([]);
    const data = await asked(
      `query ($id: ID!) { matchReplay(id: $id) { ${replayFields} } }`,
      { id },
      "viewer",
    );
    return data.matchReplay;
  }

  return {
    app,
    books,
    owner,
    decide,
    asked,
    request,
    requestRule,
    performed,
  };
}
