import { describe, expect, it } from "vitest";
import type { ContractContext } from "./contract-suite.ts";
import { returnUrl } from "./walk.ts";

export function describeConsents({ entry, walk, where }: ContractContext): void {
  const { abilities } = entry;

  describe("institutions", () => {
    it("are found by a part of their name, and by their id", async () => {
      const { provider, bank } = walk();
      for (const { id, name, search } of bank.institutions) {
        const found = await provider.searchInstitutions(search, 5);
        expect(found).toContainEqual(expect.objectContaining({ id, name }));
        expect(found.length).toBeLessThanOrEqual(5);
        expect(await provider.findInstitution(id)).toMatchObject({ id, name });
      }
    });

    it("come without a search too, as many as were asked for", async () => {
      const { provider } = walk();
      expect(await provider.searchInstitutions("", 1)).toHaveLength(1);
    });

    where(abilities.searchesInstitutions, "of no such name are none", async () => {
      const { provider } = walk();
      expect(await provider.searchInstitutions("no bank is called that", 5)).toEqual([]);
    });

    it("of an unknown id are null", async () => {
      expect(await walk().provider.findInstitution("no-such-institution")).toBeNull();
    });
  });

  describe("a consent", () => {
    where(abilities.hostedSignIn, "nobody has come back from is unfinished", async () => {
      const { provider, startConsent } = walk();
      const { started } = await startConsent();
      if (started.kind !== "hosted") throw new Error("granted without a page");
      expect(started.expiresAt.getTime()).toBeGreaterThan(Date.now());
      const { linkToken } = started;
      const flow = { linkToken, repair: null, returned: null, returnUrl };
      expect(await provider.completeConsent(flow)).toEqual({ kind: "unfinished" });
    });

    where(abilities.tellsCancelled, "that the person left is cancelled", async () => {
      const { provider, bank, startConsent } = walk();
      const { request, started } = await startConsent();
      if (started.kind !== "hosted") throw new Error("granted without a page");
      const returned = await bank.cancelAt(started.hostedUrl);
      if (returned !== null) expect(returned.get("state")).toBe(request.state);
      const { linkToken } = started;
      const outcome = await provider.completeConsent({
        ...{ linkToken, repair: null, returned, returnUrl },
      });
      expect(outcome).toEqual({ kind: "cancelled" });
    });

    it("becomes a connection that knows its institution", async () => {
      const { provider, bank, connect } = walk();
      const { externalId, credential } = await connect();
      expect(await bank.holds(externalId)).toBe(true);
      const connection = await provider.fetchConnection(credential);
      expect(connection).toMatchObject({ externalId, failure: null });
      if (connection.institutionId !== null) {
        expect(connection.institutionId).toBe(bank.institutions[0]?.id);
      }
    });

    where(abilities.tellsConsentEnd, "says when it ends", async () => {
      const { provider, connect } = walk();
      const { consentExpiresAt } = await provider.fetchConnection((await connect()).credential);
      const days = ((consentExpiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(1);
      expect(days).toBeLessThan(400);
    });

    it("brings the accounts, their balances to the unit and what they are recognised by", async () => {
      const { provider, bank, consentTo } = walk();
      for (const { id } of bank.institutions) {
        const { externalId, credential } = await consentTo(id);
        const { accounts, problems } = await provider.fetchAccounts(credential);
        expect(problems).toEqual([]);
        expect(new Set(accounts.map((account) => account.externalId)).size).toBe(accounts.length);
        const told = accounts.map((account) => ({
          name: account.name,
          kind: account.kind,
          currency: account.currency,
          balanceMinor: account.balanceCurrentMinor,
          mask: account.mask,
          identifier: account.identifier,
        }));
        const expected = await bank.accounts(externalId);
        expect(byName(told)).toEqual(byName(expected));
      }
    });

    where(abilities.hostedSignIn, "is repaired in place, and nothing doubles", async () => {
      const { bank, connect, pull, repair, outcomeOf, expectLikeTheBank } = walk();
      const consent = await connect();
      const before = await pull(consent);
      await bank.trouble(consent.externalId, "login_required");
      expect(await outcomeOf(consent)).toBe("user_action_needed");
      expect((await repair(consent)).kind).toBe("repaired");
      await bank.settle();
      expect(await outcomeOf(consent)).toBe("fine");
      const after = await pull(consent, before);
      expect([...after.rows.keys()].sort()).toEqual([...before.rows.keys()].sort());
      await expectLikeTheBank(consent, after);
    });

    where(
      abilities.hostedSignIn,
      "whose repair nobody has finished is left as it was",
      async () => {
        const { provider, bank, connect, startConsent, outcomeOf } = walk();
        const consent = await connect();
        await bank.trouble(consent.externalId, "login_required");
        const { started } = await startConsent({ repair: consent.credential });
        if (started.kind !== "hosted") throw new Error("granted without a page");
        const outcome = await provider.completeConsent({
          linkToken: started.linkToken,
          repair: consent.credential,
          returned: null,
          returnUrl,
        });
        expect(outcome).toEqual({ kind: "unfinished" });
        expect(await outcomeOf(consent)).toBe("user_action_needed");
      },
    );

    it("is revoked, and to revoke it twice is no failure", async () => {
      const { provider, bank, connect, fetchPage, failureOf } = walk();
      const consent = await connect();
      await provider.revoke(consent.credential);
      await bank.settle();
      expect(await bank.holds(consent.externalId)).toBe(false);
      await provider.revoke(consent.credential);
      await failureOf(consent, fetchPage(consent, null));
    });
  });
}

function byName<Account extends { name: string }>(accounts: readonly Account[]): Account[] {
  return [...accounts].sort((a, b) => (a.name < b.name ? -1 : 1));
}
