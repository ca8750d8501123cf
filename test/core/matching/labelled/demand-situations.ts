import { addDays, addMonths } from "../../../../server/src/core/dates.ts";
import type { MatchableItem } from "../../../../server/src/core/matching/types.ts";
import type { Books, Party, TruthSketch } from "./books.ts";
import type { LabelledAccount, LabelledUnit, Situation } from "./labelled-set.ts";

/** A managed building with one account; each unit is used by one situation, so that what is open is known. */
type Building = {
  readonly account: LabelledAccount;
  readonly blockId: string;
  readonly party: Party;
  readonly unitsMax: number;
  readonly surnames: Set<string>;
  /** Units of one size owe one amount: so the amount alone says little. */
  readonly amounts: readonly bigint[];
  unitsSoFar: number;
};

const buildings = new WeakMap<Books, Building>();

/** Service charges: who pays says it by the unit's number, by a surname, by both, wrongly, or not at all. */
export const demandSituations = {
  demand_unit_reference: (books: Books) => {
    const [unit, item] = demanded(books);
    pay(books, "demand_unit_reference", item, { reference: namingUnit(books, unit) });
  },
  demand_unit_description: (books: Books) => {
    const [unit, item] = demanded(books);
    pay(books, "demand_unit_description", item, { description: namingUnit(books, unit) });
  },
  demand_surname: (books: Books) => {
    const [unit, item] = demanded(books);
    pay(books, "demand_surname", item, { reference: `${unit.surname} service charge` });
  },
  demand_unit_and_surname: (books: Books) => {
    const [unit, item] = demanded(books);
    const reference = `${unit.surname} ${namingUnit(books, unit)}`;
    pay(books, "demand_unit_and_surname", item, { reference, payer: unit.leaseholderName });
  },
  /** A number that another unit has, beside the leaseholder's own name: the number alone would go wrong. */
  demand_wrong_unit: (books: Books) => {
    const [other, otherItem] = demanded(books);
    const [unit, item] = demanded(books, otherItem.amountMinor, 1);
    pay(books, "demand_wrong_unit", item, {
      ...{ reference: namingUnit(books, other), payer: unit.leaseholderName },
      truth: { decidable: false },
    });
  },
  /** One leaseholder with two units of one amount, who names neither. */
  demand_two_units: (books: Books) => {
    const [unit, item] = demanded(books);
    const second = newUnit(books, buildingOf(books, 1), unit);
    demandOf(books, second, item.amountMinor, item.issuedOn);
    pay(books, "demand_two_units", item, {
      ...{ reference: unit.surname, payer: unit.leaseholderName },
      truth: { decidable: false },
    });
  },
  demand_part: (books: Books) => {
    const [unit, item] = demanded(books);
    const paidMinor = (item.amountMinor * BigInt(books.random.whole(30, 70))) / 100n;
    pay(books, "demand_part", item, {
      paidMinor,
      reference: `${unit.surname} ${namingUnit(books, unit)}`,
      payer: unit.leaseholderName,
    });
  },
  /** The same sum each quarter, two quarters open. */
  demand_standing_order: (books: Books) => {
    const [unit, item] = demanded(books);
    demandOf(books, unit, item.amountMinor, addMonths(item.issuedOn, -3));
    pay(books, "demand_standing_order", item, {
      ...{ reference: namingUnit(books, unit), truth: { decidable: false } },
    });
  },
  demand_amount_only: (books: Books) => {
    const [, item] = demanded(books);
    pay(books, "demand_amount_only", item, { truth: { decidable: false } });
  },
  /** A contractor's refund, interest: money into the block's account that no demand asked for. */
  demand_noise: (books: Books) => {
    const [, item] = demanded(books);
    const amountMinor = books.random.chance(0.5) ? item.amountMinor : BigInt(books.amount());
    books.addLine(
      "demand_noise",
      {
        out: false,
        amountMinor,
        bookedOn: books.paidOn(item),
        account: accountOf(books, item),
        remittance: books.profile.strangerText(books.random),
        payer: books.profile.companyName(books.random),
      },
      {},
    );
  },
} satisfies Partial<Record<Situation, (books: Books) => void>>;

