import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { LocalDate } from "../../../server/src/core/dates.ts";
import {
  type ConsentOutcome,
  type ConsentRequest,
  type Credential,
  ProviderFailure,
  type ProviderPage,
} from "../../../server/src/providers/provider.ts";
import { heldCredential } from "../../support/held-credential.ts";
import type {
  BankLine,
  ContractEntry,
  ContractOutcome,
  ContractSubject,
} from "./contract-entry.ts";
import { foldPull, type KnownRows } from "./fold-pull.ts";

/** Nobody listens there: a test reads the address that a browser would open. */
export const returnUrl = "http://127.0.0.1:9/connections/return";

/** A description that no other row has. */
export function text(): string {
  return `CONTRACT ${randomUUID().slice(0, 13).toUpperCase()}`;
}

/** A consent, with what the engine would keep of it. */
export interface Consent {
  readonly externalId: string;
  readonly credential: ReturnType<typeof heldCredential>;
  readonly daysOfHistory: number;
}

/** What is known of a consent's rows, and where its next pull begins. */
export interface Pulled {
  readonly cursor: string | null;
  readonly rows: KnownRows;
  /** Pages of the last pull. */
  readonly pages: readonly Extract<ProviderPage, { kind: "page" }>[];
  readonly restarts: number;
}

export const nothingPulled: Pulled = { cursor: null, rows: new Map(), pages: [], restarts: 0 };

export interface PullOptions {
  readonly rereadFrom?: LocalDate | null;
  readonly between?: (pages: number) => Promise<unknown>;
}

const pagesMax = 400;
const roundsMax = 20;

