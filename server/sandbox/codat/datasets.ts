import type { CodatSandbox } from "./codat-sandbox.ts";
import { newId } from "./ids.ts";

/** One fetch of one type of data. */
export interface Dataset {
  readonly id: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly dataType: string;
  readonly requestedAt: number;
  completedAt: number | null;
}

/** What Codat fetches from the packages; who has a dataset of, can be read of what it fetched. */
export const dataTypes = [
  ...["bankAccounts", "bankTransactions", "invoices", "bills", "payments", "billPayments"],
  ...["customers", "suppliers", "company"],
] as const;

const keptMax = 2_000;

/** The fetches that were asked for, and those that pushes bring about. Forgotten at a restart. */
export class Datasets {
  readonly all: Dataset[] = [];
  readonly #codat: () => CodatSandbox;
  readonly #timers = new Map<NodeJS.Timeout, () => void>();

  constructor(codat: () => CodatSandbox) {
    this.#codat = codat;
  }

  running(companyId: string, dataType: string): boolean {
    return this.all.some(
      (one) => one.companyId === companyId && one.dataType === dataType && one.completedAt === null,
    );
  }

  /** Asks for fresh data, which is there a little later. */
  queue(companyId: string, connectionId: string, types: readonly string[]): Dataset[] {
    const { sandbox, processing } = this.#codat();
    const requestedAt = sandbox.world.clock.now();
    const asked: Dataset[] = types.map((dataType) => {
      return { id: newId(), companyId, connectionId, dataType, requestedAt, completedAt: null };
    });
    this.all.push(...asked);
    this.all.splice(0, Math.max(0, this.all.length - keptMax));
    this.#later(sandbox.settings.readyDelayMs, () => {
      const completedAt = sandbox.world.clock.now();
      for (const one of asked) Object.assign(one, { completedAt });
      if (this.#codat().companies.find(companyId) !== undefined) processing.sync(companyId);
    });
    return asked;
  }

  latest(companyId: string, dataType: string): Dataset | undefined {
    return this.all.findLast((one) => one.companyId === companyId && one.dataType === dataType);
  }

  flush(): void {
    for (const [timer, run] of [...this.#timers]) {
      clearTimeout(timer);
      this.#timers.delete(timer);
      run();
    }
  }

  close(): void {
    for (const timer of this.#timers.keys()) clearTimeout(timer);
    this.#timers.clear();
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.set(timer, run);
  }
}
