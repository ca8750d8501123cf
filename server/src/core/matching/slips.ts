import type { ItemIndex } from "./candidates.ts";
import { type Pair, pointsOf } from "./compare-pair.ts";
import { allFigures, shapeOf } from "./document-number.ts";
import type { PreparedItem } from "./prepare.ts";

/** Numbers so far behind the newest open one may have been given to documents that are not in the books yet. */
const numbersAheadMin = 100n;

/**
 * The pair with its neighbour's number read as a slip, where the number that the text has is known to be another
 * client's document of another amount: the payer cannot have meant that one. Else the pair as it was.
 */
export function provenSlip(pair: Pair, pairs: readonly Pair[]): Pair {
  const { number, profile } = pair;
  if (number?.signal !== "document_number_neighbour" || !isStrangers(pair, pairs)) return pair;
  const slip = { ...number, signal: "document_number_typo", distance: 1 } as const;
  const score = pair.score - pointsOf(profile, number) + pointsOf(profile, slip);
  return { ...pair, number: slip, score };
}

/**
 * Whether the number in the text, one edit from the item's, may as well be another document's: a replaced digit makes a
 * number that the series has, unless nobody can have been given it yet. Digits that are swapped, left out or too many,
 * and letters for digits, rarely do. Nor is a slip enough to choose between equal items of one client.
 */
export function isDoubtfulSlip(pair: Pair, pairs: readonly Pair[], index: ItemIndex): boolean {
  const { number, item } = pair;
  if (number?.signal !== "document_number_typo") return false;
  const twin = pairs.some(
    (other) =>
      other !== pair &&
      other.item.name.key === item.name.key &&
      other.item.item.currency === item.item.currency &&
      other.item.openMinor === item.openMinor,
  );
  if (twin) return true;
  const { compact } = number.span;
  if (!isReplacedDigit(compact, item.number.compact) || isStrangers(pair, pairs)) return false;
  return mayExist(compact, item, index);
}

/** Whether what the text names is an own document of other clients and other amounts, and the payer is the item's client. */
export function isStrangers({ number, name, item }: Pair, pairs: readonly Pair[]): boolean {
  if (item.item.kind !== "invoice" || number === null) return false;
  if (name === null || name.share < 1 || name.signal === "name_differs") return false;
  const { compact } = number.span;
  const named = pairs.filter((other) => other.item.number.compact === compact);
  return (
    named.length > 0 &&
    named.every(
      (other) =>
        other.item.item.kind === "invoice" &&
        other.name?.signal === "name_differs" &&
        other.item.openMinor !== other.transaction.openMinor,
    )
  );
}

function isReplacedDigit(text: string, number: string): boolean {
  if (text.length !== number.length || shapeOf(text) !== shapeOf(number)) return false;
  let places = 0;
  for (let at = 0; at < text.length; at++) if (text[at] !== number[at]) places += 1;
  return places === 1;
}

/**
 * A supplier gives the numbers between to others: any may exist. Of one's own series those may that are no further
 * behind the newest open one than that is behind the oldest.
 */
function mayExist(compact: string, item: PreparedItem, index: ItemIndex): boolean {
  if (item.item.kind !== "invoice") return true;
  const { first, last } = index.seriesOf(item);
  const span = last - first;
  return allFigures(compact) <= last + (span > numbersAheadMin ? span : numbersAheadMin);
}
