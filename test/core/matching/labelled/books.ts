import type { CurrencyCode } from "../../../../server/src/core/currencies.ts";
import { addDays, type LocalDate, localDate } from "../../../../server/src/core/dates.ts";
import type {
  MatchableItem,
  MatchableTransaction,
} from "../../../../server/src/core/matching/types.ts";
import type {
  LabelledAccount,
  LabelledSet,
  LabelledUnit,
  Situation,
  Truth,
} from "./labelled-set.ts";
import type { NoiseProfile, NumberSeries } from "./noise-profile.ts";
import { Random } from "./random.ts";
import { generateRates, type Rates } from "./rates.ts";

/** A client or supplier, with what it was billed so far. */
export type Party = {
  readonly name: string;
  readonly kind: "invoice" | "expense";
  readonly series: NumberSeries;
  sequence: number;
  /** No two of its items have one amount, unless the situation is about that. */
  readonly amounts: Set<number>;
};

export type TruthSketch = {
  readonly settles?: readonly (readonly [MatchableItem, bigint])[];
  readonly transferId?: string;
  readonly batch?: readonly string[];
  readonly decidable?: boolean;
};

const daysOfYear = 330;
const partiesOfTransactions = 10;

/** The year that a labelled set tells of, as it is written: parties, accounts, items, bank lines and their truth. */
export class Books {
  readonly random: Random;
  readonly profile: NoiseProfile;
  readonly rates: Rates;
  readonly transactions: MatchableTransaction[] = [];
  readonly items: MatchableItem[] = [];
  readonly truth = new Map<string, Truth>();
  readonly accounts: LabelledAccount[] = [];
  readonly blocks: { id: string; name: string }[] = [];
  readonly units: LabelledUnit[] = [];
  readonly unitOfDemand = new Map<string, LabelledUnit>();
  private readonly seed: number;
  private readonly days: readonly LocalDate[];
  private readonly names = new Set<string>();
  private readonly parties: Record<"invoice" | "expense", Party[]>;
  private ids = 0;
  private ownSequence = 0;

  constructor(profile: NoiseProfile, seed: number, size: number) {
    this.seed = seed;
    this.profile = profile;
    this.random = new Random(seed);
    const start = localDate("2025-12-01");
    this.days = Array.from({ length: daysOfYear + 200 }, (_, day) => addDays(start, day));
    this.rates = generateRates(profile, this.days, this.random);
    const count = Math.max(20, Math.floor(size / partiesOfTransactions));
    const some = (kind: Party["kind"], share: number) =>
      Array.from({ length: Math.max(8, Math.floor(count * share)) }, () => this.newParty(kind));
    this.parties = {
      invoice: some("invoice", 1 - profile.expenseShare),
      expense: some("expense", profile.expenseShare),
    };
    this.addAccount(profile.homeCurrency, null, "Main");
    this.addAccount(profile.homeCurrency, null, "Savings");
    for (const { currency } of profile.foreign) this.addAccount(currency, null, currency);
  }

  /** Ids whose order says nothing about the order of making: engines must not profit from it. */
  newId(): string {
    this.ids += 1;
    const scattered = Math.imul(this.ids, 0x9e3779b1) >>> 0;
    const tail = this.ids.toString(16).padStart(12, "0");
    return `${scattered.toString(16).padStart(8, "0")}-0000-4000-8000-${tail}`;
  }

  party(): Party {
    const kind = this.random.chance(this.profile.expenseShare) ? "expense" : "invoice";
    return this.random.pick(this.parties[kind]);
  }

  /** One that no other situation bills: all its items are known. */
  newParty(kind?: Party["kind"], name?: string): Party {
    const chosen = kind ?? (this.random.chance(this.profile.expenseShare) ? "expense" : "invoice");
    return {
      kind: chosen,
      name: name ?? this.newName(),
      sequence: this.random.whole(0, 40),
      amounts: new Set(),
      series:
        chosen === "expense"
          ? this.profile.supplierSeries(this.random)
          : this.random.chance(0.8)
            ? (this.profile.ownSeries[0] as NumberSeries)
            : this.random.pick(this.profile.ownSeries),
    };
  }

  /** A day on which a document may be issued; payments follow up to half a year later. */
  issueDay(): LocalDate {
    return this.day(this.random.whole(31, daysOfYear));
  }

  day(index: number): LocalDate {
    return this.days[Math.min(Math.max(0, index), this.days.length - 1)] as LocalDate;
  }

