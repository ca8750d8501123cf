import type { CodatSandbox } from "./codat-sandbox.ts";
import type { Finding, PushDraft, PushEnd } from "./facts.ts";
import type { Push } from "./pushes.ts";
import { type Verdict, validateTransactions } from "./validate.ts";
import { validateAccount } from "./validate-account.ts";
import { validatePayment } from "./validate-payment.ts";

/** Lets pushes and mappings be done a little after they were asked for. */
export class Processing {
  readonly #codat: () => CodatSandbox;
  readonly #planned = new Map<NodeJS.Timeout, () => void>();

  constructor(codat: () => CodatSandbox) {
    this.#codat = codat;
  }

  /** Takes up what an earlier run left open. */
  start(): void {
    const { pushes, companies } = this.#codat();
    for (const push of pushes.all()) {
      if (push.ended === null) this.#plan(push);
      else if (owed(push)) this.#later(this.#delayMs(), () => this.#writeAfterAll(push));
    }
    for (const { connectionId, accounts } of companies.connections()) {
      for (const { status, fields } of accounts.values()) {
        if (status === "connecting") this.connect(connectionId, fields.id);
      }
    }
  }

  /** Takes a push, which is processed a little later. */
  take(draft: PushDraft): Push {
    const { record, pushes } = this.#codat();
    record({ of: "codat", did: "pushed", push: draft });
    const push = pushes.find(draft.key);
    if (push === undefined) throw new TypeError("a push that was recorded is not there");
    this.#plan(push);
    return push;
  }

  /** A mapping that was asked for is done a little later. */
  connect(connectionId: string, accountId: string): void {
    this.#later(this.#codat().sandbox.settings.readyDelayMs, () => {
      const { companies, record, hooks, sandbox } = this.#codat();
      const connection = companies.connection(connectionId);
      const account = connection?.accounts.get(accountId);
      if (connection === undefined || account?.status !== "connecting") return;
      const at = sandbox.world.clock.now();
      const moved = { connectionId, accountId, status: "connected" } as const;
      record({ of: "codat", did: "account_moved", ...moved, at });
      hooks.accountMoved(connection, account);
    });
  }

  /** Does at once what is planned for a little later. */
  flush(): void {
    while (this.#planned.size > 0) {
      for (const [timer, run] of this.#planned) {
        clearTimeout(timer);
        this.#planned.delete(timer);
        run();
      }
    }
  }

  close(): void {
    for (const timer of this.#planned.keys()) clearTimeout(timer);
    this.#planned.clear();
  }

  /** What the books hold can be read from now on. */
  sync(companyId: string): void {
    const { record, sandbox, hooks, companies } = this.#codat();
    record({ of: "codat", did: "synced", companyId, at: sandbox.world.clock.now() });
    const company = companies.find(companyId);
    if (company !== undefined) hooks.readCompleted(company);
  }

  #delayMs(): number {
    const { portal, sandbox } = this.#codat();
    return portal.modes.pushDelayMs ?? sandbox.settings.readyDelayMs;
  }

  #plan(push: Push): void {
    const wanted = this.#delayMs() + push.fate.extraMs;
    const allowed = push.timeoutInMinutes === null ? wanted : push.timeoutInMinutes * 60_000;
    this.#later(Math.min(wanted, allowed), () => this.#process(push, wanted > allowed));
  }

  #process(push: Push, overdue: boolean): void {
    if (push.ended !== null) return;
    if (overdue || push.fate.how === "timed_out" || push.fate.how === "written_later") {
      this.#end(push, timedOut);
      if (owed(push)) this.#later(this.#delayMs(), () => this.#writeAfterAll(push));
      return;
    }
    const { errors, warnings } = this.#look(push);
    if (push.fate.how === "fails") this.#end(push, downstream(push));
    else if (errors.length > 0) this.#end(push, refused(push, errors, warnings));
    else this.#end(push, succeeded(warnings));
  }

  #writeAfterAll(push: Push): void {
    const { record, sandbox, companies } = this.#codat();
    if (push.written || companies.find(push.companyId) === undefined) return;
    if (this.#look(push).errors.length > 0) return;
    record({ of: "codat", did: "push_written", key: push.key, at: sandbox.world.clock.now() });
    this.#follow(push);
  }

  #look(push: Push): Verdict {
    const { companies, library, sandbox, portal } = this.#codat();
    const connection = companies.connection(push.connectionId);
    if (connection?.status !== "Linked") return { errors: [notLinked], warnings: [] };
    const books = library.of(connection);
    if (push.body.dataType === "bankAccounts") return validateAccount(push.body.account, books);
    if (push.body.dataType !== "bankTransactions") return validatePayment(push.body.payment, books);
    const { accountId, transactions } = push.body;
    const source = connection.accounts.get(accountId);
    return validateTransactions({
      ...{ push, transactions, connection, source },
      target: books?.account(source?.targetId ?? ""),
      today: sandbox.world.clock.today(),
      strictIds: portal.modes.strictIds,
    });
  }

  #end(push: Push, end: PushEnd): void {
    const { record, sandbox, companies, hooks } = this.#codat();
    const company = companies.find(push.companyId);
    if (company === undefined) return;
    record({
      of: "codat",
      did: "push_ended",
      key: push.key,
      ...end,
      at: sandbox.world.clock.now(),
    });
    if (end.status === "Success") this.#follow(push);
    hooks.pushEnded(company, push);
  }

  #follow(push: Push): void {
    if (push.syncs && this.#codat().portal.modes.syncsByItself) this.sync(push.companyId);
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#planned.delete(timer);
      run();
    }, ms);
    this.#planned.set(timer, run);
  }
}

/** Called timed out, and on its way all the same. */
function owed({ fate, ended, written }: Push): boolean {
  return fate.how === "written_later" && ended?.status === "TimedOut" && !written;
}

const notLinked: Finding = {
  itemId: null,
  message: "The connection to the accounting package is not authorised.",
  validatorName: "DataConnection",
};

const timedOut: PushEnd = {
  ...{ status: "TimedOut", statusCode: 408, errors: [], warnings: [] },
  errorMessage: "The push operation timed out.",
};

function succeeded(warnings: Finding[]): PushEnd {
  return { status: "Success", statusCode: 200, errorMessage: null, errors: [], warnings };
}

function refused({ key, body }: Push, errors: Finding[], warnings: Finding[]): PushEnd {
  const what = body.dataType === "bankTransactions" ? `Account: ${body.accountId}` : body.dataType;
  const [first] = errors;
  return {
    ...{ status: "Failed", statusCode: first === notLinked ? 401 : 400, errors, warnings },
    errorMessage: `An error occurred in a downstream service. Correlation ID: ${key}. Message: Push failed for ${what}: see validation for details.`,
  };
}

function downstream({ key }: Push): PushEnd {
  return {
    ...{ status: "Failed", statusCode: 503, errors: [], warnings: [] },
    errorMessage: `An error occurred in a downstream service. Correlation ID: ${key}. Message: The service is unavailable.`,
  };
}
