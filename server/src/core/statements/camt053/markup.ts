import sax from "sax";
import type { StatementProblemCode } from "../statement.ts";

export interface CamtMarkupEvents {
  /** @param attributes by name, as printed */
  open(name: string, attributes: Readonly<Record<string, string>>, row: number): void;
  /** @param text what stands directly in an element without elements; null in one that has some */
  close(name: string, text: string | null): void;
  /** The file cannot be taken. Nothing more is told. */
  refuse(code: StatementProblemCode, row: number, message: string): void;
}

export interface CamtMarkup {
  write(text: string): void;
  end(): void;
}

/** The longest text of the standard has 500 characters; a text or markup of more than this is refused. */
const charactersMax = 60_000;
/** The standard's deepest element lies some fifteen deep, an envelope around it included some twenty. */
const depthMax = 64;
const attributesMax = 32;
/** sax looks at the length of its buffers between two of these only: they end at 64 KiB plus one of these. */
const sliceCharacters = 16_384;

/** XML's five entities only, without HTML's. */
const options: sax.SAXOptions & { strictEntities: boolean } = { strictEntities: true };

/** What sax keeps, beside what its types name. */
type SaxParser = sax.SAXParser &
  Readonly<Record<"c" | "entity" | "comment" | "sgmlDecl" | "tagName", string>> &
  Readonly<Record<"procInstName" | "procInstBody" | "attribName" | "attribValue", string>> & {
    readonly doctype: string | boolean;
  };

/**
 * Takes XML apart with sax in strict mode, and tells elements by their local names: whatever prefix their namespace has.
 * sax expands no entity of a document's own and opens nothing; a DOCTYPE, any other declaration and any entity but
 * XML's five are refused all the same. Memory is bounded: text, markup, attributes and depth.
 */
export function createCamtMarkup(events: CamtMarkupEvents): CamtMarkup {
  // Not bound to namespaces: that costs a third of the time, and a bank's prefixes say nothing more than its names.
  const parser = sax.parser(true, options) as SaxParser;
  let refused = false;
  let rootClosed = false;
  let depth = 0;
  let attributes = 0;
  /** Where the last tag began or ended. */
  let row = 1;
  let text = "";
  let leaf = false;

  function refuse(code: StatementProblemCode, message: string, at = row): void {
    if (refused) return;
    refused = true;
    events.refuse(code, at, message);
    // sax would go on, and make an error of each character that follows.
    throw stopped;
  }

  /** Lets sax go on, to its next part or its end, unless what it finds stops it. */
  function run(step: () => void): void {
    try {
      step();
    } catch (thrown) {
      // An attribute that is called hasOwnProperty makes sax 1.6 itself throw.
      if (thrown !== stopped && !refused) {
        refused = true;
        events.refuse("malformed", row, "The file has an element that cannot be read.");
      }
    }
  }

  function boundedOrRefuse(...lengths: number[]): void {
    if (Math.max(...lengths) > charactersMax) refuse("too_long", tooLong);
  }

  function addText(piece: string): void {
    if (refused) return;
    text += piece;
    boundedOrRefuse(text.length);
  }

  parser.onopentagstart = (tag) => {
    attributes = 0;
    boundedOrRefuse(tag.name.length);
  };
  parser.onattribute = ({ name, value }) => {
    attributes += 1;
    boundedOrRefuse(name.length, value.length);
    if (attributes > attributesMax) refuse("malformed", "An element has more attributes than any.");
  };
  parser.onopentag = (tag) => {
    if (refused) return;
    row = parser.line + 1;
    depth += 1;
    if (rootClosed) refuse("malformed", "A second document begins behind the first.");
    // sax forgets an unfinished DOCTYPE over a processing instruction within it.
    if (typeof parser.doctype === "string" && parser.doctype !== "") refuseDoctype();
    if (depth > depthMax)
      refuse("too_deep", "The file's elements lie deeper than any statement's.");
    if (refused) return;
    text = "";
    leaf = true;
    events.open(localName(tag.name), tag.attributes as Record<string, string>, row);
  };
  parser.onclosetag = (name) => {
    if (refused) return;
    row = parser.line + 1;
    depth -= 1;
    rootClosed = depth === 0;
    events.close(localName(name), leaf ? text : null);
    text = "";
    leaf = false;
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  parser.oncomment = (comment) => boundedOrRefuse(comment.length);
  parser.onprocessinginstruction = ({ name, body }) => boundedOrRefuse(name.length, body.length);
  parser.ondoctype = refuseDoctype;
  parser.onsgmldeclaration = () => refuse("forbidden_markup", forbidden);
  parser.onerror = () => {
    const { line, entity, c } = parser;
    if (typeof parser.doctype === "string" && parser.doctype !== "") refuseDoctype();
    boundedOrRefuse(longestBuffer(parser));
    if (c === ";" && entity !== "" && !entity.startsWith("#")) {
      refuse("forbidden_markup", "The file uses an entity that XML does not have.", line + 1);
    }
    refuse("malformed", "The file is not well-formed XML from here on.", line + 1);
  };

  function refuseDoctype(): void {
    refuse("forbidden_markup", forbidden);
  }

  return {
    write(part) {
      for (let at = 0; at < part.length && !refused; at += sliceCharacters) {
        run(() => parser.write(part.slice(at, at + sliceCharacters)));
      }
    },
    end() {
      if (refused) return;
      run(() => {
        if (depth > 0) {
          refuse("truncated", "The file ends before its last elements do: it was cut.");
        }
        if (typeof parser.doctype === "string" && parser.doctype !== "") refuseDoctype();
        parser.close();
      });
    },
  };
}

/** What ends sax in the middle of a part. */
const stopped = Symbol("stopped");
const tooLong = "A text or tag of the file is longer than any that a statement has.";
const forbidden = "The file declares a document type or entities, which a statement does not need.";

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function longestBuffer(parser: SaxParser): number {
  const { comment, sgmlDecl, tagName, procInstName, procInstBody, entity } = parser;
  const buffers = [comment, sgmlDecl, tagName, procInstName, procInstBody, entity];
  return Math.max(...[...buffers, parser.attribName, parser.attribValue].map((one) => one.length));
}
