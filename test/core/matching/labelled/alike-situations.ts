import { addDays, addMonths } from "../../../../server/src/core/dates.ts";
import type { MatchableItem } from "../../../../server/src/core/matching/types.ts";
import type { Books } from "./books.ts";
import type { Situation } from "./labelled-set.ts";
import { payOne } from "./single-situations.ts";

/** Items and payments that look like each other: where an engine that guesses clears money wrongly. */
export const alikeSituations = {
  /** Two items of one client, one amount, one day; nothing says which is paid. */
  equal_twins: (books: Books) => {
    const party = books.party();
    const item = books.addItem(party);
    books.addItem(party, copyOf(item));
    payOne(books, "equal_twins", party, item, { truth: { decidable: false } });
  },
  /** The same invoice paid twice by mistake: one of the payments goes back, nobody knows which. */
  paid_twice: (books: Books) => {
    const party = books.party();
    const item = books.addItem(party);
    const bookedOn = books.paidOn(item);
    for (const days of [0, books.random.whole(0, 5)]) {
      payOne(books, "paid_twice", party, item, {
        bookedOn: addDays(bookedOn, days),
        remittance: books.profile.naming(books.random, item.number),
        truth: { decidable: false },
      });
    }
  },
  standing_named: (books: Books) => {
    const [party, items] = standing(books);
    const item = books.random.pick(items);
    const remittance = books.profile.naming(books.random, item.number);
    payOne(books, "standing_named", party, item, { remittance });
  },
  standing_unnamed: (books: Books) => {
    const [party, items] = standing(books);
    payOne(books, "standing_unnamed", party, items[0] as MatchableItem, {
      truth: { decidable: false },
    });
  },
  /** Neighbours in the series and equal in amount: only the number's last digit tells. */
  neighbour_numbers: (books: Books) => {
    const party = books.newParty("invoice");
    const items = [books.addItem(party)];
    for (let more = books.random.whole(1, 3); more > 0; more--) {
      items.push(books.addItem(party, copyOf(items[0] as MatchableItem)));
    }
    const item = books.random.pick(items);
    const remittance = books.profile.naming(books.random, item.number);
    payOne(books, "neighbour_numbers", party, item, { remittance });
  },
  similar_names: (books: Books) => {
    const [name, otherName] = books.profile.similarNames(books.random);
    const party = books.newParty("invoice", name);
    const item = books.addItem(party);
    books.addItem(books.newParty("invoice", otherName), copyOf(item));
    payOne(books, "similar_names", party, item, { payer: name.toUpperCase() });
  },
  /** Cents or one digit apart, and nothing but the amount says which. */
  near_amounts: (books: Books) => {
    const party = books.newParty();
    const item = books.addItem(party);
    const amountMinor = item.amountMinor + BigInt(books.random.pick([1, 2, 9, 10, 90, 100]));
    books.addItem(party, { ...copyOf(item), amountMinor, openMinor: amountMinor });
    payOne(books, "near_amounts", party, item);
  },
  /** A number that was settled long ago, while another item of that client and amount is open. */
  settled_named: (books: Books) => {
    const party = books.party();
    const item = books.addItem(party);
    const settled = books.nextNumber(party, addDays(item.issuedOn, -60));
    payOne(books, "settled_named", party, item, {
      remittance: books.profile.naming(books.random, settled),
      truth: { settles: [] },
    });
  },
  /** Last month's payment of the same sum; this month's item came after it. */
  settled_earlier: (books: Books) => {
    const party = books.party();
    const item = books.addItem(party);
    payOne(books, "settled_earlier", party, item, {
      bookedOn: addDays(item.issuedOn, -books.random.whole(6, 25)),
      truth: { settles: [] },
    });
  },
} satisfies Partial<Record<Situation, (books: Books) => void>>;

function copyOf(item: MatchableItem): Partial<MatchableItem> {
  const { amountMinor, openMinor, issuedOn, dueOn } = item;
  return { amountMinor, openMinor, issuedOn, dueOn };
}

/** The same sum each month, several months open. */
function standing(books: Books) {
  const party = books.newParty();
  const first = books.addItem(party);
  const items = [first];
  for (let month = books.random.whole(1, 4); month > 0; month--) {
    const issuedOn = addMonths(first.issuedOn, -month);
    items.push(books.addItem(party, { ...copyOf(first), issuedOn, dueOn: addDays(issuedOn, 14) }));
  }
  return [party, items] as const;
}
