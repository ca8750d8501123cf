import { randomBytes, randomUUID } from "node:crypto";
import type { SignInRequest } from "../wires/wire.ts";

const signInsMax = 2_000;

/** One opening of the hosted pages, for whichever wire asked. */
export interface SignIn {
  /** What stands in the hosted page's address. */
  readonly token: string;
  /** Where the browser is sent. */
  readonly url: string;
  readonly request: SignInRequest;
  readonly walks: Walk[];
}

export type Step = "institution" | "sign_in" | "code" | "accounts" | "consent" | "done" | "left";

/** One walk through the pages. */
export interface Walk {
  readonly walkId: string;
  readonly startedAt: number;
  finishedAt: number | null;
  step: Step;
  institutionKey: string | null;
  paths: string[];
  /** What the person has to put right, shown once on the step's page. */
  complaint: string | null;
  wrongAttempts: number;
  /** Where the browser went in the end; null: nowhere. */
  goesTo: string | null;
  readonly events: WalkEvent[];
}

export interface WalkEvent {
  readonly what:
    | "opened"
    | "institution_chosen"
    | "login_sent"
    | "login_refused"
    | "bank_down"
    | "code_sent"
    | "code_refused"
    | "finished"
    | "left";
  readonly at: number;
  readonly institutionKey: string | null;
}

/** The hosted pages that are open. They live in memory: a walk that a restart cuts off is begun again by the application. */
export class SignIns {
  #byToken = new Map<string, SignIn>();
  #now: () => number;
  #address: () => string;

  /** @param address the sandbox's own */
  constructor(now: () => number, address: () => string) {
    this.#now = now;
    this.#address = address;
  }

  open(request: SignInRequest): SignIn {
    const token = randomBytes(24).toString("base64url");
    const signIn: SignIn = { token, url: `${this.#address()}/link/${token}`, request, walks: [] };
    this.#byToken.set(token, signIn);
    for (const oldest of this.#byToken.keys()) {
      if (this.#byToken.size <= signInsMax) break;
      this.#byToken.delete(oldest);
    }
    return signIn;
  }

  find(token: string): SignIn | undefined {
    return this.#byToken.get(token);
  }

  expired({ request }: SignIn): boolean {
    return this.#now() > request.expiresAt;
  }

  /** The walk under way, or a new one; after success there is no other. */
  walk(signIn: SignIn): Walk {
    const last = signIn.walks.at(-1);
    if (last !== undefined && last.step !== "left") return last;
    const { institutionKey } = signIn.request;
    const walk: Walk = {
      walkId: randomUUID(),
      startedAt: this.#now(),
      finishedAt: null,
      step: institutionKey === null ? "institution" : "sign_in",
      institutionKey,
      paths: [],
      complaint: null,
      wrongAttempts: 0,
      goesTo: null,
      events: [],
    };
    signIn.walks.push(walk);
    return walk;
  }
}
