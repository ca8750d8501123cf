import { DetailFields } from "./detail-fields.ts";
import type { RecordProblem } from "./read-detail.ts";
import { statedLength } from "./record-cutter.ts";

/** A record with its continuations (88): a transaction, or another with its fields. */
export type LogicalRecord =
  | {
      readonly code: "01" | "02" | "03" | "49" | "98" | "99";
      readonly row: number;
      /** Its number among the physical records of the file. */
      readonly index: number;
      /** What it begins with in the file, for problems. */
      readonly start: string;
      readonly fields: readonly string[];
      /** Which of the fields end a physical record. */
      readonly rowEnds: ReadonlySet<number>;
    }
  | {
      readonly code: "16";
      readonly row: number;
      readonly start: string;
      readonly detail: DetailFields;
    };

export interface TakeLogicalRecord {
  record(record: LogicalRecord): void;
  problem(row: number, problem: RecordProblem): void;
}

/** Puts logical records together from physical ones: each ends where the next one that is no 88 begins. */
export class LogicalRecords {
  readonly #to: TakeLogicalRecord;
  #open: LogicalRecord | null = null;
  /** Fields of the open record, and which of them end a physical one. */
  #fields: string[] = [];
  #rowEnds = new Set<number>();
  /** Physical records of the file so far. */
  #records = 0;
  #recordLength: number | null = null;
  #begun = false;

  constructor(to: TakeLogicalRecord) {
    this.#to = to;
  }

  /** @param whole a physical record with its padding */
  take(whole: string, row: number): void {
    const text = whole.trim();
    if (blank.test(text)) return;
    const code = recordCode(text);
    if (!this.#begun && code !== "01") {
      const message = "A BAI2 file begins with the record 01.";
      this.#problem(row, "not_this_format", text, message, "file");
    } else if (code === null) {
      this.#takeStray(text, row);
    } else {
      this.#begun = true;
      this.#takeRecord(code, text, row, whole.length);
    }
  }

  /** Gives out the record that is still open. */
  end(): void {
    const open = this.#open;
    this.#open = null;
    if (open !== null) this.#to.record(open);
  }

  #takeRecord(code: string, text: string, row: number, length: number): void {
    if (code === "01") this.#records = 0;
    this.#records += 1;
    const data = text.endsWith("/") ? text.slice(3, -1) : text.slice(3);
    // A text that fills its record to the last character may be cut within a word. Nothing was trimmed from it then.
    const full = length === this.#recordLength && text.length === length;
    if (code === "88") {
      this.#continue(data, text, row, full);
      return;
    }
    this.end();
    switch (code) {
      case "16": {
        const detail = new DetailFields();
        takeDetail(detail, data, full);
        this.#open = { code, row, start: text, detail };
        return;
      }
      case "01":
      case "02":
      case "03":
      case "49":
      case "98":
      case "99": {
        if (code === "01") this.#recordLength = statedLength(`01,${data}`);
        this.#fields = [];
        this.#rowEnds = new Set();
        this.#takeFields(data);
        const [fields, rowEnds] = [this.#fields, this.#rowEnds];
        this.#open = { code, row, index: this.#records, start: text, fields, rowEnds };
        return;
      }
      default:
        this.#problem(row, "bad_record", text, `BAI2 has no record ${code}.`, "line");
    }
  }

  #continue(data: string, text: string, row: number, full: boolean): void {
    const open = this.#open;
    if (open === null || isTrailer(open.code)) {
      const message = "This record continues another, and there is none before it that can be.";
      this.#problem(row, "misplaced_record", text, message, "line");
    } else if (open.code === "16") {
      takeDetail(open.detail, data, full);
    } else if (this.#fields.length > fieldsMax) {
      const message = "This record is continued without an end.";
      this.#problem(open.row, "too_long", text, message, "file");
    } else {
      this.#takeFields(data);
    }
  }

  /** A line that begins no record: some banks break their texts into lines without saying so. */
  #takeStray(text: string, row: number): void {
    const detail = this.#open?.code === "16" ? this.#open.detail : null;
    if (detail === null || detail.text === null) {
      const message = "This line is no record: a record begins with two digits and a comma.";
      this.#problem(row, "bad_record", text, message, "line");
      return;
    }
    detail.takeText(text.endsWith("/") ? text.slice(0, -1) : text, false);
    const message = "This line begins no record: it was read as more of the text before it.";
    this.#problem(row, "bad_record", text, message, "none");
  }

  #takeFields(data: string): void {
    for (const field of data.split(",")) this.#fields.push(field.trim());
    this.#rowEnds.add(this.#fields.length - 1);
  }

  #problem(
    row: number,
    code: RecordProblem["code"],
    text: string,
    message: string,
    loss: RecordProblem["loss"],
  ): void {
    this.#to.problem(row, { code, text, message, loss });
  }
}

/** An account's record of more fields is none. */
const fieldsMax = 20_000;

function takeDetail(detail: DetailFields, data: string, full: boolean): void {
  const text = detail.takeFields(data, 0);
  if (text >= 0) detail.takeText(text === 0 ? data : data.slice(text), full);
}

function isTrailer(code: LogicalRecord["code"]): boolean {
  return code === "49" || code === "98" || code === "99";
}

/** Nothing, or the zeros and end marks that old systems fill a file up with. */
const blank = /^[\s\p{Cc}]*$/u;

/** The two digits that a record begins with; null where it begins with none. */
function recordCode(text: string): string | null {
  if (!isDigit(text, 0) || !isDigit(text, 1)) return null;
  const code = text.slice(0, 2);
  if (text[2] === ",") return code;
  return (text.length === 2 || text[2] === "/") && recordCodes.has(code) ? code : null;
}

const recordCodes: ReadonlySet<string> = new Set(["01", "02", "03", "16", "49", "88", "98", "99"]);

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 48 && unit <= 57;
}
