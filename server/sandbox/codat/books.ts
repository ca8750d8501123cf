import type { DemoStory } from "../../../prisma/story/types.ts";
import { toMinor } from "../world/money.ts";
import { chartOf, typeOf } from "./chart.ts";
import { type BookDocument, type BookPayment, settle, storyDocuments } from "./documents.ts";
import type {
  LineChanges,
  NewAccount,
  PaymentDraft,
  PushedTransaction,
  SourceAccountFields,
} from "./facts.ts";
import { recordId } from "./ids.ts";
import type { Organisation } from "./organisations.ts";
import type { Family } from "./packages.ts";

/** A bank account in the books, which a feed can fill. */
export interface BookAccount {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly number: string;
  readonly currency: string;
  readonly type: "Debit" | "Credit";
  balance: number;
  modifiedAt: number;
  readonly lines: BookLine[];
}

/** A bank transaction as the package keeps it. */
export interface BookLine {
  /** The package's own. */
  readonly id: string;
  /** ISO date. */
  readonly date: string;
  readonly amount: number;
  readonly balance: number | null;
  readonly description: string;
  readonly counterparty: string | null;
  readonly reference: string | null;
  readonly transactionType: string;
  readonly modifiedAt: number;
  /** What it was pushed as, which the package forgets; null: typed in there. */
  readonly pushedAs: string | null;
}

/** What can be read: the books as they were when they were last fetched. */
export interface Snapshot {
  readonly accounts: readonly BookAccount[];
  readonly lines: ReadonlyMap<string, readonly BookLine[]>;
  readonly documents: readonly BookDocument[];
  readonly payments: readonly BookPayment[];
}

/** The books of one organisation in one package, as one company sees them. */
export class Books {
  readonly key: string;
  readonly family: Family;
  readonly organisation: Organisation;
  readonly accounts: BookAccount[] = [];
  readonly documents: BookDocument[] = [];
  readonly payments: BookPayment[] = [];
  /** Null: nothing has been fetched yet. */
  snapshot: Snapshot | null = null;
  readonly #ordered = new Map<string, readonly BookLine[]>();

  constructor(of: { key: string; family: Family; organisation: Organisation; story: DemoStory }) {
    const { key, family, organisation, story } = of;
    this.key = key;
    this.family = family;
    this.organisation = organisation;
    const at = Date.parse(`${story.today}T06:00:00Z`);
    for (const row of chartOf(organisation)) {
      const id = recordId(family, `${key}:account:${row.code}`);
      this.accounts.push({ ...row, id, balance: 0, modifiedAt: at, lines: [] });
    }
    if (!organisation.tellsStory) return;
    const { documents, payments } = storyDocuments(story, { family, key });
    this.documents.push(...documents);
    this.payments.push(...payments);
  }

  account(id: string): BookAccount | undefined {
    return this.accounts.find((one) => one.id === id);
  }

  /** The accounts that a source account may feed: of its currency, and owed or owned as it is. */
  fitting(source: SourceAccountFields): BookAccount[] {
    const type = typeOf(source);
    return this.accounts.filter((one) => one.currency === source.currency && one.type === type);
  }

  /** Makes an account for a source; asked twice it makes one. */
  open(source: SourceAccountFields, at: number): BookAccount {
    const id = recordId(this.family, `${this.key}:account-of:${source.id}`);
    const { accountName: name, accountNumber: number, currency } = source;
    return this.account(id) ?? this.#add({ id, name, number, currency, type: typeOf(source) }, at);
  }

  /** Makes an account that was asked for. @param seed what its id is made of @returns its id */
  add(
    { accountName, accountNumber, currency, accountType: type }: NewAccount,
    seed: string,
    at: number,
  ): string {
    const id = recordId(this.family, `${seed}:account`);
    const [name, number] = [accountName ?? "", accountNumber ?? ""];
    this.#add({ id, name, number, currency: currency ?? this.organisation.baseCurrency, type }, at);
    return id;
  }

