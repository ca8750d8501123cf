import { describe, expect, it } from "vitest";
import type { ContractContext } from "./contract-suite.ts";
import { text } from "./walk.ts";

/** Last of all, because what it posts would make every other pull long. */
export function describeVolume({ entry, walk, where }: ContractContext): void {
  const { abilities } = entry;

  describe("very many transactions", { timeout: 60_000 }, () => {
    it("come on as many pages as they need", async () => {
      const { bank, connect, pull, expectLikeTheBank } = walk();
      await bank.postMany(700);
      const consent = await connect();
      const pulled = await pull(consent);
      expect(pulled.pages.length).toBeGreaterThan(1);
      await expectLikeTheBank(consent, pulled);
    });

    it("that change while they are read are the bank's after the next pull", async () => {
      const { bank, connect, pull, expectLikeTheBank } = walk();
      const edited = await bank.post({ amountMinor: 3_00n, description: text() });
      const removed = await bank.post({ amountMinor: 4_00n, description: text() });
      const consent = await connect();
      let changed = false;
      const first = await pull(consent, undefined, {
        between: async () => {
          if (changed) return;
          changed = true;
          await bank.modify(edited, { amountMinor: 3_33n });
          await bank.remove(removed);
          await bank.post({ amountMinor: 5_00n, description: text() });
        },
      });
      expect(changed, "there was a second page").toBe(true);
      await bank.settle();
      await expectLikeTheBank(consent, await pull(consent, first));
    });

    where(abilities.restarts, "are read anew when the feed says that it changed", async () => {
      const { bank, connect, pull, expectLikeTheBank } = walk();
      const consent = await connect();
      await pull(consent);
      await bank.strike(consent.externalId, { name: "mutation" });
      const pulled = await pull(consent);
      expect(pulled.restarts).toBe(1);
      await expectLikeTheBank(consent, pulled);
    });
  });
}
