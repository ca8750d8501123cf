import { beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { updateOpenItem } from "../../../server/src/features/documents/update-open-item.ts";
import { addOpenItems, addTransactions, viewerIn } from "../../support/world.ts";
import {
  type FedWorld,
  invoice,
  items,
  offers,
  payItem,
  problems,
  pull,
} from "./documents-and-offers.ts";
import { feedBooks } from "./setup.ts";
import { accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds();
let world: FedWorld;

beforeEach(async () => {
  const { app, platform } = await worlds.begin();
  world = { app, platform, books: await feedBooks(app, platform) };
});

describe("documents of the accounting package", () => {
  test("become open items, are brought up to date, and pulled again change nothing", async () => {
    const expense = invoice({
      kind: "expense",
      externalId: "9",
      number: "B-9",
      totalMinor: 50_00n,
      dueMinor: 50_00n,
    });
    await pull(world, invoice(), expense);
    expect(
      (await items(world)).map(({ number, amountMinor }) => [number, amountMinor]).sort(),
    ).toEqual([
      ["B-9", 50_00n],
      ["INV-181", 120_00n],
    ]);
    await pull(world, invoice({ totalMinor: 130_00n, dueMinor: 130_00n }), expense);
    expect((await items(world)).find(({ number }) => number === "INV-181")?.amountMinor).toBe(
      130_00n,
    );
    const before = await items(world);
    await pull(world, invoice({ totalMinor: 130_00n, dueMinor: 130_00n }), expense);
    expect(await items(world)).toEqual(before);
    expect(await problems(world)).toEqual([]);
  });

  test("that were paid in part there are open for the rest", async () => {
    await pull(world, invoice({ dueMinor: 70_00n, state: "part_paid" }));
    expect(await items(world)).toMatchObject([
      { amountMinor: 70_00n, description: "50.00 GBP of 120.00 was paid before." },
    ]);
  });

  test("that are void or paid there go, unless something here speaks against it", async () => {
    await pull(world, invoice());
    await pull(world, invoice({ state: "paid", dueMinor: 0n }));
    expect((await items(world))[0]?.status).toBe("void");
    expect(await problems(world)).toEqual([]);
  });

  test("that are void there and matched here stay, and say so", async () => {
    await pull(world, invoice());
    await payItem(world, "120.00");
    await pull(world, invoice({ state: "void" }));
    expect((await items(world))[0]?.status).toBe("paid");
    expect(await problems(world)).toEqual(["It is void there, and matched here."]);
  });

  test("never overwrite what a person changed", async () => {
    await pull(world, invoice());
    const [item] = await items(world);
    await updateOpenItem(world.app, viewerIn(world.books.organisation), {
      id: item?.id ?? "",
      changes: { amount: { amount: "99.00", currency: "GBP" } },
    });
    await pull(world, invoice());
    expect(await problems(world)).toEqual([]);
    await pull(world, invoice({ totalMinor: 150_00n, dueMinor: 150_00n }));
    expect((await items(world))[0]?.amountMinor).toBe(99_00n);
    expect(await problems(world)).toEqual(["It was changed here, and in another way there."]);
  });

  test("are taken for what was entered by hand where number and amount agree, and not where they do not", async () => {
    const mine = { counterpartyName: "Birch Ltd", amountMinor: 120_00n };
    await addOpenItems(world.app, world.books.organisation.id, [
      { ...mine, number: "INV-181" },
      { ...mine, number: "INV-182" },
    ]);
    await pull(
      world,
      invoice(),
      invoice({ externalId: "182", number: "INV-182", totalMinor: 5_00n, dueMinor: 5_00n }),
    );
    expect(await items(world)).toHaveLength(2);
    expect(await problems(world)).toEqual([
      "A document of this number is here with another amount.",
    ]);
  });

  test("are matched behind the pull without another word", async () => {
    await addTransactions(world.app, world.books.organisation.id, world.books.accountId, [
      {
        amountMinor: 120_00n,
        bookedOn: localDate("2026-11-18"),
        reference: "INV-181",
        counterpartyName: "Birch Ltd",
      },
    ]);
    await pull(world, invoice());
    expect((await items(world))[0]?.status).toBe("paid");
    expect(await offers(world)).toMatchObject([
      { status: "offered", amountMinor: 120_00n, sentBy: null },
    ]);
  });
});
