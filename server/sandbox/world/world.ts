import { demoStory } from "../../../prisma/story/story.ts";
import type {
  DemoStory,
  StoryAccount,
  StoryInstitution,
  StoryOpenItem,
} from "../../../prisma/story/types.ts";
import { unreachable } from "../unreachable.ts";
import { bulkAmount } from "./bulk.ts";
import type { Clock } from "./clock.ts";
import type { BankFact, RowChange } from "./facts.ts";
import { type BankRow, draftFromLine } from "./row.ts";
import { Rows } from "./rows.ts";

export interface WorldAccount extends StoryAccount {
  path: string;
  institution: StoryInstitution;
  /** Booked money. */
  balanceMinor: bigint;
  pendingMinor: bigint;
}

const bankFeeMinorMax = 25_00n;

/** The simulated banks: institutions, accounts and their lines. Knows nothing of aggregators. */
export class World {
  readonly clock: Clock;
  readonly rows = new Rows();
  readonly accounts = new Map<string, WorldAccount>();
  institutions: StoryInstitution[] = [];
  paceSeconds = 0;
  story: DemoStory | undefined;
  /** Rows that are announced but not booked. */
  readonly pending = new Set<number>();
  /** Which of the story's upcoming lines have arrived, by `arrivalKey`. */
  readonly arrived = new Set<string>();
  #paidMinor = new Map<string, bigint>();
  #listeners: ((changes: RowChange[]) => void)[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  onChange(listener: (changes: RowChange[]) => void): void {
    this.#listeners.push(listener);
  }

  apply(fact: BankFact): void {
    switch (fact.did) {
      case "began":
        this.#begin(fact.today, fact.seed);
        return;
      case "posted": {
        const changes = fact.rows.flatMap((draft) => {
          const row = this.rows.add(draft);
          this.#count(row, 1n);
          this.#settle(row);
          if (row.pending) this.pending.add(row.index);
          const added: RowChange = { kind: "added", start: row.index, end: row.index + 1 };
          return row.replaces === null ? [added] : [...this.#remove(row.replaces), added];
        });
        this.#tell(changes);
        return;
      }
      case "bulk_posted": {
        const account = this.account(fact.bulk.path);
        for (let i = 0; i < fact.bulk.count; i++) account.balanceMinor += bulkAmount(fact.bulk, i);
        this.#tell([{ kind: "added", ...this.rows.addBulk(fact.bulk) }]);
        return;
      }
      case "changed": {
        const before = this.rows.get(fact.index);
        const { amountMinor, ...rest } = fact.changes;
        const after = { ...before, ...rest };
        if (amountMinor !== undefined) after.amountMinor = BigInt(amountMinor);
        this.#count(before, -1n);
        this.#count(after, 1n);
        this.rows.replace(after);
        this.#tell([{ kind: "modified", index: fact.index }]);
        return;
      }
      case "removed":
        this.#tell(this.#remove(fact.index));
        return;
      case "pace_set":
        this.paceSeconds = fact.seconds;
        return;
      case "time_moved":
        this.clock.move(fact.days);
        return;
      default:
        unreachable(fact);
    }
  }

  /** Throws a RangeError for a path that no account has. */
  account(path: string): WorldAccount {
    const account = this.accounts.get(path);
    if (account === undefined) throw new RangeError(`no account ${path}`);
    return account;
  }

  institution(key: string): StoryInstitution {
    const institution = this.institutions.find((i) => i.key === key || i.institutionId === key);
    if (institution === undefined) throw new RangeError(`no institution ${key}`);
    return institution;
  }

  /** Open items of the story that are not paid in full, with what is left. A kept-back bank fee counts as paid. */
  unpaid(): (StoryOpenItem & { leftMinor: bigint })[] {
    return (this.story?.openItems ?? [])
      .map((item) => ({
        ...item,
        leftMinor: item.amountMinor - (this.#paidMinor.get(item.number) ?? 0n),
      }))
      .filter((item) => item.leftMinor > bankFeeMinorMax);
  }

  /** One account's rows from the newest, at most `limit`, removed ones left out. */
  newest(path: string, limit: number): BankRow[] {
    const found: BankRow[] = [];
    for (const [start, end] of [...this.rows.spansOf(path)].reverse()) {
      for (let index = end - 1; index >= start && found.length < limit; index--) {
        const row = this.rows.get(index);
        if (!row.removed) found.push(row);
      }
    }
    return found;
  }

  #begin(today: string, seed: string): void {
    this.story = demoStory(today, seed);
    this.institutions = this.story.institutions;
    for (const institution of this.institutions) {
      for (const account of institution.accounts) {
        const path = `${institution.key}/${account.key}`;
        this.accounts.set(path, {
          ...account,
          path,
          institution,
          balanceMinor: account.openingMinor,
          pendingMinor: 0n,
        });
      }
    }
  }

  /** A line for several items pays each of them in full. */
  #settle(row: BankRow): void {
    if (row.settles.length > 0) this.arrived.add(arrivalKey(row.settles, row.amountMinor));
    const amountMinor = row.amountMinor < 0n ? -row.amountMinor : row.amountMinor;
    for (const number of row.settles) {
      const whole = this.story?.openItems.find((item) => item.number === number)?.amountMinor ?? 0n;
      const before = this.#paidMinor.get(number) ?? 0n;
      this.#paidMinor.set(number, before + (row.settles.length > 1 ? whole : amountMinor));
    }
  }

  #remove(index: number): RowChange[] {
    const row = this.rows.get(index);
    if (row.removed) return [];
    this.#count(row, -1n);
    this.pending.delete(index);
    this.rows.replace({ ...row, removed: true });
    return [{ kind: "removed", index }];
  }

  #count(row: BankRow, sign: 1n | -1n): void {
    const account = this.account(row.path);
    if (row.pending) account.pendingMinor += sign * row.amountMinor;
    else account.balanceMinor += sign * row.amountMinor;
  }

  #tell(changes: RowChange[]): void {
    if (changes.length === 0) return;
    for (const listener of this.#listeners) listener(changes);
  }
}

export function arrivalKey(settles: string[], amountMinor: bigint): string {
  return `${settles.join(" ")} ${amountMinor}`;
}

/** The facts that a new world starts with. */
export function firstFacts(
  today: string,
  seed: string,
  perAccount: number | undefined,
): BankFact[] {
  const story = demoStory(today, seed);
  const facts: BankFact[] = [
    { of: "bank", did: "began", today, seed },
    { of: "bank", did: "posted", rows: story.bankLines.map(draftFromLine) },
  ];
  if (perAccount === undefined) return facts;
  for (const [salt, institution, account] of story.institutions.flatMap((institution, i) =>
    institution.accounts.map((account, j) => [i * 16 + j + 1, institution, account] as const),
  )) {
    const has = story.bankLines.filter(
      (line) => line.institutionKey === institution.key && line.accountKey === account.key,
    ).length;
    if (perAccount <= has) continue;
    const path = `${institution.key}/${account.key}`;
    const { currency } = account;
    const bulk = { path, currency, count: perAccount - has, days: 365, lastDay: today, salt };
    facts.push({ of: "bank", did: "bulk_posted", bulk });
  }
  return facts;
}
