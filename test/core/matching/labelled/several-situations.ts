import { addDays, localDate } from "../../../../server/src/core/dates.ts";
import type { MatchableItem } from "../../../../server/src/core/matching/types.ts";
import type { Books, Party } from "./books.ts";
import type { Situation } from "./labelled-set.ts";
import { payOne } from "./single-situations.ts";

/** One payment for several items, several payments for one item, and batches of both. */
export const severalSituations = {
  several_named: (books: Books) => {
    const party = books.party();
    const paid = itemsOf(books, party, books.random.whole(2, 5));
    const numbers = paid.map((item) => item.number);
    payTogether(books, "several_named", party, paid, {
      remittance: books.profile.namingSeveral(books.random, numbers),
    });
  },
  /** The sum alone tells which; other items of the client are open, but no others of the same sum. */
  several_by_sum: (books: Books) => {
    const party = books.newParty();
    const paid = itemsOf(books, party, books.random.whole(2, 4));
    const others = itemsOf(books, party, books.random.whole(0, 2));
    payTogether(books, "several_by_sum", party, paid, {
      decidable: subsetsOfSum([...paid, ...others], sumOf(paid)) === 1,
    });
  },
  several_by_month: (books: Books) => {
    const party = books.newParty();
    const month = books.random.whole(0, 9);
    const inMonth = (index: number, count: number) =>
      Array.from({ length: count }, () =>
        books.addItem(party, {
          issuedOn: localDate(
            `2026-${String(index + 1).padStart(2, "0")}-${String(books.random.whole(1, 28)).padStart(2, "0")}`,
          ),
        }),
      );
    const paid = inMonth(month, books.random.whole(3, 7));
    const others = inMonth(month + 1, books.random.whole(0, 3));
    const says = books.random.chance(0.6);
    const sums = subsetsOfSum([...paid, ...others], sumOf(paid));
    payTogether(books, "several_by_month", party, paid, {
      ...(says ? { remittance: books.profile.namingMonth(books.random, month) } : {}),
      decidable: says || sums === 1,
    });
  },
  instalments_named: (books: Books) => {
    const party = books.party();
    const item = books.addItem(party);
    for (const partMinor of partsOf(books, item)) {
      payOne(books, "instalments_named", party, item, {
        ...{ paidMinor: partMinor, settlesMinor: partMinor },
        remittance: books.profile.naming(books.random, item.number),
      });
    }
  },
  instalments_by_sum: (books: Books) => {
    const party = books.newParty();
    const item = books.addItem(party);
    books.addItem(party);
    const first = item.openMinor / 3n + BigInt(books.random.whole(1, 400));
    const bookedOn = books.paidOn(item);
    const parts = [first, item.openMinor - first];
    const batch = parts.map(() => books.newId());
    for (const [index, partMinor] of parts.entries()) {
      books.addLine(
        "instalments_by_sum",
        {
          id: batch[index] as string,
          out: party.kind === "expense",
          amountMinor: partMinor,
          bookedOn: addDays(bookedOn, index * 3),
          remittance: books.profile.saying(books.random),
          payer: books.bankName(party),
        },
        { settles: [[item, partMinor]], batch },
      );
    }
  },
  /** Two payments for three items, each naming all: only together do they settle them. */
  batch: (books: Books) => {
    const party = books.party();
    const items = itemsOf(books, party, 3);
    const numbers = items.map((item) => item.number);
    const total = sumOf(items);
    const first = (total * BigInt(books.random.whole(30, 70))) / 100n;
    const batch = [books.newId(), books.newId()];
    const bookedOn = books.paidOn(items[2] as MatchableItem);
    for (const [index, amountMinor] of [first, total - first].entries()) {
      books.addLine(
        "batch",
        {
          id: batch[index] as string,
          out: party.kind === "expense",
          ...{ amountMinor, bookedOn },
          remittance: books.profile.namingSeveral(books.random, numbers),
          payer: books.bankName(party),
        },
        { settles: items.map((item) => [item, item.openMinor] as const), batch },
      );
    }
  },
} satisfies Partial<Record<Situation, (books: Books) => void>>;

/** Issued within three weeks of each other, and of amounts of their own. */
function itemsOf(books: Books, party: Party, count: number): readonly MatchableItem[] {
  const first = books.issueDay();
  return Array.from({ length: count }, () =>
    books.addItem(party, { issuedOn: addDays(first, -books.random.whole(0, 20)) }),
  );
}

function payTogether(
  books: Books,
  situation: Situation,
  party: Party,
  items: readonly MatchableItem[],
  over: { readonly remittance?: string; readonly decidable?: boolean },
): void {
  const last = items.reduce((a, b) => (a.issuedOn > b.issuedOn ? a : b));
  books.addLine(
    situation,
    {
      out: party.kind === "expense",
      amountMinor: sumOf(items),
      bookedOn: books.paidOn(last),
      remittance: over.remittance ?? books.profile.saying(books.random),
      payer: books.bankName(party),
    },
    {
      settles: items.map((item) => [item, item.openMinor] as const),
      decidable: over.decidable ?? true,
    },
  );
}

function partsOf(books: Books, item: MatchableItem): readonly bigint[] {
  const first = (item.openMinor * BigInt(books.random.whole(25, 45))) / 100n;
  if (books.random.chance(0.7)) return [first, item.openMinor - first];
  const second = (item.openMinor * BigInt(books.random.whole(20, 40))) / 100n;
  return [first, second, item.openMinor - first - second];
}

function sumOf(items: readonly MatchableItem[]): bigint {
  return items.reduce((sum, item) => sum + item.openMinor, 0n);
}

/** How many sets of these items have that sum: at most 2^10 are tried. */
function subsetsOfSum(items: readonly MatchableItem[], wanted: bigint): number {
  const amounts = items.map((item) => Number(item.openMinor));
  let found = 0;
  for (let set = 1; set < 2 ** amounts.length; set++) {
    let sum = 0;
    for (const [index, amount] of amounts.entries()) if (set & (1 << index)) sum += amount;
    if (sum === Number(wanted)) found += 1;
  }
  return found;
}
