import type { CodatFact, PushDraft, PushEnd } from "./facts.ts";

/** One push operation: what was asked for, and how it ended. */
export interface Push extends PushDraft {
  /** Null while it is pending. */
  ended: (PushEnd & { at: number }) | null;
  /** It is in the books. */
  written: boolean;
  /** Of a payment that was booked. */
  recordId: string | null;
}

/** All push operations, in the order in which they were asked for. */
export class Pushes {
  readonly #byKey = new Map<string, Push>();
  readonly #ofCompany = new Map<string, Push[]>();

  find(key: string): Push | undefined {
    return this.#byKey.get(key);
  }

  ofCompany(companyId: string): readonly Push[] {
    return this.#ofCompany.get(companyId) ?? [];
  }

  all(): Push[] {
    return [...this.#byKey.values()];
  }

  apply(fact: CodatFact): void {
    if (fact.did === "pushed") {
      const push: Push = { ...fact.push, ended: null, written: false, recordId: null };
      this.#byKey.set(push.key, push);
      const others = this.#ofCompany.get(push.companyId);
      if (others === undefined) this.#ofCompany.set(push.companyId, [push]);
      else others.push(push);
    }
    if (fact.did === "push_ended") {
      const { status, statusCode, errorMessage, errors, warnings, at } = fact;
      const push = this.#byKey.get(fact.key);
      if (push !== undefined) {
        push.ended = { status, statusCode, errorMessage, errors, warnings, at };
      }
    }
  }
}
