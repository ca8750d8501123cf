import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { RunningSandbox } from "../../server/sandbox/start.ts";
import {
  control,
  linkReady,
  nothingKnown,
  openBank,
  openReceiver,
  problemFrom,
  syncLoop,
} from "./bank.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sandbox-"));
afterAll(() => rmSync(folder, { recursive: true }));

function allRows(bank: RunningSandbox) {
  const { rows } = bank.sandbox.world;
  return Array.from({ length: rows.length }, (_, index) => rows.get(index));
}

describe("the simulated world", () => {
  it("is the same for the same seed, and goes on in the same way", async () => {
    const worlds = [];
    for (const seed of ["a", "a", "b"]) {
      const { bank } = await openBank({ seed });
      await control(bank, "arrive", { account: "emberline/card", count: 20 });
      await control(bank, "arrive", { account: "aldermoor/current", count: 20 });
      worlds.push(allRows(bank));
      await bank.close();
    }
    expect(worlds[1]).toEqual(worlds[0]);
    expect(worlds[2]).not.toEqual(worlds[0]);
  });

  it("often pays what is still open, each upcoming payment once", async () => {
    const { bank } = await openBank();
    const { world } = bank.sandbox;
    const before = world.unpaid().length;
    const first = world.rows.length;
    await control(bank, "arrive", { account: "aldermoor/current", count: 80 });
    const paid = allRows(bank)
      .slice(first)
      .flatMap((row) => row.settles);
    expect(paid.length).toBeGreaterThan(15);
    expect(world.unpaid().length).toBeLessThan(before);
    const doubles = paid.filter((number, i) => paid.indexOf(number) !== i);
    for (const number of doubles)
      expect(paid.filter((n) => n === number).length).toBeLessThanOrEqual(2);
    expect(world.unpaid().every((item) => item.leftMinor <= item.amountMinor)).toBe(true);
    await bank.close();
  });

  it("books pending rows in the end", async () => {
    const { bank } = await openBank();
    await control(bank, "arrive", { account: "emberline/card", count: 60 });
    const rows = allRows(bank);
    const booked = rows.filter((row) => row.replaces !== null);
    expect(booked.length).toBeGreaterThan(3);
    for (const row of booked)
      expect(rows[row.replaces ?? -1]).toMatchObject({ pending: true, removed: true });
    await bank.close();
  });

  it("pays an open item on demand, whole or in part", async () => {
    const { bank } = await openBank();
    const item = bank.sandbox.world
      .unpaid()
      .find((i) => i.kind === "invoice" && i.currency === "GBP");
    const pays = item?.number ?? "";
    const left = () => bank.sandbox.world.unpaid().find((i) => i.number === pays)?.leftMinor;
    await control(bank, "transactions", { account: "aldermoor/current", pays, amount: "100.00" });
    expect(left()).toBe((item?.leftMinor ?? 0n) - 10_000n);
    const row = await control(bank, "transactions", { account: "aldermoor/current", pays });
    expect(row).toMatchObject({
      reference: pays,
      settles: [pays],
      counterparty: item?.counterpartyName,
    });
    expect(left()).toBeUndefined();
    await expect(
      control(bank, "transactions", { account: "aldermoor/current", pays }),
    ).rejects.toThrow("no open item");
    await bank.close();
  });

  it("keeps items, tokens, cursors and rows over a restart, even after a torn write", async () => {
    const stateFile = path.join(folder, "world.json");
    const one = await openBank({ stateFile });
    const { accessToken } = await linkReady(one.bank, one.plaid, "ins_900106");
    await control(one.bank, "transactions", {
      account: "quillstone/notice",
      amount: "1.00",
      pending: true,
    });
    await control(one.bank, "bulk", { account: "quillstone/notice", count: 300 });
    const known = await syncLoop(one.plaid, accessToken, nothingKnown);
    const posted = await control<{ row: number }>(one.bank, "transactions", {
      account: "quillstone/notice",
      amount: "2.00",
    });
    await control(one.bank, "transactions/modify", { row: posted.row, amount: "3.00" });
    await control(one.bank, "keys/rotate");
    const rows = allRows(one.bank);
    const kid = one.bank.sandbox.keys.currentKid;
    await one.bank.close();
    appendFileSync(stateFile, '{"of":"bank","did":"remo');

    const two = await openBank({ stateFile, seed: "ignored" });
    expect(allRows(two.bank)).toEqual(rows);
    expect(two.bank.sandbox.keys.currentKid).toBe(kid);
    const later = await syncLoop(two.plaid, accessToken, known);
    expect(later.rows.size).toBe(known.rows.size + 1);
    const size = statSync(stateFile).size;
    await control(two.bank, "transactions", { account: "quillstone/notice", amount: "4.00" });
    expect(statSync(stateFile).size).toBeGreaterThan(size);
    await two.bank.close();
    const three = await openBank({ stateFile });
    expect(three.bank.sandbox.world.rows.length).toBe(rows.length + 1);
    await three.bank.close();
  });

  it("tells nobody after a restart what it told before", async () => {
    const { url, received } = await openReceiver();
    const stateFile = path.join(folder, "told.json");
    const one = await openBank({ stateFile });
    await linkReady(one.bank, one.plaid, "ins_900106", { webhook: url });
    await control(one.bank, "transactions", { account: "quillstone/notice", amount: "1.00" });
    await one.bank.idle();
    expect(received.splice(0).length).toBeGreaterThan(0);
    await one.bank.close();
    const two = await openBank({ stateFile });
    await two.bank.idle();
    expect(received).toEqual([]);
    await control(two.bank, "transactions", { account: "quillstone/notice", amount: "2.00" });
    await two.bank.idle();
    expect(received).toHaveLength(1);
    await two.bank.close();
  });

  it("fills every account up to a wished volume", async () => {
    const { bank } = await openBank({ transactionsPerAccount: 2_000 });
    const counts = [...bank.sandbox.world.accounts.keys()].map(
      (p) => bank.sandbox.world.newest(p, 10_000).length,
    );
    expect(counts).toEqual(counts.map(() => 2_000));
    await bank.close();
  });

  it("moves time ahead, with days on which something happened", async () => {
    const { bank, plaid } = await openBank();
    const { accessToken } = await linkReady(bank, plaid, "ins_900101");
    const before = await syncLoop(plaid, accessToken, nothingKnown);
    expect(await control(bank, "time", { days: 5 })).toEqual({ today: "2026-03-23" });
    const { rows } = await syncLoop(plaid, accessToken, before);
    const dates = [...rows.values()].map((row) => row.date).filter((date) => date > "2026-03-18");
    expect(new Set(dates).size).toBeGreaterThan(3);
    const made = await plaid.sandboxPublicTokenCreate({
      institution_id: "ins_900101",
      initial_products: ["transactions" as never],
    });
    await control(bank, "time", { days: 1 });
    const exchange = plaid.itemPublicTokenExchange({ public_token: made.data.public_token });
    expect((await problemFrom(exchange)).code).toBe("INVALID_PUBLIC_TOKEN");
    await bank.close();
  });

  it("refuses control by pages of other origins, which cannot send JSON", async () => {
    const { bank } = await openBank();
    const answer = await fetch(`${bank.url}/control/pace`, {
      method: "POST",
      body: '{"seconds":1}',
    });
    expect(answer.status).toBe(415);
    expect(bank.sandbox.world.paceSeconds).toBe(0);
    await bank.close();
  });
});
