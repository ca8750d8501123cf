import { foldText } from "./text.ts";

/**
 * The letters and digits of a text alone, in lower case and without accents: "Café D'Or, S.A.R.L. 12/3" becomes
 * "cafedorsarl123". Texts that differ in case, accents, spaces or punctuation only become one. A long text is read to
 * its end.
 */
export function bareText(text: string): string {
  if (text.length > partCharactersMax) return bareTextOfAnyScript(text);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const letter = firstLetter[code];
    if (letter === undefined || letter === otherScript) return bareTextOfAnyScript(text);
    if (letter === 0) continue;
    letters[length++] = letter;
    const second = secondLetter[code] ?? 0;
    if (second !== 0) letters[length++] = second;
  }
  return String.fromCharCode.apply(null, letters.subarray(0, length) as unknown as number[]);
}

function bareTextOfAnyScript(text: string): string {
  let bare = "";
  for (let at = 0; at < text.length; at += partCharactersMax) {
    bare += foldText(text.slice(at, at + partCharactersMax));
  }
  return bare.replace(/[^\p{L}\p{N}]+/gu, "");
}

/** What `foldText` looks at. */
const partCharactersMax = 600;

const letters = new Uint16Array(2 * partCharactersMax);

/** One or two letters for each letter, mark and sign of Latin scripts: their texts then need no tables of Unicode's. */
const firstLetter = new Uint16Array(0x2070);
const secondLetter = new Uint16Array(0x2070);
const otherScript = 0xffff;

for (let code = 0; code < firstLetter.length; code++) {
  const latin = code < 0x250 || (code >= 0x300 && code < 0x370) || code >= 0x2000;
  const bare = latin ? bareTextOfAnyScript(String.fromCharCode(code)) : "";
  firstLetter[code] = latin && bare.length <= 2 ? bare.charCodeAt(0) || 0 : otherScript;
  secondLetter[code] = bare.charCodeAt(1) || 0;
}
