/** What the people of the demo have done before anybody signs in, through the product's own API. */
import { demoPassword } from "../../prisma/seed.ts";
import { byName, type Named } from "./by-name.ts";
import { type DemoPerson, demoPerson } from "./demo-person.ts";
import { matchNow } from "./demo-runs.ts";
import { playDecisions } from "./play-decisions.ts";
import { importStatements } from "./play-imports.ts";

/**
 * Rules and a profile are made, the statements of the blocks and the workshop are imported and matched, and what the
 * run leaves is decided where a person of the demo would have: nothing of it is written past the product. What is there
 * already is left alone, so that it can be played again after it was cut short.
 * @param today ISO date: the one of the seed
 * @throws Error when a step is refused or takes longer than two minutes
 */
export async function playDemo(serverUrl: string, today: string): Promise<void> {
  const [ada, sam] = await Promise.all([
    demoPerson(serverUrl, "ada@harbourvale.example", demoPassword),
    demoPerson(serverUrl, "sam@harbourvale.example", demoPassword),
  ]);
  await Promise.all([makeRules(ada), makeProfile(ada)]);
  await importStatements(sam, today);
  // Matching follows each import by itself, and says nothing of when it has seen the last of them.
  await matchNow(sam);
  await playDecisions(sam);
  // What was learned from them explains more.
  await matchNow(sam);
  await Promise.all([ada.signOut(), sam.signOut()]);
}

async function makeRules(ada: DemoPerson): Promise<void> {
  const { matchingRules, categories } = await ada.ask(
    "{ matchingRules { name } categories { id name } }",
  );
  const { id: categoryId } = byName(categories, "Bank charges");
  const description = (test: string, value: string) => ({
    texts: [{ field: "DESCRIPTION", test, value }],
  });
  const rules = [
    {
      name: "Charges of the bank",
      conditions: { ...description("ALL_WORDS", "FEE"), direction: "OUT" },
      action: { kind: "CATEGORISE", categoryId, standalone: true },
    },
    {
      name: "Card checks, given back at once",
      conditions: {
        ...description("EQUALS", "CARD VERIFICATION"),
        ...{ amountMax: "1.00", currency: "GBP" },
      },
      action: { kind: "EXCLUDE", reason: "A card was checked: the amount came and went" },
    },
  ];
  for (const rule of rules) {
    if (matchingRules.some(({ name }: Named) => name === rule.name)) continue;
    await ada.ask(
      `mutation ($rule: RuleInput!) {
        createRule(input: $rule) { __typename ... on Problem { message } } }`,
      { rule },
    );
  }
}

/** A draft that decides nothing yet: the built-in one for demands, with more to be sure of. */
async function makeProfile(ada: DemoPerson): Promise<void> {
  const name = "Demands, careful";
  const { matchingProfiles } =
    await ada.ask(`{ matchingProfiles { id name family builtIn definition {
    automaticScoreMin suggestionScoreMin marginPoints tolerancePercent ratePercent dateWindowDays earlyDaysMax
    neighbourDistanceMax points { signal points }
    residuals { roundingMax bankFeeMax bankFeePercent discountPercents exchangePercent shortPaymentMax
      shortPaymentPercent } } } }`);
  if (matchingProfiles.some((profile: Named) => profile.name === name)) return;
  const { definition } = matchingProfiles.find(
    (profile: { family: string; builtIn: boolean }) =>
      profile.builtIn && profile.family === "DEMAND",
  );
  const { createProfile } = await ada.ask(
    `mutation ($input: ProfileInput!) {
      createProfile(input: $input) { ... on MatchingProfile { id } ... on Problem { message } } }`,
    { input: { name, family: "DEMAND", definition, note: "From the built-in one" } },
  );
  await ada.ask(
    `mutation ($id: ID!, $change: ProfileChangeInput!) {
      changeProfile(id: $id, input: $change) { __typename ... on Problem { message } } }`,
    {
      id: createProfile.id,
      change: {
        definition: { ...definition, automaticScoreMin: 70, tolerancePercent: 5 },
        note: "A surname with the amount is not enough: two households of Lantern Yard are cousins.",
      },
    },
  );
}