  /** Mostly soon after or around the due date, sometimes weeks late. */
  paidOn(item: MatchableItem): LocalDate {
    const late = this.random.chance(0.15) ? this.random.whole(31, 75) : this.random.whole(2, 33);
    return addDays(item.issuedOn, late);
  }

  /** In minor units: from small bills to large ones evenly by magnitude, some of them round. */
  amount(): number {
    if (this.random.chance(this.profile.roundShare)) {
      const step = this.random.pick([1_000, 5_000, 10_000, 25_000]);
      return step * this.random.whole(1, 60);
    }
    return Math.round(1_500 * 800 ** this.random.next());
  }

  newAmount(party: Party): number {
    for (let tries = 0; tries < 50; tries++) {
      const amount = this.amount();
      if (!party.amounts.has(amount)) return amount;
    }
    return this.amount() + this.random.whole(1, 1_000_000);
  }

  addItem(party: Party, over: Partial<MatchableItem> = {}): MatchableItem {
    const issuedOn = over.issuedOn ?? this.issueDay();
    const amountMinor = over.amountMinor ?? BigInt(this.newAmount(party));
    party.amounts.add(Number(amountMinor));
    const item: MatchableItem = {
      id: this.newId(),
      kind: party.kind,
      blockId: null,
      unitNumber: null,
      surname: null,
      number: this.nextNumber(party, issuedOn),
      counterpartyName: party.name,
      issuedOn,
      dueOn: this.random.chance(0.05)
        ? null
        : addDays(issuedOn, this.random.pick([14, 30, 30, 30])),
      currency: this.profile.homeCurrency,
      amountMinor,
      openMinor: amountMinor,
      ...over,
    };
    this.items.push(item);
    return item;
  }

  nextNumber(party: Party, issuedOn: LocalDate): string {
    if (party.kind === "invoice") return party.series(++this.ownSequence, issuedOn);
    // A supplier bills others in between.
    party.sequence += this.random.whole(1, 9);
    return party.series(party.sequence, issuedOn);
  }

  /** A bank line. `amountMinor` is what moved, without a sign; direction follows the kind of item. */
  addLine(
    situation: Situation,
    line: {
      readonly out: boolean;
      readonly amountMinor: bigint;
      readonly bookedOn: LocalDate;
      readonly remittance?: string;
      readonly payer?: string | null;
      readonly text?: Pick<MatchableTransaction, "description" | "reference" | "counterpartyName">;
      readonly account?: LabelledAccount;
      readonly id?: string;
    },
    truth: TruthSketch,
  ): MatchableTransaction {
    const account = line.account ?? (this.accounts[0] as LabelledAccount);
    const text =
      line.text ?? this.profile.bankText(this.random, line.remittance ?? "", line.payer ?? null);
    const transaction: MatchableTransaction = {
      id: line.id ?? this.newId(),
      accountId: account.id,
      blockId: account.blockId,
      bookedOn: line.bookedOn,
      amountMinor: line.out ? -line.amountMinor : line.amountMinor,
      openMinor: line.amountMinor,
      currency: account.currency,
      ...text,
      pending: false,
    };
    this.transactions.push(transaction);
    this.truth.set(transaction.id, {
      situation,
      amounts: new Map((truth.settles ?? []).map(([item, amountMinor]) => [item.id, amountMinor])),
      transferId: truth.transferId ?? null,
      batch: truth.batch ?? null,
      decidable: truth.decidable ?? true,
    });
    return transaction;
  }

  addAccount(currency: CurrencyCode, blockId: string | null, name: string): LabelledAccount {
    const account = { id: this.newId(), blockId, name, currency };
    this.accounts.push(account);
    return account;
  }

  /** As the payer's bank writes it. */
  bankName(party: Party): string {
    return this.profile.bankName(this.random, party.name);
  }

  finished(): LabelledSet {
    return {
      profile: this.profile.name,
      seed: this.seed,
      transactions: this.transactions,
      items: this.items,
      rates: this.rates.rows,
      accounts: this.accounts,
      blocks: this.blocks,
      units: this.units,
      truth: this.truth,
      unitOfDemand: this.unitOfDemand,
    };
  }

  /** No two parties of one name without its legal form; where the words run out, a number tells them apart. */
  private newName(): string {
    for (let tries = 0; ; tries++) {
      const name = this.profile.companyName(this.random);
      const told = tries < 5 ? name : name.replace(" ", ` ${this.random.whole(2, 9_999)} `);
      const key = told.toLowerCase().split(" ").slice(0, 3).join(" ");
      if (this.names.has(key)) continue;
      this.names.add(key);
      return told;
    }
  }
}
