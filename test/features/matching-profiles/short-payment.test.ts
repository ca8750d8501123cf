/** What an organisation's own profile lets go: written as a line of its own, and back when the match is taken back. */
import { expect, test } from "vitest";
import { invoiceProfile } from "../../../server/src/core/matching/profile.ts";
import { matchTransactions } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { ask } from "../../support/ask.ts";
import { runJobs } from "../../support/queue.ts";
import { addOpenItems, addTransactions, viewerIn } from "../../support/world.ts";
import { bothSides, expectSoundBooks, newBooks } from "../reconciliation/books.ts";

const { app, books } = newBooks();

async function asked(source: string, variables: object = {}) {
  const by = viewerIn(books().organisation);
  const { data, errors } = await ask(app(), by, source, variables as Record<string, unknown>);
  expect(errors).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: the answer's shape follows from the document.
  return Object.values(data)[0] as any;
}

function definition(shortPayment: object) {
  const { name: _n, version: _v, family: _f, points, ...rest } = invoiceProfile;
  return {
    ...rest,
    points: Object.entries(points).map(([signal, value]) => ({ signal, points: value })),
    residuals: {
      ...{ roundingMax: "0.05", bankFeeMax: "0.00", bankFeePercent: 0 },
      ...{ discountPercents: [], exchangePercent: 0, ...shortPayment },
    },
  };
}

const lenient = { shortPaymentMax: "10.00", shortPaymentPercent: 3.5 };

async function decideBy(name: string, shortPayment: object) {
  const made = await asked(
    `mutation ($input: ProfileInput!) { createProfile(input: $input) {
      ... on MatchingProfile { id definition { residuals { shortPaymentMax shortPaymentPercent } } }
      ... on ProfileProblem { fields { field message } } } }`,
    { input: { name, family: "INVOICE", definition: definition(shortPayment) } },
  );
  if (made.id === undefined) return made;
  await asked(
    "mutation ($id: ID!) { chooseProfile(family: INVOICE, profileId: $id) { __typename } }",
    { id: made.id },
  );
  return made.definition.residuals;
}

/** An invoice of 200.00, and 194.00 that name it. @returns the match that a run makes of them */
async function payShort() {
  const { organisation, accountId } = books();
  await addOpenItems(app(), organisation.id, [{ number: "INV-2026-1037", amountMinor: 20_000n }]);
  const line = { amountMinor: 19_400n, reference: "INV-2026-1037", counterpartyName: "Acorn Ltd" };
  const [id] = await addTransactions(app(), organisation.id, accountId, [line]);
  await matchTransactions(app(), { organisationId: organisation.id, trigger: "items" });
  const { matches } = await asked(
    `query ($id: ID!) { bankTransaction(id: $id) {
      matches { id origin payments { kind amount { amount } transactionAmount { amount } } } } }`,
    { id },
  );
  expect(matches).toHaveLength(1);
  return matches[0];
}

const part = {
  kind: "PAYMENT",
  amount: { amount: "194.00" },
  transactionAmount: { amount: "194.00" },
};

test("nothing is let go where the profile does not say how much", async () => {
  expect(await decideBy("As before", {})).toEqual({
    shortPaymentMax: "0.00",
    shortPaymentPercent: 0,
  });
  expect(await payShort()).toMatchObject({ origin: "AUTOMATIC", payments: [part] });
  expect((await bothSides(app(), books())).items).toMatchObject([{ allocated: 19_400n }]);
});

test("what is let go settles the invoice, and is open again when the match is undone", async () => {
  expect(await decideBy("Lenient", lenient)).toEqual(lenient);
  const match = await payShort();
  const letGo = { amount: { amount: "6.00" }, transactionAmount: { amount: "0.00" } };
  expect(match).toMatchObject({
    origin: "AUTOMATIC",
    payments: [part, { kind: "SHORT_PAYMENT", ...letGo }],
  });
  expect((await bothSides(app(), books())).items).toMatchObject([{ allocated: 20_000n }]);
  await expectSoundBooks(app(), books());
  await asked("mutation ($id: ID!) { voidMatch(id: $id) { __typename } }", { id: match.id });
  const { transactions, items } = await bothSides(app(), books());
  expect([...transactions, ...items].map(({ allocated }) => allocated)).toEqual([0n, 0n]);
});

test("what the bank has not booked yet may bring the rest: it stays open", async () => {
  await decideBy("Lenient", lenient);
  const { organisation, accountId } = books();
  const rest = { amountMinor: 600n, description: "BACS INV 2026 1037", pending: true };
  await addTransactions(app(), organisation.id, accountId, [rest]);
  expect(await payShort()).toMatchObject({ payments: [part] });
});

test("a replay counts it as money wrongly cleared where the rest was left open, and says so", async () => {
  await decideBy("As before", {});
  await payShort();
  const tried = definition(lenient);
  const { id } = await asked(
    `mutation ($tried: ProfileDefinitionInput!) {
      replayProfile(definition: $tried, family: INVOICE) { ... on MatchReplay { id } ... on Problem { message } } }`,
    { tried },
  );
  expect(await runJobs(app())).toEqual([]);
  const { result } = await asked(
    `query ($id: ID!) { matchReplay(id: $id) { result { right wrong wronglyCleared { amount }
      differences { kind message amount { amount } } } } }`,
    { id },
  );
  expect(result).toMatchObject({ right: 0, wrong: 1, wronglyCleared: [{ amount: "6.00" }] });
  expect(result.differences).toEqual([
    {
      kind: "WRONG",
      message: expect.stringMatching(
        /^What is missing from INV-2026-1037 .*would be let go; it was not\.$/,
      ),
      amount: { amount: "6.00" },
    },
  ]);
});

test("limits beyond what may be written off unasked are refused", async () => {
  const refused = await decideBy("Wild", { shortPaymentMax: "1000.01", shortPaymentPercent: 11 });
  expect(refused.fields.map(({ field }: { field: string }) => field)).toEqual([
    "residuals.shortPaymentMax",
    "residuals.shortPaymentPercent",
  ]);
});
