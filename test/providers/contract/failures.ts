import { describe, expect, it } from "vitest";
import type { Provider } from "../../../server/src/providers/provider.ts";
import type { ContractFault, ContractTrouble } from "./contract-entry.ts";
import type { ContractContext } from "./contract-suite.ts";

export function describeFailures({ entry, subject, walk, where }: ContractContext): void {
  const { abilities } = entry;

  describe("what the provider refuses with", () => {
    it("is expected, every code of it", () => {
      expect(Object.keys(entry.errors).sort()).toEqual([...subject().bank.errorCodes].sort());
    });

    for (const [code, outcome] of Object.entries(entry.errors)) {
      it(`${code} comes out as ${outcome}`, async () => {
        const { bank, connect, pull, outcomeOf } = walk();
        const consent = await connect();
        await pull(consent);
        await bank.fail(consent.externalId, code);
        try {
          expect(await outcomeOf(consent)).toBe(outcome);
        } finally {
          await bank.calm();
        }
      });
    }
  });

  describe("a consent in trouble", () => {
    const troubles: [ContractTrouble, string][] = [
      ["login_required", "user_action_needed"],
      ["consent_expired", "user_action_needed"],
      ["revoked", "user_action_needed"],
      ["institution_down", "temporary"],
    ];
    it.each(troubles)("by %s is %s, until it passes", async (trouble, outcome) => {
      const { bank, connect, pull, outcomeOf } = walk();
      const consent = await connect();
      await pull(consent);
      await bank.trouble(consent.externalId, trouble);
      await bank.settle();
      expect(await outcomeOf(consent)).toBe(outcome);
      if (trouble === "revoked") return;
      await bank.trouble(consent.externalId, null);
      await bank.settle();
      expect(await outcomeOf(consent)).toBe("fine");
    });
  });

  describe("a call that fails for now", () => {
    const struck = async (fault: ContractFault, by?: Provider) => {
      const { bank, connect, pull, failureOf, fetchPage } = walk();
      const consent = await connect();
      const first = await pull(consent);
      await bank.strike(consent.externalId, fault);
      const began = performance.now();
      const call = fetchPage(consent, first.cursor, null, by);
      const failure = await failureOf(consent, call);
      const tookMs = performance.now() - began;
      expect(failure.kind).toBe("temporary");
      expect(failure.message).not.toBe("");
      await bank.calm();
      // It leaves nothing behind: the same call brings what it would have brought.
      await pull(consent, first);
      return { failure, tookMs };
    };

    it("with too many requests waits as long as it is asked to", async () => {
      const { failure } = await struck({ name: "rate_limit", retryAfterSeconds: 90 });
      const seconds = ((failure.retryAt?.getTime() ?? 0) - Date.now()) / 1_000;
      expect(seconds).toBeGreaterThan(80);
      expect(seconds).toBeLessThanOrEqual(90);
    });

    it("with too many requests waits a bounded time where none is said", async () => {
      const { failure } = await struck({ name: "rate_limit", retryAfterSeconds: null });
      if (failure.retryAt === null) return;
      expect(failure.retryAt.getTime()).toBeGreaterThan(Date.now());
      expect(failure.retryAt.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
    });

    it("with an error of the provider's own can be tried again", async () => {
      await struck({ name: "internal_error" });
    });

    it("in silence is given up in time", async () => {
      const { tookMs } = await struck({ name: "hang", ms: 5_000 }, subject().impatient);
      expect(tookMs).toBeLessThan(subject().impatientMs + 2_000);
    });

    it("with a broken connection can be tried again", async () => {
      await struck({ name: "connection_reset" });
    });

    it("with half an answer can be tried again", async () => {
      await struck({ name: "truncated_json" });
    });

    it("leaves accounts and the state of a consent to be asked for again too", async () => {
      const { provider, bank, connect, pull, failureOf } = walk();
      const consent = await connect();
      await pull(consent);
      const calls = [
        () => provider.fetchAccounts(consent.credential),
        () => provider.fetchConnection(consent.credential),
      ];
      for (const call of calls) {
        for (const name of ["truncated_json", "connection_reset", "internal_error"] as const) {
          await bank.strike(consent.externalId, { name });
          expect((await failureOf(consent, call())).kind).toBe("temporary");
          await bank.calm();
        }
      }
    });
  });

  describe("an access token that has run out", () => {
    where(abilities.renewsTokens, "is renewed once, whoever asks", async () => {
      const { provider, bank, connect, pull, fetchPage } = walk();
      const consent = await connect();
      const first = await pull(consent);
      await bank.spendToken(consent.externalId);
      let exchanges = 0;
      const { credential } = consent;
      const counting = {
        ...consent,
        credential: {
          get secret() {
            return credential.secret;
          },
          now: credential.now,
          renew: (spent: string, exchange: (current: string) => Promise<string>) =>
            credential.renew(spent, (current) => {
              exchanges += 1;
              return exchange(current);
            }),
        },
      };
      const before = credential.secret;
      const answers = await Promise.all([
        provider.fetchAccounts(counting.credential),
        fetchPage(counting, first.cursor),
      ]);
      expect(answers[0].accounts.length).toBeGreaterThan(0);
      expect(exchanges).toBe(1);
      expect(credential.secret).not.toBe(before);
      await pull(consent, first);
    });
  });
}
