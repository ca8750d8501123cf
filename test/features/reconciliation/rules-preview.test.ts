/** Rules tried before they are saved, and warned of. */
import { describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import type { Answer } from "../../support/ask.ts";
import { addBlock } from "../../support/imports.ts";
import { contains, exclude, fees, ruleBooks } from "./rule-books.ts";

const { app, books, create, rules, preview, previewed, add, read } = ruleBooks();

describe("a preview", () => {
  test("counts what meets the rule, what it would act on, and what is decided already", async () => {
    const [open = "", waiting = "", gone = ""] = await add([
      { description: "CARD FEE October", amountMinor: -250n },
      { description: "Card fee November", amountMinor: -300n, pending: true },
      { description: "card-fee old", amountMinor: -400n },
      { description: "Rent", amountMinor: -400n },
      { description: "CARD FEE long ago", amountMinor: -100n, bookedOn: localDate("2025-01-02") },
      { description: "Card fee in dollars", amountMinor: -700n, currency: "USD" },
    ]);
    await asOrganisation(app().database, books().organisation.id, (tx) =>
      tx.query(
        "UPDATE bank_transaction SET excluded_at = now(), excluded_by = 'Tess', exclusion_reason = 'x' WHERE id = $1",
        [gone],
      ),
    );
    const told = await previewed({ conditions: contains("card fee"), action: exclude });
    expect(told).toMatchObject({
      matching: 4,
      changing: 2,
      alreadyDecided: 1,
      bounded: false,
      amount: [
        { amount: "9.50", currency: "GBP" },
        { amount: "7.00", currency: "USD" },
      ],
    });
    const effects = new Map(
      told.sample.map((one: Answer["data"]) => [one.transaction.id, one.effect]),
    );
    expect(effects.get(open)).toBe("Would be excluded as “Bank charges”.");
    expect(effects.get(waiting)).toBe("Waits: the bank has not posted it yet.");
    expect(effects.get(gone)).toBe("Stays as it is: it is matched or excluded already.");
    // Those that it would act on come first.
    expect(told.sample.slice(0, 2).map(({ effect }: Answer["data"]) => effect)).toEqual([
      "Would be excluded as “Bank charges”.",
      "Would be excluded as “Bank charges”.",
    ]);
  });

  test("writes nothing", async () => {
    await add([{ description: "card fee" }]);
    await create({ ...fees, enabled: false });
    const dump = () =>
      read(`SELECT (SELECT json_agg(t ORDER BY id) FROM bank_transaction t) AS t,
        (SELECT json_agg(r ORDER BY id) FROM matching_rule r) AS r, (SELECT count(*) FROM audit_entry) AS a,
        (SELECT count(*) FROM matching_run) AS m, (SELECT count(*) FROM rule_hit) AS h`);
    const before = await dump();
    await previewed({ conditions: contains("card"), action: exclude });
    expect(await dump()).toEqual(before);
  });

  test("leaves to an earlier rule what that one takes, and names the conflict", async () => {
    await add([{ description: "card fee" }, { description: "card fee refund" }]);
    await create({
      ...fees,
      name: "Refunds",
      conditions: contains("refund"),
      action: { ...exclude, reason: "Back" },
    });
    const last = await previewed({ conditions: contains("card fee"), action: exclude });
    expect(last).toMatchObject({ matching: 2, changing: 1 });
    expect(last.sample[1]).toMatchObject({
      effect: "Left to “Refunds”, which comes first.",
      conflict: "Refunds",
    });
    const first = await previewed({
      position: 1,
      conditions: contains("card fee"),
      action: exclude,
    });
    expect(first).toMatchObject({ matching: 2, changing: 2 });
    expect(first.warnings).toMatchObject([
      {
        kind: "CONFLICTING",
        message: "It comes before “Refunds”, which does something else with lines that meet both.",
      },
    ]);
  });

  test("of bad input is refused as saving it would be", async () => {
    const { errors } = await preview({ conditions: {}, action: exclude });
    expect(errors).toMatchObject([{ code: "INVALID_INPUT" }]);
  });
});

describe("a warning", () => {
  test("points out what is dead, shadowed and conflicting", async () => {
    const block = await addBlock(app(), books().organisation.id);
    await add([{ description: "card fee", amountMinor: -250n }]);
    await create(fees);
    await create({ ...fees, name: "Again", conditions: contains("card fees") });
    await create({
      ...fees,
      name: "Other",
      conditions: { direction: "OUT" },
      action: { ...exclude, reason: "Everything" },
    });
    await create({ ...fees, name: "Nobody", conditions: contains("never seen") });
    await create({
      ...fees,
      name: "Elsewhere",
      conditions: { accountIds: [books().accountId], blockId: block },
    });
    const told = Object.fromEntries(
      (await rules("owner")).map(({ name, warnings }) => [
        name,
        warnings.map((one: Answer["data"]) => [one.kind, one.otherRule?.name ?? null]),
      ]),
    );
    expect(told).toEqual({
      "Card fees": [],
      Again: [["SHADOWED", "Card fees"]],
      Other: [["CONFLICTING", "Card fees"]],
      Nobody: [["DEAD", null]],
      Elsewhere: [["DEAD", null]],
    });
  });

  test("is told before saving, of the rule and of those behind it", async () => {
    await add([{ description: "card fee", amountMinor: -250n }]);
    await create({ ...fees, name: "Narrow" });
    const wide = await previewed({
      position: 1,
      conditions: { direction: "OUT" },
      action: exclude,
    });
    expect(wide.matching).toBe(1);
    const over = await previewed({ position: 1, conditions: contains("fee"), action: exclude });
    expect(over.warnings).toMatchObject([
      {
        kind: "SHADOWED",
        message: "“Narrow” would never act: whatever meets it meets this rule first.",
        otherRule: { name: "Narrow" },
      },
    ]);
    const under = await previewed({ conditions: contains("card fees"), action: exclude });
    expect(under.warnings).toMatchObject([{ kind: "SHADOWED", otherRule: { name: "Narrow" } }]);
  });
});
