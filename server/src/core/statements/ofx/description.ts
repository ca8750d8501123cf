import { descriptionCharactersMax, nameCharactersMax, plainText } from "../statement.ts";

/** What FI/ORG says in the files that this product exports. */
export const ofxOwnOrganisation = "Tieout";

/** The format gives NAME this many characters. */
const ofxNameCharactersMax = 32;

/** How a text stands in NAME where MEMO repeats it whole. */
export function nameInMemo(text: string): string {
  return plainText(text, ofxNameCharactersMax) ?? "";
}

export interface OfxTexts {
  readonly name: string | null;
  readonly extendedName: string | null;
  readonly payee: string | null;
  readonly memo: string | null;
}

/**
 * A line's description and counterparty from NAME, EXTDNAME, PAYEE/NAME and MEMO.
 *
 * - NAME is the counterparty and MEMO what it is about; together they are the description, unless one holds the other.
 * - Banks that know one text only put its first 32 characters into NAME and the whole into MEMO: then NAME names nobody.
 * - In an `own` file MEMO is the whole description, as it was exported.
 */
export function describeOfxLine(
  texts: OfxTexts,
  own: boolean,
): { readonly description: string | null; readonly counterpartyName: string | null } {
  const memo = texts.memo === null ? null : plainText(texts.memo, descriptionCharactersMax);
  const short = texts.name ?? texts.payee;
  const name = plainText(texts.extendedName ?? texts.payee ?? texts.name ?? "", nameCharactersMax);
  const repeats = memo !== null && short !== null && nameInMemo(memo) === plainText(short, 400);
  const counterpartyName =
    repeats && texts.extendedName === null && texts.payee === null ? null : name;
  if (memo === null || name === null) return { description: memo ?? name, counterpartyName };
  if (own || repeats || holds(memo, name)) return { description: memo, counterpartyName };
  if (holds(name, memo)) return { description: name, counterpartyName };
  return { description: plainText(`${name} ${memo}`, descriptionCharactersMax), counterpartyName };
}

function holds(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
