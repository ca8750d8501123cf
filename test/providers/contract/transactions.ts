import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContractContext } from "./contract-suite.ts";
import type { KnownRows } from "./fold-pull.ts";
import { text } from "./walk.ts";

export function describeTransactions({ entry, walk, where }: ContractContext): void {
  const { abilities } = entry;

  describe("transactions", () => {
    it("of the first pull are the bank's, exactly", async () => {
      const { connect, pull, expectLikeTheBank, bank } = walk();
      await bank.post({ amountMinor: -7_01n, description: text(), pending: true });
      const consent = await connect();
      const pulled = await pull(consent);
      expect(pulled.rows.size).toBeGreaterThan(10);
      const rows = [...pulled.rows.values()];
      expect(rows.some((row) => row.amountMinor > 0n)).toBe(true);
      expect(rows.some((row) => row.amountMinor < 0n)).toBe(true);
      expect(rows.some((row) => row.pending)).toBe(true);
      await expectLikeTheBank(consent, pulled);
    });

    it("pulled again are the same", async () => {
      const { connect, pull } = walk();
      const consent = await connect();
      const first = await pull(consent);
      const second = await pull(consent, first);
      expect(second.rows).toEqual(first.rows);
    });

    where(abilities.changeFeed, "pulled again bring no row", async () => {
      const { connect, pull } = walk();
      const consent = await connect();
      const { pages } = await pull(consent, await pull(consent));
      const moved = pages.flatMap((page) => [...page.added, ...page.modified, ...page.removed]);
      expect(moved).toEqual([]);
    });

    it("that are new, changed or withdrawn are so after the next pull", async () => {
      const { bank, connect, pull, expectLikeTheBank } = walk();
      const [kept, gone] = [text(), text()];
      const consent = await connect();
      const keptLine = await bank.post({ amountMinor: 12_34n, description: kept });
      const goneLine = await bank.post({ amountMinor: -5_00n, description: gone });
      await bank.settle();
      const first = await pull(consent);
      const before = find(first.rows, kept);
      expect(before).toMatchObject({ amountMinor: 12_34n, pending: false });
      expect(find(first.rows, gone)).toBeDefined();
      await bank.modify(keptLine, { amountMinor: 43_21n });
      await bank.remove(goneLine);
      const added = text();
      await bank.post({ amountMinor: -1n, description: added });
      await bank.settle();
      const second = await pull(consent, first);
      expect(find(second.rows, kept)).toMatchObject({
        externalId: before?.externalId,
        amountMinor: 43_21n,
      });
      expect(find(second.rows, gone)).toBeUndefined();
      expect(find(second.rows, added)).toMatchObject({ amountMinor: -1n });
      await expectLikeTheBank(consent, second);
    });

    it("of long ago that are changed are read again from the day that is told", async () => {
      const { bank, connect, pull, expectLikeTheBank } = walk();
      const consent = await connect();
      const first = await pull(consent);
      const { line, bookedOn } = await bank.oldest(consent.externalId, consent.daysOfHistory);
      const description = text();
      await bank.modify(line, { description, amountMinor: -99_99n });
      await bank.settle();
      const second = await pull(consent, first, { rereadFrom: bookedOn });
      expect(find(second.rows, description)).toMatchObject({ bookedOn, amountMinor: -99_99n });
      expect(second.rows.size).toBe(first.rows.size);
      await expectLikeTheBank(consent, second);
    });

    where(abilities.findsOldEdits, "of long ago that are changed are found untold", async () => {
      const { bank, connect, pull, expectLikeTheBank } = walk();
      const consent = await connect();
      const first = await pull(consent);
      const { line } = await bank.oldest(consent.externalId, consent.daysOfHistory);
      await bank.remove(line);
      await bank.settle();
      await expectLikeTheBank(consent, await pull(consent, first));
    });

    it("that were pending are posted: the old row is gone, the new one is there", async () => {
      const { bank, connect, pull, expectLikeTheBank } = walk();
      const description = text();
      const consent = await connect();
      const line = await bank.post({ amountMinor: -20_00n, description, pending: true });
      await bank.settle();
      const first = await pull(consent);
      const pending = find(first.rows, description);
      expect(pending).toMatchObject({ pending: true, amountMinor: -20_00n });
      await bank.book(line, -22_50n);
      await bank.settle();
      const second = await pull(consent, first);
      const posted = find(second.rows, description);
      expect(posted).toMatchObject({ pending: false, amountMinor: -22_50n });
      if (posted?.externalId !== pending?.externalId) {
        expect(second.rows.has(pending?.externalId ?? "")).toBe(false);
      }
      if (abilities.linksPending === true) {
        expect(posted?.replacesExternalId).toBe(pending?.externalId);
      }
      await expectLikeTheBank(consent, second);
    });

    it("are the bank's after every pull, whatever happened in between", async () => {
      const { bank, connect, pull, expectLikeTheBank } = walk();
      const consent = await connect();
      const step = fc.record({
        what: fc.constantFrom("post", "post", "pend", "modify", "remove", "book", "pull"),
        pick: fc.nat(50),
      });
      let known = await pull(consent);
      const posted: { line: number; pending: boolean }[] = [];
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
          for (const { what, pick } of steps) {
            const [chosen] = posted.splice(pick % Math.max(posted.length, 1), 1);
            const amountMinor = BigInt(pick * 7 - 101);
            const description = text();
            if (what === "pull") {
              await bank.settle();
              known = await pull(consent, known);
              if (chosen) posted.push(chosen);
            } else if (what === "post" || what === "pend" || chosen === undefined) {
              const pending = what === "pend";
              posted.push({
                line: await bank.post({ amountMinor, description, pending }),
                pending,
              });
              if (chosen) posted.push(chosen);
            } else if (what === "remove") {
              await bank.remove(chosen.line);
            } else if (what === "book" && chosen.pending) {
              posted.push({ line: await bank.book(chosen.line, amountMinor), pending: false });
            } else {
              await bank.modify(chosen.line, { amountMinor, description });
              posted.push(chosen);
            }
          }
          await bank.settle();
          known = await pull(consent, known);
          await expectLikeTheBank(consent, known);
        }),
        // One bank goes through all runs: what came before cannot be left out when one fails.
        { numRuns: 6, seed: 17, endOnFailure: true },
      );
    });

    it("without an end come page by page, so that the reader can stop", async () => {
      const { bank, connect, fetchPage, pull } = walk();
      const consent = await connect();
      await pull(consent);
      await bank.strike(consent.externalId, { name: "endless_pages" });
      let cursor: string | null = null;
      for (let read = 0; read < 5; read++) {
        const page = await fetchPage(consent, cursor);
        expect(page).toMatchObject({ kind: "page", hasMore: true });
        if (page.kind === "page") cursor = page.next;
      }
      await bank.calm();
    });
  });

  describe("a refresh", () => {
    where(abilities.refreshes, "is asked for", async () => {
      const { provider, connect, pull } = walk();
      const consent = await connect();
      await pull(consent);
      expect(await provider.refresh(consent.credential)).toEqual({ kind: "requested" });
    });

    where(abilities.refusesRefresh, "that comes too soon is told when it may", async () => {
      const { provider, bank, connect, pull } = walk();
      const consent = await connect();
      await pull(consent);
      await bank.refuseRefresh(consent.externalId);
      const outcome = await provider.refresh(consent.credential);
      expect(outcome.kind).toBe("too_soon");
      if (outcome.kind === "too_soon") {
        expect(outcome.possibleAt.getTime()).toBeGreaterThan(Date.now());
      }
    });
  });
}

function find(rows: KnownRows, description: string) {
  return [...rows.values()].find((row) => row.description === description);
}
