import type { Sandbox } from "../sandbox.ts";
import type { PlannedErrors } from "../wires/planned-errors.ts";
import type { TinkFact } from "./facts.ts";
import type { Listing } from "./listing.ts";
import type { News } from "./news.ts";
import type { SignTimes } from "./sign-times.ts";
import type { TinkTokens } from "./tokens.ts";
import type { TinkCredentials, TinkUsers } from "./users.ts";

/** What only Tink's wire has, beside the sandbox that all share. */
export interface TinkSandbox {
  readonly sandbox: Sandbox;
  readonly users: TinkUsers;
  readonly tokens: TinkTokens;
  readonly listing: Listing;
  readonly news: News;
  readonly signTimes: SignTimes;
  /** Errors that the next data calls are answered with. */
  readonly errors: PlannedErrors;
  /** States that the next looks at the consents are told. */
  readonly states: PlannedErrors;
  record(fact: TinkFact): void;
}

/** The row whose id a row goes by: its own, or that of the pending one that it was, where ids are kept. */
export function idIndexOf({ sandbox }: Pick<TinkSandbox, "sandbox">, index: number): number {
  if (!sandbox.settings.tinkKeepsPendingIds) return index;
  let first = index;
  for (let steps = 0; steps < replacementsMax; steps += 1) {
    const { replaces } = sandbox.world.rows.get(first);
    if (replaces === null) return first;
    first = replaces;
  }
  return first;
}

const replacementsMax = 10;

/** Whether Tink has seen the row: not what came after it lost the bank. */
export function seen({ unseenFrom }: TinkCredentials, index: number): boolean {
  return unseenFrom === null || index < unseenFrom;
}
