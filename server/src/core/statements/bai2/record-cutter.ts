import { DetailFields } from "./detail-fields.ts";

/** Takes a physical record, with its padding, and the line or record of the file that it is, from 1. */
export type TakeRecord = (text: string, row: number) => void;

/** A physical record of more characters is none: real ones have 80, or some hundreds. */
export const physicalCharactersMax = 64 * 1024;

/**
 * Cuts a file into physical records: at its line breaks (LF, CR, CRLF), by the record length that its header states, or,
 * where it has neither, where one record ends and the next can only begin. What is decided never depends on how the text
 * was cut into parts.
 */
export class RecordCutter {
  readonly #take: TakeRecord;
  readonly #tooLong: (row: number, text: string) => void;
  #buffer = "";
  #row = 0;
  #cut: "unknown" | "lines" | "run_on" | number = "unknown";
  #afterReturn = false;
  /** The transaction that the last record belongs to, where a file runs on: its text ends at no slash. */
  #detail: DetailFields | null = null;
  #stopped = false;

  constructor(take: TakeRecord, tooLong: (row: number, text: string) => void) {
    this.#take = take;
    this.#tooLong = tooLong;
  }

  write(text: string): void {
    if (this.#stopped) return;
    this.#buffer = this.#buffer === "" ? text : this.#buffer + text;
    this.#work(false);
  }

  end(): void {
    if (!this.#stopped) this.#work(true);
    this.stop();
  }

  /** Forgets the rest: nothing more is taken. */
  stop(): void {
    this.#stopped = true;
    this.#buffer = "";
  }

  #work(ended: boolean): void {
    if (this.#cut === "unknown") this.#decide(ended);
    if (this.#cut === "unknown") return;
    if (this.#cut === "lines") this.#cutLines(ended);
    else if (this.#cut === "run_on") this.#cutRunOn(ended);
    else this.#cutBlocks(this.#cut, ended);
  }

  #decide(ended: boolean): void {
    this.#skipBlankStart();
    const head = this.#buffer.slice(0, headCharactersMax);
    if (head === "" || (head.length < headCharactersMax && !ended && !/[\r\n]/.test(head))) return;
    this.#cut = "lines";
    const line = /^[^\r\n]*/.exec(head)?.[0] ?? "";
    const next = /\/[ \t]*(?=(?:0[23]|16|49|88|98|99),)/.exec(line);
    if (!line.startsWith("01,") || next === null) return;
    const length = statedLength(line.slice(0, next.index));
    this.#cut = length !== null && isRecordStart(line.slice(length)) ? length : "run_on";
  }

  /** Blank lines before the header count as lines, and are not kept. */
  #skipBlankStart(): void {
    const blank = /^[\s\ufeff\0]*/.exec(this.#buffer)?.[0] ?? "";
    for (const character of blank) {
      if (character === "\r" || (character === "\n" && !this.#afterReturn)) this.#row += 1;
      this.#afterReturn = character === "\r";
    }
    this.#buffer = this.#buffer.slice(blank.length);
  }

  #cutLines(ended: boolean): void {
    const buffer = this.#buffer;
    let at = 0;
    let feed = buffer.indexOf("\n");
    let back = buffer.indexOf("\r");
    while (!this.#stopped) {
      if (this.#afterReturn && at < buffer.length) {
        this.#afterReturn = false;
        if (buffer.charCodeAt(at) === lineFeed) at += 1;
      }
      if (feed >= 0 && feed < at) feed = buffer.indexOf("\n", at);
      if (back >= 0 && back < at) back = buffer.indexOf("\r", at);
      const end = feed < 0 || (back >= 0 && back < feed) ? back : feed;
      if (end < 0) break;
      this.#afterReturn = end === back;
      this.#line(buffer.slice(at, end));
      at = end + 1;
    }
    if (this.#stopped) return;
    this.#buffer = buffer.slice(at);
    if (ended && this.#buffer !== "") this.#line(this.#buffer);
    else if (this.#buffer.length > physicalCharactersMax) this.#line(this.#buffer);
  }

  #line(text: string): void {
    this.#row += 1;
    if (text.length > physicalCharactersMax) this.#tooLong(this.#row, text.slice(0, 200));
    else this.#take(text, this.#row);
  }

  #cutBlocks(length: number, ended: boolean): void {
    const buffer = this.#buffer;
    let at = 0;
    while (!this.#stopped && (buffer.length - at >= length || (ended && at < buffer.length))) {
      this.#line(buffer.slice(at, at + length));
      at += length;
    }
    if (!this.#stopped) this.#buffer = buffer.slice(at);
  }

  /** Works on at least one whole record at a time, so that what follows a record is always there to be looked at. */
  #cutRunOn(ended: boolean): void {
    if (!ended && this.#buffer.length < 4 * physicalCharactersMax) return;
    const buffer = this.#buffer;
    let at = 0;
    while (!this.#stopped && at < buffer.length) {
      if (!ended && buffer.length - at < 2 * physicalCharactersMax) break;
      const end = this.#endOfRecord(buffer, at);
      this.#line(buffer.slice(at, end));
      at = end;
    }
    if (!this.#stopped) this.#buffer = buffer.slice(at);
  }

  #endOfRecord(buffer: string, start: number): number {
    const limit = start + physicalCharactersMax + 1;
    const record = buffer.slice(start, limit);
    const skipped = record.length - record.trimStart().length;
    const code = record.slice(skipped, skipped + 2);
    if (code === "16") this.#detail = new DetailFields();
    else if (code !== "88") this.#detail = null;
    const dataAt = skipped + 3;
    const toSlash = () => start + (find(endAtSlash, record, dataAt) ?? record.length);
    if (this.#detail === null) return toSlash();
    // Looking for a slash through all that follows would take the square of the file: texts need not end with one.
    const head = record.slice(0, dataAt + fieldsCharactersMax);
    const data = head.slice(0, find(endAtSlash, head, dataAt) ?? head.length).replace(/\/\s*$/, "");
    const text = this.#detail.takeFields(data, dataAt);
    if (text < 0) return toSlash();
    const end = find(endInText, record, text) ?? record.length;
    return start + end;
  }
}

const lineFeed = 10;
const headCharactersMax = 4_096;
/** A transaction's fields before its text. */
const fieldsCharactersMax = 1_000;

/** A record ends with a slash and perhaps blanks where the next one begins. */
const endAtSlash = /\/\s*(?=(?:0[123]|16|49|88|98|99),)/g;
/** Text ends where a transaction, a trailer or a continuation begins, told by more than its two digits. */
const endInText =
  /\/\s*(?=88,|16,\d{3},|(?:49|98|99),[+-]?\d+,\d+)|(?=16,\d{3},\d+,[012ZSVD]?,|(?:49|98|99),[+-]?\d+,\d+(?:,\d+)?\s*\/)|(?<!\d)(?=88,)/g;

function find(pattern: RegExp, text: string, from: number): number | null {
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found === null ? null : found.index + found[0].length;
}

/** The record length that a header states, where it is one that a record can have. */
export function statedLength(header: string): number | null {
  const stated = header.split(",")[6]?.trim() ?? "";
  const length = /^\d{1,5}$/.test(stated) ? Number(stated) : 0;
  return length >= recordLengthMin && length <= physicalCharactersMax ? length : null;
}

const recordLengthMin = 16;

function isRecordStart(text: string): boolean {
  return /^(?:0[23]|16|49|88|98|99),/.test(text);
}