function demanded(
  books: Books,
  amountMinor?: bigint,
  room?: number,
): readonly [LabelledUnit, MatchableItem] {
  const building = buildingOf(books, room);
  const unit = newUnit(books, building);
  const amount = amountMinor ?? books.random.pick(building.amounts);
  return [unit, demandOf(books, unit, amount, books.issueDay())];
}

function demandOf(
  books: Books,
  unit: LabelledUnit,
  amountMinor: bigint,
  issuedOn: MatchableItem["issuedOn"],
): MatchableItem {
  const item = books.addItem(buildingOf(books, 0).party, {
    kind: "demand",
    blockId: unit.blockId,
    unitNumber: unit.number,
    surname: unit.surname,
    counterpartyName: unit.leaseholderName,
    ...{ amountMinor, openMinor: amountMinor, issuedOn, dueOn: addDays(issuedOn, 28) },
  });
  books.unitOfDemand.set(item.id, unit);
  return item;
}

function pay(
  books: Books,
  situation: Situation,
  item: MatchableItem,
  over: {
    readonly paidMinor?: bigint;
    readonly reference?: string;
    readonly description?: string;
    readonly payer?: string;
    readonly truth?: TruthSketch;
  },
): void {
  const paidMinor = over.paidMinor ?? item.amountMinor;
  const bank = books.profile.bankText(books.random, "", null).description;
  books.addLine(
    situation,
    {
      out: false,
      amountMinor: paidMinor,
      bookedOn: books.paidOn(item),
      account: accountOf(books, item),
      text: {
        description: `${bank} ${over.description ?? ""}`.trim(),
        reference: over.reference ?? null,
        counterpartyName: over.payer ?? null,
      },
    },
    { settles: [[item, paidMinor]], ...over.truth },
  );
}

function accountOf(books: Books, item: MatchableItem): LabelledAccount {
  const account = books.accounts.findLast((one) => one.blockId === item.blockId);
  if (account === undefined) throw new TypeError("a block has an account");
  return account;
}

function namingUnit(books: Books, unit: LabelledUnit): string {
  return books.profile.namingUnit(books.random, unit.number);
}

/** The building that is being filled; a new one once it has no room. Most situations need at most two units. */
function buildingOf(books: Books, room = 2): Building {
  const current = buildings.get(books);
  if (current !== undefined && current.unitsSoFar + room <= current.unitsMax) return current;
  const block = { id: books.newId(), name: books.profile.blockName(books.random) };
  block.name = `${block.name} ${books.blocks.length + 1}`;
  books.blocks.push(block);
  const building: Building = {
    account: books.addAccount(books.profile.homeCurrency, block.id, block.name),
    blockId: block.id,
    party: books.newParty("invoice", block.name),
    unitsMax: books.random.whole(6, 60),
    surnames: new Set(),
    amounts: Array.from({ length: 4 }, () => BigInt(books.random.whole(20, 160) * 1_250)),
    unitsSoFar: 0,
  };
  buildings.set(books, building);
  return building;
}

/** @param owner the leaseholder of another unit, who has this one too; a new one if absent */
function newUnit(books: Books, building: Building, owner?: LabelledUnit): LabelledUnit {
  const index = building.unitsSoFar++;
  const person = owner
    ? { name: owner.leaseholderName, surname: owner.surname }
    : newPerson(books, building);
  const unit: LabelledUnit = {
    id: books.newId(),
    blockId: building.blockId,
    number: books.profile.unitNumber(books.random, index),
    leaseholderId: books.newId(),
    leaseholderName: person.name,
    surname: person.surname,
  };
  books.units.push(unit);
  return unit;
}

/** No two leaseholders of a building share a surname, but for a situation about that. */
function newPerson(books: Books, building: Building): { name: string; surname: string } {
  let person = books.profile.personName(books.random);
  while (building.surnames.has(person.surname)) {
    const { name, surname } = books.profile.personName(books.random);
    const ending = books.random.pick(surnameEndings);
    person = { name: `${name}${ending}`, surname: `${surname}${ending}` };
  }
  building.surnames.add(person.surname);
  return person;
}

const surnameEndings = ["s", "son", "mann", "sen", "ez", "ova", "ski", "ton", "ley", "dotter"];
