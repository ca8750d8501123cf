import { type Random, randomFrom } from "../../../prisma/story/random.ts";
import { type PushFate, processed } from "./fates.ts";

/** What goes wrong with a call. */
export const callFaultNames = [
  "rate_limit",
  "internal_error",
  "unavailable",
  "slow",
  /** The connection is cut before anything was done. */
  "cut_before",
  /** It was done, and then the connection is cut. */
  "cut_after",
  /** It was done, and then nothing comes for a while before the connection is cut. */
  "silent_after",
] as const;
export type CallFaultName = (typeof callFaultNames)[number];

/** What goes wrong with a push that was accepted. */
export const pushFaultNames = [
  "push_slow",
  "push_timed_out",
  "push_written_later",
  "push_fails",
  "lines_refused",
] as const;
export type PushFaultName = (typeof pushFaultNames)[number];

/** What goes wrong with a webhook on its way. */
export const webhookFaultNames = ["webhook_lost", "webhook_late", "webhook_twice"] as const;
export type WebhookFaultName = (typeof webhookFaultNames)[number];

export type CodatFaultName = CallFaultName | PushFaultName | WebhookFaultName;
export const codatFaultNames: readonly CodatFaultName[] = [
  ...callFaultNames,
  ...pushFaultNames,
  ...webhookFaultNames,
];

/** Which calls a fault strikes: those that push, those that read, or any. */
export type CallKind = "push" | "read" | "other";

export interface CodatFault {
  readonly id: number;
  readonly name: CodatFaultName;
  readonly companyId: string | null;
  /** Null: any. */
  readonly calls: CallKind | null;
  /** Null: until its end. */
  left: number | null;
  readonly until: number | null;
  readonly ms: number;
  readonly retryAfter: number | null;
  readonly words: string | null;
  readonly line: number | null;
}

/** What strikes by chance, from a seed: one seed and one order of pushes give the same failures to them. */
export interface FaultPlan {
  readonly seed: string;
  readonly rates: Readonly<Partial<Record<CodatFaultName, number>>>;
  readonly calls: CallKind | null;
  readonly ms: number;
  readonly retryAfter: number | null;
}

type Strike = Pick<CodatFault, "name" | "ms" | "retryAfter" | "words" | "line">;

const faultsMax = 500;

/** Failures of Codat's own: set one by one, or drawn from a seeded plan. */
export class CodatFaults {
  readonly #now: () => number;
  #faults: CodatFault[] = [];
  #nextId = 1;
  #plan: FaultPlan | null = null;
  /** One for each kind of thing that can go wrong: how often somebody asks what became of a push changes nothing else. */
  readonly #randoms = new Map<string, Random>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get plan(): FaultPlan | null {
    return this.#plan;
  }

  set(of: Omit<CodatFault, "id">): CodatFault {
    const fault = { ...of, id: this.#nextId++ };
    this.#faults = [...this.list(), fault].slice(-faultsMax);
    return fault;
  }

  list(): CodatFault[] {
    this.#faults = this.#faults.filter(
      ({ left, until }) => (left === null || left > 0) && (until === null || until > this.#now()),
    );
    return [...this.#faults];
  }

  /** One, or all of them with the plan. */
  clear(id?: number): void {
    this.#faults = id === undefined ? [] : this.#faults.filter((fault) => fault.id !== id);
    if (id === undefined) this.draw(null);
  }

  draw(plan: FaultPlan | null): void {
    this.#plan = plan;
    this.#randoms.clear();
  }

  /** What strikes this call; at most one. */
  ofCall(companyId: string | null, kind: CallKind): Strike | undefined {
    return this.#take(callFaultNames, companyId, kind);
  }

  ofWebhook(companyId: string): WebhookFaultName | undefined {
    const name = this.#take(webhookFaultNames, companyId, null)?.name;
    return webhookFaultNames.find((one) => one === name);
  }

  /** What becomes of a push that is accepted now. */
  ofPush(companyId: string): PushFate {
    const strike = this.#take(pushFaultNames, companyId, "push");
    switch (strike?.name) {
      case "push_slow":
        return { ...processed, extraMs: strike.ms };
      case "push_timed_out":
        return { ...processed, how: "timed_out" };
      case "push_written_later":
        return { ...processed, how: "written_later" };
      case "push_fails":
        return { ...processed, how: "fails" };
      case "lines_refused": {
        const { words, line } = strike;
        return {
          ...processed,
          refusedWords: words,
          refusedLine: words === null ? (line ?? 0) : line,
        };
      }
      default:
        return processed;
    }
  }

  #take(
    names: readonly CodatFaultName[],
    companyId: string | null,
    kind: CallKind | null,
  ): Strike | undefined {
    const fault = this.list().find(
      (one) =>
        names.includes(one.name) &&
        (one.companyId === null || one.companyId === companyId) &&
        (one.calls === null || kind === null || one.calls === kind),
    );
    if (fault === undefined) return this.#byChance(names, kind);
    if (fault.left !== null) fault.left -= 1;
    return fault;
  }

  #byChance(names: readonly CodatFaultName[], kind: CallKind | null): Strike | undefined {
    const plan = this.#plan;
    if (plan === null) return undefined;
    if (plan.calls !== null && kind !== null && plan.calls !== kind) return undefined;
    const { ms, retryAfter } = plan;
    let left = this.#randomOf(plan, `${names[0]}:${kind}`).next();
    for (const name of names) {
      left -= plan.rates[name] ?? 0;
      if (left < 0) return { name, ms, retryAfter, words: null, line: null };
    }
    return undefined;
  }

  #randomOf({ seed }: FaultPlan, of: string): Random {
    const random = this.#randoms.get(of) ?? randomFrom(`${seed}:codat:${of}`);
    this.#randoms.set(of, random);
    return random;
  }
}
