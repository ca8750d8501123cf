import { detailOf, titleOf } from "../../transactions/labels.ts";
import type { FeedLine, FeedLineState, RevisedWords } from "./documents.ts";

type Words = Pick<FeedLine["transaction"], "description" | "counterpartyName" | "reference">;

/** The words of a line as they go or went; the bank's own where none were sent yet. */
export function wordsOf(line: FeedLine): Words {
  if (line.description === null) return line.transaction;
  return {
    description: line.description,
    counterpartyName: line.counterpartyName,
    reference: line.reference,
  };
}

export function lineTitle(line: FeedLine): string {
  return titleOf(wordsOf(line));
}

export function lineDetail(line: FeedLine): string {
  return detailOf(wordsOf(line));
}

const revisable: ReadonlySet<FeedLineState> = new Set(["DUE", "RELEASED", "REJECTED"]);
const omissible: ReadonlySet<FeedLineState> = new Set(["DUE", "RELEASED", "REJECTED", "MISSING"]);
const returnable: ReadonlySet<FeedLineState> = new Set(["LEFT_OUT", "MISSING"]);

/** Nothing of a line that is on its way or there can be changed any more. */
export const mayRevise = ({ state }: FeedLine) => revisable.has(state);
export const mayLeaveOut = ({ state }: FeedLine) => omissible.has(state);
export const mayPutBack = ({ state }: FeedLine) => returnable.has(state);

/**
 * What is to be sent in place of the bank's words: only what a person has typed. A word that nobody touched stays the
 * bank's, so that it follows the bank and the matched documents.
 */
export function revisedWords(line: FeedLine, typed: Record<keyof Words, string>): RevisedWords {
  const shown = wordsOf(line);
  const own = line.transaction;
  const revised = (field: keyof Words): string | null => {
    const text = typed[field].trim();
    if (text === "" || text === (own[field] ?? "")) return null;
    const touched = text !== (shown[field] ?? "");
    return touched || line.revised ? text : null;
  };
  return {
    description: revised("description"),
    counterpartyName: revised("counterpartyName"),
    reference: revised("reference"),
  };
}
