import { addDays } from "../../../../server/src/core/dates.ts";
import type { Books } from "./books.ts";
import type { LabelledAccount, Situation } from "./labelled-set.ts";

/** Across currencies, between own accounts, and what settles nothing. */
export const otherSituations = {
  foreign_named: (books: Books) => payAcross(books, "foreign_named", true),
  foreign_unnamed: (books: Books) => payAcross(books, "foreign_unnamed", false),
  transfer: (books: Books) => {
    const [main, savings] = books.accounts as [LabelledAccount, LabelledAccount];
    const [from, to] = books.random.chance(0.5) ? [main, savings] : [savings, main];
    const amountMinor = BigInt(books.amount() * 10);
    moveMoney(books, "transfer", from, to, amountMinor, amountMinor);
  },
  transfer_foreign: (books: Books) => {
    const home = books.accounts[0] as LabelledAccount;
    const { currency } = books.random.pick(books.profile.foreign);
    const abroad = accountIn(books, currency);
    const foreignMinor = BigInt(books.random.whole(50, 900)) * 10_000n;
    const bookedOn = books.issueDay();
    const fairMinor = books.rates.atHome(foreignMinor, currency, bookedOn);
    moveMoney(books, "transfer_foreign", abroad, home, foreignMinor, spread(books, fairMinor), {
      bookedOn,
    });
  },
  /** Two equal sums went out and one came in: nobody can say which. */
  transfer_twins: (books: Books) => {
    const [main, savings] = books.accounts as [LabelledAccount, LabelledAccount];
    const amountMinor = BigInt(books.amount() * 10);
    const bookedOn = books.issueDay();
    moveMoney(books, "transfer_twins", main, savings, amountMinor, amountMinor, { bookedOn });
    books.addLine(
      "transfer_twins",
      {
        out: true,
        amountMinor,
        bookedOn,
        account: main,
        text: books.profile.transferText(books.random),
      },
      { decidable: false },
    );
  },
  bank_charge: (books: Books) => {
    books.addLine(
      "bank_charge",
      {
        out: books.random.chance(0.8),
        amountMinor: BigInt(books.random.whole(90, 9_000)),
        bookedOn: books.issueDay(),
        text: books.profile.bankCharge(books.random),
      },
      {},
    );
  },
  stranger: (books: Books) => strange(books, "stranger", BigInt(books.amount())),
  /** By chance the very amount that somebody owes. */
  stranger_exact_amount: (books: Books) => {
    const item = books.items.length > 0 ? books.random.pick(books.items) : null;
    strange(books, "stranger_exact_amount", item?.openMinor ?? 4_900n);
  },
  /** Money back to a client: against the direction of the invoice that it names. */
  refund: (books: Books) => {
    const party = books.newParty("invoice");
    const item = books.addItem(party);
    books.addLine(
      "refund",
      {
        out: true,
        amountMinor: item.openMinor,
        bookedOn: books.paidOn(item),
        remittance: books.profile.naming(books.random, item.number),
        payer: books.bankName(party),
      },
      {},
    );
  },
} satisfies Partial<Record<Situation, (books: Books) => void>>;

/** An item in a foreign currency, paid at home: at the day's rate less what the bank keeps. */
function payAcross(books: Books, situation: Situation, says: boolean): void {
  const party = books.party();
  const { currency } = books.random.pick(books.profile.foreign);
  const item = books.addItem(party, { currency });
  const bookedOn = books.paidOn(item);
  const paidMinor = spread(books, books.rates.atHome(item.openMinor, currency, bookedOn));
  books.addLine(
    situation,
    {
      out: party.kind === "expense",
      amountMinor: paidMinor,
      bookedOn,
      remittance: says
        ? books.profile.naming(books.random, item.number)
        : books.profile.saying(books.random),
      payer: books.bankName(party),
    },
    { settles: [[item, item.openMinor]] },
  );
}

/** Banks turn money at up to some 0.8 % beside the published rate. */
function spread(books: Books, fairMinor: bigint): bigint {
  return BigInt(Math.round(Number(fairMinor) * (1 - (books.random.next() - 0.2) * 0.008)));
}

function moveMoney(
  books: Books,
  situation: Situation,
  from: LabelledAccount,
  to: LabelledAccount,
  outMinor: bigint,
  inMinor: bigint,
  over: { readonly bookedOn?: ReturnType<Books["issueDay"]> } = {},
): void {
  const bookedOn = over.bookedOn ?? books.issueDay();
  const [outId, inId] = [books.newId(), books.newId()];
  const text = books.profile.transferText(books.random);
  const decidable = situation !== "transfer_twins";
  books.addLine(
    situation,
    { id: outId, out: true, amountMinor: outMinor, bookedOn, account: from, text },
    { transferId: inId, decidable },
  );
  const arrived = addDays(bookedOn, books.random.pick([0, 0, 1, 1, 2, 3]));
  books.addLine(
    situation,
    { id: inId, out: false, amountMinor: inMinor, bookedOn: arrived, account: to, text },
    { transferId: outId, decidable },
  );
}

function accountIn(books: Books, currency: string): LabelledAccount {
  const account = books.accounts.find((one) => one.currency === currency && one.blockId === null);
  if (account === undefined) throw new TypeError(`no account in ${currency}`);
  return account;
}

function strange(books: Books, situation: Situation, amountMinor: bigint): void {
  const named = books.random.chance(0.6);
  books.addLine(
    situation,
    {
      out: books.random.chance(0.3),
      amountMinor,
      bookedOn: books.issueDay(),
      remittance: books.profile.strangerText(books.random),
      payer: named ? books.bankName(books.newParty()) : null,
    },
    {},
  );
}
