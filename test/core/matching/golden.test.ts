import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { aliasKey } from "../../../server/src/core/matching/prepare.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import type { DeclinedPair } from "../../../server/src/core/matching/types.ts";
import { formatDecimal } from "../../../server/src/core/money.ts";
import { type ItemSketch, itemOf, type TransactionSketch, transactionOf } from "./build.ts";

type GoldenCase = {
  readonly name: string;
  readonly transactions: readonly TransactionSketch[];
  readonly items: readonly ItemSketch[];
  readonly aliases?: Readonly<Record<string, string>>;
  readonly declined?: readonly DeclinedPair[];
  readonly suggestPending?: boolean;
  /** [transaction, item, amount, certainty] */
  readonly matches: readonly (readonly [string, string, string, string])[];
  /** [transaction, item, reason] */
  readonly suggestions: readonly (readonly [string, string, string])[];
};

const folder = new URL("../../golden/matching/", import.meta.url);

for (const file of readdirSync(folder).sort()) {
  const cases = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as readonly GoldenCase[];
  describe(`matching, ${file.replace(".json", "").replaceAll("-", " ")}`, () => {
    it.each(cases.map((one) => [one.name, one] as const))("%s", (_, golden) => {
      expect(outcomeOf(golden)).toEqual({
        matches: golden.matches,
        suggestions: golden.suggestions,
      });
    });
  });
}

function outcomeOf(golden: GoldenCase) {
  const transactions = golden.transactions.map(transactionOf);
  const proposal = proposeMatches({
    transactions,
    items: golden.items.map(itemOf),
    profiles: builtInProfiles,
    aliases: new Map(
      Object.entries(golden.aliases ?? {}).map(([payer, client]) => [
        aliasKey(payer),
        new Set([aliasKey(client)]),
      ]),
    ),
    declined: golden.declined,
    suggestPending: golden.suggestPending,
  });
  const currency = transactions[0]?.currency ?? "EUR";
  return {
    matches: proposal.matches.flatMap((match) =>
      match.payments.map(({ transactionId, itemId, amountMinor }) => [
        transactionId,
        itemId,
        formatDecimal({ amountMinor, currency }),
        match.certainty,
      ]),
    ),
    suggestions: proposal.suggestions.map((one) => [
      one.transactionId,
      one.itemId,
      one.reasonNotAutomatic,
    ]),
  };
}