/** One subject, with the verbs that the tests are written in. */
export function contractWalk(entry: ContractEntry, subject: ContractSubject) {
  const { provider, bank } = subject;

  const requestFor = (more: Partial<ConsentRequest> = {}): ConsentRequest => ({
    userReference: "organisation-1",
    connectionReference: `connection-${randomUUID()}`,
    institutionId: bank.institutions[0]?.id ?? null,
    returnUrl,
    state: randomUUID(),
    webhookUrl: bank.webhookUrl,
    daysOfHistory: 60,
    today: bank.today,
    repair: null,
    ...more,
  });

  async function startConsent(more: Partial<ConsentRequest> = {}) {
    const request = requestFor(more);
    return { request, started: await provider.startConsent(request) };
  }

  async function consentTo(institutionId: string, daysOfHistory = 60): Promise<Consent> {
    const { request, started } = await startConsent({ institutionId, daysOfHistory });
    if (started.kind === "granted") {
      const { credential, externalId } = started;
      return { externalId, credential: heldCredential(credential), daysOfHistory };
    }
    const returned = await bank.consentAt(started.hostedUrl, institutionId);
    if (returned !== null) expect(returned.get("state")).toBe(request.state);
    const outcome = await provider.completeConsent({
      ...{ linkToken: started.linkToken, repair: null, returned, returnUrl },
    });
    return { ...completed(outcome), daysOfHistory };
  }

  /** A consent to the institution whose rows are moved. */
  const connect = (daysOfHistory?: number) =>
    consentTo(bank.institutions[0]?.id ?? "", daysOfHistory);

  async function repair(consent: Consent): Promise<ConsentOutcome> {
    const { request, started } = await startConsent({ repair: consent.credential });
    if (started.kind === "granted") throw new Error("a repair has a page, or nothing to repair");
    const returned = await bank.consentAt(started.hostedUrl, request.institutionId ?? "");
    const outcome = await provider.completeConsent({
      ...{ linkToken: started.linkToken, repair: consent.credential, returned, returnUrl },
    });
    if (outcome.kind === "repaired" && outcome.credential !== null) {
      const renewed = outcome.credential;
      await consent.credential.renew(consent.credential.secret, async () => renewed);
    }
    return outcome;
  }

  const fetchPage = (
    { credential, daysOfHistory }: Consent,
    cursor: string | null,
    rereadFrom: LocalDate | null = null,
    from = provider,
  ) =>
    from.fetchPage(credential, {
      ...{ cursor, daysOfHistory, rereadFrom },
      today: bank.today,
      accountExternalId: null,
    });

  /** One pull to its end, from where the last one ended. */
  async function pullOnce(
    consent: Consent,
    since: Pulled,
    options: PullOptions,
  ): Promise<Pulled & { settled: boolean }> {
    let [cursor, pages, restarts] = [since.cursor, [] as Pulled["pages"][number][], 0];
    for (let read = 1; read <= pagesMax; read++) {
      const page = await fetchPage(consent, cursor, options.rereadFrom ?? null);
      if (page.kind === "not_ready") return { ...since, pages: [], restarts, settled: false };
      if (page.kind === "restart") {
        [cursor, pages, restarts] = [since.cursor, [], restarts + 1];
        continue;
      }
      expect(page.problems).toEqual([]);
      pages.push(page);
      cursor = page.next;
      if (!page.hasMore) {
        const rows = foldPull(since.rows, pages);
        return { cursor, rows, pages, restarts, settled: page.settled };
      }
      await options.between?.(read);
    }
    throw new Error(`no end after ${pagesMax} pages`);
  }

  /** Pulls until the provider has told everything. */
  async function pull(
    consent: Consent,
    since: Pulled = nothingPulled,
    options: PullOptions = {},
  ): Promise<Pulled> {
    let last: Pulled = since;
    for (let round = 0; round < roundsMax; round++) {
      const pulled = await pullOnce(consent, last, options);
      last = pulled;
      if (pulled.settled) return pulled;
      await bank.settle();
    }
    throw new Error(`not settled after ${roundsMax} pulls`);
  }

  /** The rows as the bank would write them, for comparison with `bank.lines`. */
  async function linesOf(consent: Consent, rows: KnownRows): Promise<BankLine[]> {
    const { accounts } = await provider.fetchAccounts(consent.credential);
    const names = new Map(accounts.map((account) => [account.externalId, account.name]));
    return [...rows.values()].map((row) => ({
      accountName: names.get(row.accountExternalId) ?? "an account that is not there",
      bookedOn: row.bookedOn,
      amountMinor: row.amountMinor,
      currency: row.currency,
      description: row.description,
      pending: row.pending,
    }));
  }

  async function expectLikeTheBank(consent: Consent, { rows }: Pulled): Promise<void> {
    const expected = await bank.lines(consent.externalId, consent.daysOfHistory);
    expect(sorted(await linesOf(consent, rows))).toEqual(sorted(expected));
  }

  /** A failure, which must be of the one class and carry no secret. */
  async function failureOf(consent: Consent, call: Promise<unknown>): Promise<ProviderFailure> {
    const failure = await call.then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure, `${entry.name} fails with ProviderFailure`).toBeInstanceOf(ProviderFailure);
    const told = tellAll(failure as ProviderFailure);
    for (const secret of [...bank.secrets, ...secretsIn(consent.credential)]) {
      expect(told).not.toContain(secret);
    }
    return failure as ProviderFailure;
  }

  /** What the engine would make of the consent now: the first thing that goes wrong in a sync. */
  async function outcomeOf(consent: Consent): Promise<ContractOutcome> {
    let outcome: ContractOutcome = "fine";
    const sync = async () => {
      const { failure } = await provider.fetchConnection(consent.credential);
      if (failure !== null) outcome = failure.kind;
      await provider.fetchAccounts(consent.credential);
      const page = await fetchPage(consent, null);
      if (outcome === "fine" && page.kind !== "page") outcome = page.kind;
    };
    try {
      await sync();
    } catch (error) {
      const failure = await failureOf(consent, Promise.reject(error));
      return outcome === "fine" ? failure.kind : outcome;
    }
    return outcome;
  }

  return {
    ...{ provider, bank, startConsent, consentTo, connect, repair, fetchPage, pull, linesOf },
    ...{ expectLikeTheBank, failureOf, outcomeOf },
  };
}

export type ContractWalk = ReturnType<typeof contractWalk>;

function completed(outcome: ConsentOutcome): Pick<Consent, "externalId" | "credential"> {
  expect(outcome.kind).toBe("completed");
  if (outcome.kind !== "completed") throw new Error(`the consent is ${outcome.kind}`);
  return { externalId: outcome.externalId, credential: heldCredential(outcome.credential) };
}

function sorted(lines: readonly BankLine[]): string[] {
  return lines
    .map(
      ({ accountName, bookedOn, amountMinor, currency, description, pending }) =>
        `${accountName} ${bookedOn} ${amountMinor} ${currency} ${description}${pending ? " pending" : ""}`,
    )
    .sort();
}

/** Everything that a log could write of it, its cause included. */
function tellAll(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 3) return JSON.stringify(error) ?? "";
  const fields = JSON.stringify(error, Object.getOwnPropertyNames(error));
  return `${fields} ${error.stack ?? ""} ${tellAll(error.cause, depth + 1)}`;
}

const secretCharactersMin = 12;

/** The texts inside of a credential that could be secret: all long ones. */
function secretsIn({ secret }: Credential): string[] {
  const texts = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
  };
  try {
    return texts(JSON.parse(secret)).filter((text) => text.length >= secretCharactersMin);
  } catch {
    return [secret];
  }
}
