import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { storyEstates } from "../../prisma/story/estates.ts";
import { storyRates } from "../../prisma/story/rates.ts";
import { demoStory } from "../../prisma/story/story.ts";
import type { DemoStory, StoryOpenItem } from "../../prisma/story/types.ts";
import { storyWorkshop } from "../../prisma/story/workshop.ts";

const story = demoStory("2026-03-18");
const itemsByNumber = new Map(story.openItems.map((item) => [item.number, item]));
const dates = fc
  .integer({ min: Date.UTC(2024, 0, 1) / 86_400_000, max: Date.UTC(2029, 0, 1) / 86_400_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));

describe("the demo's story", () => {
  it("is the same for the same day and seed, and another for another seed", () => {
    expect(demoStory("2026-03-18")).toEqual(story);
    expect(demoStory("2026-03-18", "other").bankLines).not.toEqual(story.bankLines);
  });

  it("has the promised size", () => {
    const count = (kind: string) => story.openItems.filter((item) => item.kind === kind).length;
    expect(count("invoice")).toBe(120);
    expect(count("expense")).toBe(150);
    expect(story.institutions.length).toBeGreaterThanOrEqual(5);
    const main = story.bankLines.filter((line) => line.accountKey === "current");
    expect(main.length).toBeGreaterThan(1_000);
    expect(story.upcomingLines.length).toBeGreaterThan(10);
    const currencies = new Set(story.bankLines.map((line) => line.currency));
    expect(currencies).toEqual(new Set(["GBP", "EUR", "USD"]));
  });

  it("holds its laws on every day and for every seed", () => {
    fc.assert(
      fc.property(dates, fc.string({ maxLength: 8 }), (today, seed) => {
        expect(violations(demoStory(today, seed))).toEqual([]);
      }),
      { numRuns: 15, seed: 7 },
    );
  });

  it("pays what each manner says", () => {
    for (const line of [...story.bankLines, ...story.upcomingLines]) {
      const settled = (line.settles ?? []).map((number) => itemsByNumber.get(number));
      const [first] = settled;
      if (first === undefined) continue;
      const amount = magnitude(line.amountMinor);
      const text = line.description;
      if (line.manner === "exact") expect(text).toContain(first.number);
      if (line.manner === "mistyped") {
        expect(text).not.toContain(first.number);
        expect(amount).toBe(first.amountMinor);
      }
      if (line.manner === "digits_only") expect(text).toContain(first.number.replace(/\D/g, ""));
      if (line.manner === "name_only") expect(line.reference ?? "").not.toMatch(/\d/);
      if (line.manner === "fee_deducted") {
        expect(amount + (line.feeMinor ?? 0n)).toBe(first.amountMinor);
      }
      if (line.manner === "tie") expect(twinsOf(first)).toHaveLength(1);
    }
  });

  it("has every manner in its past, and items that nobody has paid", () => {
    const manners = new Set(story.bankLines.map((line) => line.manner));
    for (const manner of [
      "exact",
      "mistyped",
      "digits_only",
      "name_only",
      "part",
      "fee_deducted",
      "tie",
      "several",
    ]) {
      expect(manners).toContain(manner);
    }
    const settled = new Set(
      [...story.bankLines, ...story.upcomingLines].flatMap((l) => l.settles ?? []),
    );
    const overdue = story.openItems.filter((i) => !settled.has(i.number) && i.dueOn < story.today);
    expect(overdue.length).toBeGreaterThan(3);
  });

  it("has distinct lines that look exactly alike", () => {
    const seen = new Map<string, number>();
    for (const line of story.bankLines) {
      const key = [line.accountKey, line.bookedOn, line.amountMinor, line.description].join();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect([...seen.values()].filter((count) => count > 1).length).toBeGreaterThan(10);
  });
});

describe("the demo's blocks and workshop", () => {
  it("hold their laws on every day", () => {
    fc.assert(
      fc.property(dates, (today) => {
        const blocks = storyEstates(today);
        const { openItems, accounts } = storyWorkshop(today, storyRates(today));
        const demands = blocks.flatMap((block) => block.demands);
        const documents = [...demands, ...blocks.flatMap((block) => block.bills), ...openItems];
        expect(new Set(documents.map(({ number }) => number)).size).toBe(documents.length);
        for (const { issuedOn, dueOn, amountMinor } of documents) {
          expect(issuedOn < dueOn && amountMinor > 0n).toBe(true);
        }
        for (const block of blocks) {
          expect(new Set(block.demands.map(({ quarter }) => quarter)).size).toBe(4);
          expect(block.demands).toHaveLength(4 * block.units.length);
        }
        for (const { lines } of [...accounts, ...blocks.map((block) => block.account)]) {
          const days = lines.map(({ bookedOn }) => bookedOn);
          expect(days.length).toBeGreaterThan(0);
          expect(days).toEqual([...days].sort());
          expect((days.at(-1) ?? "") <= today).toBe(true);
          expect(lines.every(({ amountMinor }) => amountMinor !== 0n)).toBe(true);
        }
      }),
      { numRuns: 25, seed: 11 },
    );
  });

  it("have one surname for each household, so that a surname says who pays", () => {
    const names = storyEstates("2026-03-18").flatMap((block) =>
      block.units.map(({ leaseholder }) => leaseholder.surname),
    );
    expect(names).toHaveLength(50);
    expect(new Set(names).size).toBe(50);
  });
});

/** Other items that could be meant as well: same counterparty, same amount. */
function twinsOf(item: StoryOpenItem): StoryOpenItem[] {
  return story.openItems.filter(
    (other) =>
      other.number !== item.number &&
      other.counterpartyName === item.counterpartyName &&
      other.amountMinor === item.amountMinor,
  );
}

/** What is wrong with a story; nothing, one hopes. Collected, because a story has thousands of lines. */
function violations(told: DemoStory): string[] {
  const wrong: string[] = [];
  const check = (holds: boolean, what: string) => {
    if (!holds) wrong.push(what);
  };
  const items = new Map(told.openItems.map((item) => [item.number, item]));
  const accounts = new Map(
    told.institutions.flatMap((i) => i.accounts.map((a) => [`${i.key}/${a.key}`, a.currency])),
  );
  const categories = new Set(told.categories.map((category) => category.key));
  check(items.size === told.openItems.length, "a number is used twice");
  for (const item of told.openItems) {
    check(item.amountMinor > 0n, `${item.number} has no amount`);
    check(
      item.issuedOn <= told.today && item.issuedOn < item.dueOn,
      `${item.number} is out of time`,
    );
  }
  for (const line of [...told.bankLines, ...told.upcomingLines]) {
    const path = `${line.institutionKey}/${line.accountKey}`;
    check(accounts.get(path) === line.currency, `${line.description}: ${path} in ${line.currency}`);
    check(categories.has(line.category), `no category ${line.category}`);
    check(line.amountMinor !== 0n, `${line.description} moves nothing`);
    for (const number of line.settles ?? []) {
      const item = items.get(number);
      check(item?.currency === line.currency, `${number} is paid in ${line.currency}`);
      check(
        item !== undefined && line.amountMinor > 0n === (item.kind === "invoice"),
        `${number} runs the wrong way`,
      );
    }
  }
  check(
    told.bankLines.every((line) => line.bookedOn <= told.today),
    "a booked line lies ahead",
  );
  check(
    told.upcomingLines.every((line) => line.bookedOn > told.today),
    "an upcoming line is past",
  );
  return [...wrong, ...notConserved(told, items)];
}

/** Every item that is settled at all is settled in full by all its lines together, past and to come. */
function notConserved(told: DemoStory, items: Map<string, StoryOpenItem>): string[] {
  const wrong: string[] = [];
  const paid = new Map<string, bigint>();
  for (const line of [...told.bankLines, ...told.upcomingLines]) {
    const settles = line.settles ?? [];
    const amount = magnitude(line.amountMinor) + (line.feeMinor ?? 0n);
    if (settles.length > 1) {
      const due = settles.reduce((sum, number) => sum + (items.get(number)?.amountMinor ?? 0n), 0n);
      if (amount !== due) wrong.push(`${settles.join(" ")}: ${amount} is not ${due}`);
    } else if (settles[0] !== undefined) {
      paid.set(settles[0], (paid.get(settles[0]) ?? 0n) + amount);
    }
  }
  for (const [number, amount] of paid) {
    if (amount !== items.get(number)?.amountMinor) wrong.push(`${number} is paid ${amount}`);
  }
  return wrong;
}

function magnitude(amountMinor: bigint): bigint {
  return amountMinor < 0n ? -amountMinor : amountMinor;
}
