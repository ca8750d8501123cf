import type { StatementProblem } from "../statement.ts";
import type { FieldProblem } from "./fields.ts";
import { interimReport, notThisFormat, tooLong } from "./problems.ts";

/** Field 86 holds 390 characters by the book; banks print some thousand. What is beyond is dropped. */
export const fieldCharactersMax = 10_000;
/** Rows without any field of a statement after which a file is none of this format. */
const rowsBeforeStatementMax = 200;

/** `:61:` and what follows it up to the next field, by rows. */
export interface TaggedField {
  readonly tag: string;
  readonly row: number;
  readonly rows: readonly string[];
}

export interface CutterEvents {
  field(field: TaggedField): void;
  problem(row: number, problem: FieldProblem, text: string, loss: StatementProblem["loss"]): void;
  /** Whether there was a field of a statement. */
  begun(): boolean;
}

export interface FieldCutter {
  /** `cut`: the row's rest was dropped. */
  take(text: string, row: number, cut: boolean): void;
  end(): void;
}

/**
 * Cuts rows into fields, with SWIFT's blocks around them or bare. Holds back one field at most. A problem with loss
 * "file" is told, and what is taken after it is still cut: whoever is told stops.
 */
export function createFieldCutter(events: CutterEvents): FieldCutter {
  let open: OpenField | null = null;
  let inBlock = false;

  function take(text: string, row: number, cut: boolean): void {
    const blockEnd = inBlock && text.includes("-}") ? text.search(/-\}(?=\s*$|\{)/) : -1;
    if (/^\s*\{[1-5S]:/.test(text)) {
      close();
      takeBlocks(text, row);
    } else if (blockEnd >= 0) {
      if (blockEnd > 0) takeText(text.slice(0, blockEnd), row, cut);
      close();
      inBlock = false;
      takeBlocks(text.slice(blockEnd + 2), row);
    } else if (/^-\s*$/.test(text)) {
      close();
    } else {
      takeText(text, row, cut);
    }
  }

  /** `{1:...}{2:...}{4:`, after which the fields begin, in the same row or the next. */
  function takeBlocks(text: string, row: number): void {
    if (/\{2:[IO]942/.test(text)) {
      events.problem(row, interimReport, text, "file");
      return;
    }
    const fields = text.lastIndexOf("{4:");
    if (fields < 0) return;
    inBlock = true;
    const rest = text.slice(fields + 3);
    if (rest.trim() !== "") takeText(rest, row, false);
  }

  function takeText(text: string, row: number, cut: boolean): void {
    const tag = /^:(\d{2}[A-Z]?|\d{3}|[A-Z]{2}):/.exec(text);
    if (tag) {
      close();
      open = { tag: tag[1] ?? "", row, rows: [], characters: 0, cut: false };
      addRow(open, text.slice(tag[0].length), cut);
    } else if (open && text !== "") {
      addRow(open, text, cut);
    }
    if (!events.begun() && row > rowsBeforeStatementMax) {
      events.problem(row, notThisFormat, text, "file");
    }
  }

  function close(): void {
    if (open === null) return;
    const closed = open;
    open = null;
    if (closed.cut) events.problem(closed.row, tooLong, closed.rows.join(" "), "none");
    events.field(closed);
  }

  return { take, end: close };
}

interface OpenField extends TaggedField {
  readonly rows: string[];
  characters: number;
  cut: boolean;
}

function addRow(field: OpenField, text: string, cut: boolean): void {
  const room = fieldCharactersMax - field.characters;
  if (cut || text.length > room) field.cut = true;
  if (room <= 0) return;
  field.rows.push(text.slice(0, room));
  // An empty row costs memory too.
  field.characters += text.length + 1;
}
