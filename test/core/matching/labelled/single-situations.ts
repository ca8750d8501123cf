import { addDays } from "../../../../server/src/core/dates.ts";
import type { MatchableItem } from "../../../../server/src/core/matching/types.ts";
import type { Books, Party, TruthSketch } from "./books.ts";
import type { Situation } from "./labelled-set.ts";

/** Pays one item: all of it by its amount and as its client's bank writes it, unless told otherwise. */
export function payOne(
  books: Books,
  situation: Situation,
  party: Party,
  item: MatchableItem,
  over: {
    readonly paidMinor?: bigint;
    readonly settlesMinor?: bigint;
    readonly remittance?: string;
    readonly payer?: string | null;
    readonly bookedOn?: MatchableItem["issuedOn"];
    readonly truth?: TruthSketch;
  } = {},
): void {
  books.addLine(
    situation,
    {
      out: item.kind === "expense",
      amountMinor: over.paidMinor ?? item.openMinor,
      bookedOn: over.bookedOn ?? books.paidOn(item),
      remittance: over.remittance ?? books.profile.saying(books.random),
      payer: over.payer === undefined ? books.bankName(party) : over.payer,
    },
    { settles: [[item, over.settlesMinor ?? item.openMinor]], ...over.truth },
  );
}

/** A document and the one payment of it, with what people and banks do to texts and amounts. */
export const singleSituations = {
  exact: (books: Books) => {
    const [party, item, naming] = named(books);
    payOne(books, "exact", party, item, { remittance: naming });
  },
  agent_exact: (books: Books) => {
    const [party, item, naming] = named(books);
    const payer = books.random.pick(books.profile.agents);
    payOne(books, "agent_exact", party, item, { remittance: naming, payer });
  },
  number_mistyped: (books: Books) => {
    const [party, item] = billed(books);
    const number = books.profile.mistypedNumber(books.random, item.number);
    const remittance = books.profile.naming(books.random, number);
    payOne(books, "number_mistyped", party, item, { remittance });
  },
  digits_only: (books: Books) => {
    const [party, item] = billed(books);
    const remittance = books.profile.namingDigits(books.random, item.number);
    payOne(books, "digits_only", party, item, { remittance });
  },
  name_truncated: (books: Books) => {
    const [party, item] = billed(books);
    const payer = books.profile.truncatedName(books.random, party.name);
    payOne(books, "name_truncated", party, item, { payer });
  },
  name_mistyped: (books: Books) => {
    const [party, item] = billed(books);
    const payer = books.profile.mistypedName(books.random, party.name);
    payOne(books, "name_mistyped", party, item, { payer });
  },
  no_reference: (books: Books) => {
    const [party, item] = billed(books);
    payOne(books, "no_reference", party, item);
  },
  /** Banks on the way keep a fee of some units, of larger payments. */
  fee_deducted: (books: Books) => {
    const party = books.party();
    const amountMinor = BigInt(books.random.whole(60_000, 900_000));
    const item = books.addItem(party, { amountMinor, openMinor: amountMinor });
    const feeMinor = BigInt(
      books.random.chance(0.5)
        ? books.random.pick([500, 750, 1_000, 1_250, 1_500, 2_000])
        : books.random.whole(200, 2_000),
    );
    payOne(books, "fee_deducted", party, item, {
      paidMinor: amountMinor - feeMinor,
      ...sometimesNamed(books, item, 0.8),
    });
  },
  cents_off: (books: Books) => {
    const [party, item] = billed(books);
    const offMinor = BigInt(books.random.whole(1, 5));
    const over = books.random.chance(0.3);
    payOne(books, "cents_off", party, item, {
      paidMinor: over ? item.openMinor + offMinor : item.openMinor - offMinor,
      ...sometimesNamed(books, item, 0.7),
    });
  },
  early_discount: (books: Books) => {
    const [party, item] = billed(books);
    const percent = BigInt(books.random.pick([2, 2, 3]));
    const discountMinor = (item.openMinor * percent + 50n) / 100n;
    payOne(books, "early_discount", party, item, {
      paidMinor: item.openMinor - discountMinor,
      bookedOn: addDays(item.issuedOn, books.random.whole(2, 12)),
      ...sometimesNamed(books, item, 0.85),
    });
  },
  part_payment: (books: Books) => {
    const [party, item, naming] = named(books);
    const paidMinor = (item.openMinor * BigInt(books.random.whole(20, 80))) / 100n;
    payOne(books, "part_payment", party, item, {
      ...{ paidMinor, settlesMinor: paidMinor, remittance: naming },
    });
  },
  /** A round sum that says nothing, from a client with several items open: theirs to say, nobody's to guess. */
  on_account: (books: Books) => {
    const party = books.newParty();
    const items = [books.addItem(party), books.addItem(party)];
    const item = books.random.pick(items);
    const paidMinor = item.openMinor / 2n + 1n;
    payOne(books, "on_account", party, item, {
      ...{ paidMinor, settlesMinor: paidMinor, truth: { decidable: false } },
    });
  },
} satisfies Partial<Record<Situation, (books: Books) => void>>;

function billed(books: Books): readonly [Party, MatchableItem] {
  const party = books.party();
  return [party, books.addItem(party)];
}

function named(books: Books): readonly [Party, MatchableItem, string] {
  const [party, item] = billed(books);
  return [party, item, books.profile.naming(books.random, item.number)];
}

function sometimesNamed(
  books: Books,
  item: MatchableItem,
  share: number,
): { readonly remittance?: string } {
  if (!books.random.chance(share)) return {};
  return { remittance: books.profile.naming(books.random, item.number) };
}
