import { describe, expect, it } from "vitest";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { generateSet } from "./generator.ts";
import { measure } from "./measure.ts";

describe("the invoice profile on a labelled set", () => {
  it.each([20_261_121, 42])("clears hardly any money wrongly (seed %i)", (seed) => {
    const set = generateSet(seed, 1_500);
    const measures = measure(set, proposeMatches({ ...set, profiles: builtInProfiles }));
    const { wrongTransactionIds, ...figures } = measures;
    console.info("matching quality", {
      seed,
      transactions: set.transactions.length,
      items: set.items.length,
      ...figures,
      wrong: wrongTransactionIds.length,
    });
    // A false automatic match costs far more than a missed one.
    expect(measures.precision).toBeGreaterThanOrEqual(0.995);
    expect(measures.recall).toBeGreaterThanOrEqual(0.85);
    expect(measures.recallWithSuggestions).toBeGreaterThanOrEqual(0.98);
  });

  it("refuses to choose between equal twins", () => {
    const set = generateSet(20_261_121, 1_500);
    const { matches } = proposeMatches({ ...set, profiles: builtInProfiles });
    const twins = matches.filter(
      (match) => set.situations.get(match.transactionIds[0] ?? "") === "equal_twins",
    );
    expect(twins).toEqual([]);
  });
});
