import { formatDecimal } from "../money.ts";
import { type Pair, pointsOf } from "./compare-pair.ts";
import type { Evidence, SignalName } from "./types.ts";

/** The evidence of a pair as data, its points adding up to the pair's score. */
export function evidenceOf(pair: Pair): readonly Evidence[] {
  const { profile, name, number, date, units } = pair;
  const { transaction } = pair.transaction;
  const { item } = pair.item;
  const evidence: Evidence[] = [];
  const add = (
    signal: SignalName,
    points: number,
    transactionValue: string,
    itemValue: string,
    distance: number | null = null,
  ) =>
    evidence.push({
      transactionId: transaction.id,
      itemId: item.id,
      signal,
      points,
      transactionValue,
      itemValue,
      distance,
    });
  const [paid, open] = amountTexts(pair);
  add(pair.amount.signal, profile.points[pair.amount.signal], paid, open);
  if (number !== null) {
    const points = pointsOf(profile, number);
    add(number.signal, points, number.span.compact.toUpperCase(), item.number, number.distance);
  }
  if (name !== null) {
    const said = transaction.clientName ?? transaction.counterpartyName ?? transaction.description;
    add(name.signal, pointsOf(profile, name), said, item.counterpartyName, name.distance);
  }
  for (const signal of units) {
    const text = signal === "unit_in_description" ? transaction.description : transaction.reference;
    const named = signal === "surname_in_reference" ? item.surname : item.unitNumber;
    add(signal, profile.points[signal], text ?? "", named ?? "");
  }
  if (date !== null) {
    const day = date.signal === "date_before_issue" ? item.issuedOn : (item.dueOn ?? item.issuedOn);
    add(date.signal, pointsOf(profile, date), transaction.bookedOn, day, date.distance);
  }
  return evidence;
}

/** The pair as a part of a sum that is exact: the sum's points in place of its own amount's. */
export function asPartOfSum(pair: Pair): Pair {
  const { points } = pair.profile;
  const score = pair.score - points[pair.amount.signal] + points.amount_sum_exact;
  return { ...pair, amount: { ...pair.amount, signal: "amount_sum_exact" }, score };
}

/** Plain decimals, with the currencies where they differ. */
function amountTexts({ transaction, item }: Pair): readonly [string, string] {
  const { openMinor, currency } = transaction.transaction;
  const paid = formatDecimal({ amountMinor: openMinor, currency });
  const isSame = openMinor === item.item.openMinor && currency === item.item.currency;
  if (isSame) return [paid, paid];
  const open = formatDecimal({ amountMinor: item.item.openMinor, currency: item.item.currency });
  if (currency === item.item.currency) return [paid, open];
  return [`${paid} ${currency}`, `${open} ${item.item.currency}`];
}