  /** Writes a push's lines into an account. @param seed what their ids are made of */
  write(id: string, transactions: readonly PushedTransaction[], seed: string, at: number): void {
    const account = this.account(id);
    if (account === undefined) return;
    for (const [place, one] of transactions.entries()) {
      account.lines.push(this.#toLine(one, recordId(this.family, `${seed}:${place}`), at));
    }
    account.balance = transactions.at(-1)?.balance ?? account.balance;
    account.modifiedAt = at;
  }

  change(lineId: string, changes: LineChanges, at: number): void {
    this.#edit(lineId, (line) => [{ ...line, ...changes, modifiedAt: at }]);
  }

  remove(lineId: string): void {
    this.#edit(lineId, () => []);
  }

  double(lineId: string, at: number): void {
    this.#edit(lineId, (line) => [
      line,
      { ...line, id: recordId(this.family, `${lineId}:again:${at}`), modifiedAt: at },
    ]);
  }

  /** Where a line is; undefined: nowhere here. */
  find(lineId: string): { account: BookAccount; line: BookLine } | undefined {
    for (const account of this.accounts) {
      const line = account.lines.find((one) => one.id === lineId);
      if (line !== undefined) return { account, line };
    }
    return undefined;
  }

  /** Books a payment that has been looked through. @returns its id */
  pay(draft: PaymentDraft, seed: string, at: number): string {
    const { kind, currency: given, date, note, reference, accountId } = draft;
    const links = draft.lines.flatMap((line) => line.links.map((link) => ({ line, link })));
    const documents = links.flatMap(
      ({ link }) => this.documents.find(({ id }) => id === link.id) ?? [],
    );
    const [first] = documents;
    const currency = given ?? first?.currency ?? this.organisation.baseCurrency;
    const minor = (amount: number) => toMinor(amount, currency) ?? 0n;
    const payment: BookPayment = {
      ...{
        id: recordId(this.family, `${seed}:payment`),
        kind,
        currency,
        note,
        reference,
        accountId,
      },
      partyId: draft.partyId ?? first?.partyId ?? "",
      partyName: draft.partyName ?? first?.partyName ?? "",
      totalMinor: minor(draft.totalAmount ?? 0),
      ...{ paidOn: date.slice(0, 10), modifiedAt: at },
      links: documents.map((document, place) => ({
        ...{ documentId: document.id, kind: document.kind },
        amountMinor: -minor(links[place]?.link.amount ?? -(links[place]?.line.amount ?? 0)),
      })),
    };
    this.payments.push(payment);
    for (const [place, document] of documents.entries()) {
      settle(document, payment, payment.links[place]?.amountMinor ?? 0n);
    }
    return payment.id;
  }

  /** From here on what is here now can be read. */
  sync(): void {
    this.snapshot = {
      accounts: this.accounts.map((account) => ({ ...account })),
      lines: new Map(this.accounts.map((account) => [account.id, this.#inOrder(account)])),
      documents: this.documents.map((one) => ({ ...one, paymentIds: [...one.paymentIds] })),
      payments: [...this.payments],
    };
  }

  #add(of: Pick<BookAccount, "id" | "name" | "number" | "currency" | "type">, at: number) {
    const code = String(1_290 + this.accounts.length);
    const account: BookAccount = { ...of, code, balance: 0, modifiedAt: at, lines: [] };
    this.accounts.push(account);
    return account;
  }

  /** By day, and as they came within one. What was in order before, and has only grown, is not sorted anew. */
  #inOrder({ id, lines }: BookAccount): readonly BookLine[] {
    const before = this.#ordered.get(id) ?? [];
    if (before.length === lines.length) return before;
    const added = inOrder(lines.slice(before.length));
    const follows = (before.at(-1)?.date ?? "") <= (added[0]?.date ?? "");
    const ordered = follows ? before.concat(added) : inOrder(lines);
    this.#ordered.set(id, ordered);
    return ordered;
  }

  #toLine(one: PushedTransaction, id: string, at: number): BookLine {
    return {
      id,
      date: one.date.slice(0, 10),
      amount: one.amount,
      balance: one.balance,
      description: wordsOf(this.family, one),
      // QuickBooks takes no notice of these.
      counterparty: this.family === "quickbooks" ? null : one.counterparty,
      reference: this.family === "quickbooks" ? null : one.reference,
      transactionType: one.transactionType ?? (one.amount < 0 ? "Debit" : "Credit"),
      modifiedAt: at,
      pushedAs: one.id,
    };
  }

  #edit(lineId: string, edit: (line: BookLine) => BookLine[]): void {
    const found = this.find(lineId);
    if (found === undefined) return;
    const { id, lines } = found.account;
    this.#ordered.delete(id);
    lines.splice(lines.indexOf(found.line), 1, ...edit(found.line));
  }
}

function inOrder(lines: readonly BookLine[]): BookLine[] {
  return [...lines].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

/** The package's own words: Xero joins what it is told. */
function wordsOf(family: Family, { description, reference }: PushedTransaction): string {
  const words = family === "xero" ? [description, reference] : [description];
  return words.filter((word) => word !== null && word !== "").join(" ");
}
