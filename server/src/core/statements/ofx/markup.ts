import { Parser } from "htmlparser2";
import type { StatementProblemCode } from "../statement.ts";
import { decodeOfxText } from "./fields.ts";

export interface OfxMarkupEvents {
  open(name: string, row: number): void;
  /** The text that stands directly behind an element's start tag, decoded and trimmed; not told where there is none. */
  value(name: string, text: string): void;
  close(name: string): void;
  /** The file cannot be taken. Nothing more is told. */
  refuse(code: StatementProblemCode, row: number, message: string): void;
}

export interface OfxMarkup {
  write(text: string): void;
}

/** A value of the format has at most 255 characters; one markup (a tag, a comment) or value of more than this is none. */
const charactersMax = 65_536;
/** Unclosed tags of SGML lie within each other until their aggregate closes: a transaction has some twenty. */
const depthMax = 100;
/** The tokenizer holds what it is given until it has used it up: it is given no more at once. */
const sliceCharacters = 16_384;

/**
 * Takes OFX apart, SGML and XML alike: htmlparser2 closes what SGML leaves open. Element names are told in capitals.
 * Attributes, comments and processing instructions say nothing in OFX and are passed over; a DOCTYPE or another
 * declaration is refused. What is held in memory is bounded: a value by its length, nesting by its depth, and markup that
 * does not end by how far the tokenizer has gone without telling anything.
 */
export function createOfxMarkup(events: OfxMarkupEvents): OfxMarkup {
  let refused = false;
  let depth = 0;
  let slice = "";
  let sliceStart = 0;
  let row = 1;
  /** Up to here the rows are counted. */
  let counted = 0;
  /** The end of what was told last. */
  let toldTo = 0;
  let name: string | null = null;
  let text = "";

  const parser = new Parser(
    {
      onopentagname(tag) {
        if (!advance()) return;
        endValue();
        depth += 1;
        if (depth > depthMax) {
          refuse("too_deep", "The file's elements lie deeper within each other than OFX has them.");
          return;
        }
        name = tag.toUpperCase();
        events.open(name, row);
      },
      ontext(data) {
        if (!advance() || name === null) return;
        text += data;
        if (text.length > charactersMax) {
          refuse("too_long", "A value of the file is longer than any that OFX has.");
        }
      },
      onclosetag(tag) {
        if (!advance()) return;
        endValue();
        depth -= 1;
        events.close(tag.toUpperCase());
      },
      oncomment() {
        advance();
      },
      onprocessinginstruction(instruction) {
        if (!advance() || !instruction.startsWith("!")) return;
        refuse("forbidden_markup", "The file declares a document type, which OFX does not need.");
      },
    },
    // XML mode leaves out what is particular to HTML. Entities are decoded with the whole value: SGML has its own.
    { xmlMode: true, lowerCaseTags: true, decodeEntities: false },
  );

  function refuse(code: StatementProblemCode, message: string): void {
    if (refused) return;
    refused = true;
    parser.pause();
    events.refuse(code, row, message);
  }

  function endValue(): void {
    const value = name === null ? "" : decodeOfxText(text).trim();
    if (name !== null && value !== "") events.value(name, value);
    name = null;
    text = "";
  }

  /** Goes on to the end of what the tokenizer tells now. */
  function advance(): boolean {
    if (refused) return false;
    if (parser.endIndex - toldTo > charactersMax) refuseLong();
    toldTo = parser.endIndex;
    for (;;) {
      const at = slice.indexOf("\n", counted - sliceStart);
      if (at === -1 || at + sliceStart >= toldTo) break;
      row += 1;
      counted = at + sliceStart + 1;
    }
    return !refused;
  }

  function refuseLong(): void {
    refuse("too_long", "A tag or comment of the file is longer than any that OFX has.");
  }

  return {
    write(part) {
      for (let at = 0; at < part.length && !refused; at += sliceCharacters) {
        slice = part.slice(at, at + sliceCharacters);
        parser.write(slice);
        const end = sliceStart + slice.length;
        if (!refused && end - toldTo > charactersMax) refuseLong();
        // Rows of this slice that nothing was told behind yet.
        for (let from = slice.indexOf("\n", Math.max(0, counted - sliceStart)); from !== -1; ) {
          row += 1;
          counted = sliceStart + from + 1;
          from = slice.indexOf("\n", from + 1);
        }
        counted = end;
        sliceStart = end;
      }
    },
  };
}
