import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { auditSentence } from "../../../server/src/features/audit/sentences.ts";

const features = path.resolve(import.meta.dirname, "../../../server/src/features");

it.each([
  ["match.confirmed", { numbers: ["INV-1", "INV-2"] }, "Matched with INV-1, INV-2."],
  ["match.voided", { numbers: ["INV-1"], reason: "typo" }, "Undid the match with INV-1: typo."],
  ["bank_transaction.categorised", { category: null }, "Took the category away."],
  ["bank_transaction.categorised", { category: "Rent" }, "Set the category “Rent”."],
  [
    "bank_transaction.category_restored",
    { category: "Rent" },
    "Undid the choice of its category, which is “Rent” again.",
  ],
  [
    "bank_transaction.category_restored",
    { category: null },
    "Undid the choice of its category, and it has none again.",
  ],
  ["bank_connection.connected", {}, "Connected a bank."],
  ["api_key.created", { name: "Export", permissions: [] }, "Created the API key “Export”."],
  ["some_thing.done_by_a_later_version", { x: 1 }, "Some thing: done by a later version."],
  ["constructor", {}, "Constructor."],
  ["", {}, "Did something."],
])("tells %s %j", (action, detail, sentence) => {
  expect(auditSentence({ action, detail })).toBe(sentence);
});

/** Every action that an operation records, as the sources write them. */
function recordedActions(): string[] {
  const files = readdirSync(features, { recursive: true, encoding: "utf8" });
  const found = files
    .filter((file) => file.endsWith(".ts") && !file.startsWith("audit"))
    .flatMap((file) => [
      ...readFileSync(path.join(features, file), "utf8").matchAll(
        /"((?:organisation|member|api_key|bank_connection|bank_transaction|category|open_item|match|financial_account|statement_upload|ledger_account|business_calendar|block|import|accounting_connection|feed_account|feed_line|push_operation|payment_offer)\.[a-z_]+)"/g,
      ),
    ])
    .map((match) => match[1] ?? "");
  // Topics of events are written alike.
  return [...new Set(found)].filter((action) => !action.endsWith(".changed"));
}

it("has a sentence of its own for everything that is recorded", () => {
  const actions = recordedActions();
  expect(actions).toContain("match.voided");
  const plain = actions.filter((action) =>
    /^[A-Z][a-z ]*: /.test(auditSentence({ action, detail: {} })),
  );
  expect(plain, "give these a line in features/audit/sentences.ts").toEqual([]);
});

it("never breaks on an old or odd record", () => {
  const action = fc.oneof(fc.constantFrom(...recordedActions()), fc.string());
  const detail = fc.dictionary(
    fc.constantFrom("name", "role", "to", "reason", "numbers"),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(action, detail, (action, detail) => {
      expect(auditSentence({ action, detail })).toMatch(/\.$/);
    }),
    { seed: 20261121 },
  );
});

it("tells in words what was switched on and off", () => {
  const detail = { company: "Acme", pullsDocuments: true, sendsPayments: false };
  expect(auditSentence({ action: "accounting_connection.options_set", detail })).toBe(
    "Set what comes from the books of “Acme” and goes there: documents are pulled, payments wait for a person.",
  );
});
