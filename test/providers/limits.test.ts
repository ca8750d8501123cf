import { describe, expect, it } from "vitest";
import { type ProviderCall, withLimits } from "../../server/src/providers/limits.ts";
import { heldCredential } from "../support/held-credential.ts";
import { failure, scriptedProvider } from "../support/scripted-provider.ts";

const now = () => new Date("2026-11-20T09:30:00Z");
const limit = () =>
  failure("temporary", { retryAt: new Date("2026-11-20T09:31:00Z"), httpStatus: 429 });
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("a provider behind its limits", () => {
  it("answers and fails as it does without them, and tells of each call without its content", async () => {
    const calls: ProviderCall[] = [];
    const provider = withLimits(
      scriptedProvider({ fetchAccounts: () => Promise.reject(failure("user_action_needed")) }),
      { onCall: (call) => calls.push(call) },
    );
    const credential = heldCredential("secret");
    expect(await provider.refresh(credential)).toEqual({ kind: "requested" });
    await expect(provider.fetchAccounts(credential)).rejects.toMatchObject({
      kind: "user_action_needed",
      scope: "connection",
    });
    expect(calls).toEqual([
      { provider: "scripted", operation: "refresh", outcome: "ok", seconds: expect.any(Number) },
      {
        provider: "scripted",
        operation: "fetchAccounts",
        outcome: "user_action_needed",
        seconds: expect.any(Number),
      },
    ]);
    expect(JSON.stringify(calls)).not.toContain("secret");
  });

  it("lets no more through in a window than the provider takes, over all connections", async () => {
    const scripted = scriptedProvider({}, { requestsPerSecondMax: 2 });
    const provider = withLimits(scripted);
    // 2 a second over a window of ten.
    for (let count = 0; count < 50; count += 1) {
      void provider.fetchConnection(heldCredential(`secret-${count}`));
    }
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(scripted.asked).toHaveLength(20);
  });

  it("lets a person's call pass the jobs that wait", async () => {
    const order: string[] = [];
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const provider = withLimits(
      scriptedProvider(
        {
          fetchAccounts: async () => {
            order.push("job");
            await opened;
            return { accounts: [], problems: [] };
          },
          searchInstitutions: async () => {
            order.push("person");
            return [];
          },
        },
        { requestsPerSecondMax: 1_000 },
      ),
    );
    const jobs = Array.from({ length: 70 }, () => provider.fetchAccounts(heldCredential("secret")));
    const person = provider.searchInstitutions("bank", 10);
    await turn();
    expect(order).toHaveLength(64);
    open();
    await Promise.all([person, ...jobs]);
    expect(order.indexOf("person")).toBe(64);
  });

  it("refuses what is too much to wait", async () => {
    const calls: ProviderCall[] = [];
    const provider = withLimits(scriptedProvider({ fetchAccounts: () => new Promise(() => {}) }), {
      onCall: (call) => calls.push(call),
    });
    const credential = heldCredential("secret");
    for (let count = 0; count < 64 + 2_000; count += 1) {
      provider.fetchAccounts(credential).catch(() => {});
    }
    await turn();
    await expect(provider.fetchAccounts(credential)).rejects.toMatchObject({ kind: "temporary" });
    expect(calls.at(-1)).toMatchObject({ outcome: "not_asked" });
  });
});

describe("a rate limit", () => {
  const scopeOf = async (call: Promise<unknown>) =>
    call.then(
      () => "none",
      (error: { scope: string }) => error.scope,
    );

  it("that one connection meets is its own", async () => {
    const provider = withLimits(
      scriptedProvider({ fetchConnection: () => Promise.reject(limit()) }),
      { now },
    );
    for (let count = 0; count < 10; count += 1) {
      expect(await scopeOf(provider.fetchConnection(heldCredential("one")))).toBe("connection");
    }
  });

  it("that many connections meet at once is the provider's", async () => {
    const provider = withLimits(
      scriptedProvider({ fetchConnection: () => Promise.reject(limit()) }),
      { now },
    );
    const scopes: string[] = [];
    for (const name of ["one", "two", "three"]) {
      scopes.push(await scopeOf(provider.fetchConnection(heldCredential(name))));
    }
    expect(scopes).toEqual(["connection", "connection", "provider"]);
  });

  it("of three among many that are answered is not the provider's", async () => {
    const provider = withLimits(
      scriptedProvider({ fetchConnection: () => Promise.reject(limit()) }),
      { now },
    );
    for (let count = 0; count < 10; count += 1)
      await provider.fetchAccounts(heldCredential("well"));
    for (const name of ["one", "two", "three", "four"]) {
      expect(await scopeOf(provider.fetchConnection(heldCredential(name)))).toBe("connection");
    }
  });

  it("of a call that is no connection's is the provider's", async () => {
    const provider = withLimits(
      scriptedProvider({ searchInstitutions: () => Promise.reject(limit()) }),
      { now },
    );
    expect(await scopeOf(provider.searchInstitutions("bank", 5))).toBe("provider");
  });
});
