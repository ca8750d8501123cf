import type { Credential } from "../../server/src/providers/provider.ts";

/** A credential that lives in memory, for tests of an adapter alone; renewals run one at a time, as the engine's do. */
export function heldCredential(secret: string): Credential & { now(): string } {
  let current = secret;
  let last: Promise<unknown> = Promise.resolve();
  return {
    get secret() {
      return current;
    },
    now: () => current,
    renew(spent, exchange) {
      const renewed = last.then(async () => {
        if (current === spent) current = await exchange(current);
        return current;
      });
      last = renewed.catch(() => {});
      return renewed;
    },
  };
}
