import type { Bai2Style } from "./file.ts";

/** Breaks logical records into physical ones, each continued by an 88, and counts them. */
export class PrintedRecords {
  readonly #style: Bai2Style;
  readonly #rows: string[] = [];

  constructor(style: Bai2Style) {
    if (style.lineBreak === "" && style.recordLength !== null && !style.padded) {
      throw new TypeError("without line breaks, records are found by their padded length");
    }
    this.#style = style;
  }

  get count(): number {
    return this.#rows.length;
  }

  text(): string {
    return this.#rows.map((row) => row + this.#style.lineBreak).join("");
  }

  /** A record that is fields to its end. */
  add(code: string, fields: readonly string[]): void {
    this.#push(`${this.#fillFields(code, fields)}/`);
  }

  /** A record that ends with a text, of which commas and slashes are part. */
  addWithText(code: string, fields: readonly string[], text: string): void {
    if (/[\r\n]/.test(text)) throw new TypeError("a text is on one line");
    if (this.#runsOn && /(?:0[123]|16|49|88|98|99),/.test(text)) {
      throw new TypeError("without line breaks this text would look like a record");
    }
    let row = `${this.#fillFields(code, fields)},`;
    let rest = text;
    if (rest === "") {
      // The comma before the empty text is left out where there is no room for it.
      this.#push(row.length < this.#length ? `${row}/` : `${row.slice(0, -1)}/`);
      return;
    }
    // A slash at a text's end would be taken for the record's: one more keeps it.
    const closing = this.#style.slashAfterText || this.#runsOn || text.endsWith("/") ? "/" : "";
    for (;;) {
      const room = this.#length - row.length;
      if (rest.length + closing.length <= room || this.#isOneWord(rest)) {
        this.#push(row + rest + closing);
        return;
      }
      const piece = this.#pieceOf(rest, room);
      if (piece === null) this.#push(`${row.slice(0, -1)}/`);
      else {
        this.#push(row + piece.printed);
        rest = piece.rest;
      }
      row = "88,";
    }
  }

  get #runsOn(): boolean {
    return this.#style.lineBreak === "" && this.#style.recordLength === null;
  }

  get #length(): number {
    return this.#style.recordLength ?? this.#style.wrapAt ?? Number.POSITIVE_INFINITY;
  }

  /** Broken between words, a single one stays whole however long it is. */
  #isOneWord(text: string): boolean {
    return this.#style.recordLength === null && text.indexOf(" ", 1) < 0;
  }

  /** Prints what does not fit into one record. @returns the last one, without its end */
  #fillFields(code: string, fields: readonly string[]): string {
    let row = code;
    for (const field of fields) {
      if (/[,/\r\n]/.test(field)) throw new TypeError(`no field can hold "${field.slice(0, 40)}"`);
      // One more for the slash.
      const fits = row.length + field.length + 2 <= this.#length;
      if (!fits && row !== "88" && code !== "01") {
        this.#push(`${row}/`);
        row = "88";
      }
      row += `,${field}`;
    }
    return row;
  }

  /** What of a text goes into a record that it is too long for; null where nothing of it fits. */
  #pieceOf(text: string, room: number): { readonly printed: string; readonly rest: string } | null {
    if (this.#style.recordLength !== null) {
      // A record that is full to its end may cut a word.
      if (room < 2) return null;
      const whole = text.slice(0, room);
      if (!whole.trimEnd().endsWith("/")) return { printed: whole, rest: text.slice(room) };
      return { printed: `${text.slice(0, room - 1)}/`, rest: text.slice(room - 1) };
    }
    const space = text.lastIndexOf(" ", room);
    const at = space > 0 ? space : text.indexOf(" ", 1);
    const whole = text.slice(0, at);
    const closing = this.#runsOn || whole.endsWith("/") ? "/" : "";
    return { printed: whole + closing, rest: text.slice(at + 1) };
  }

  #push(row: string): void {
    const { recordLength, padded } = this.#style;
    if (recordLength !== null && row.length > recordLength) {
      throw new TypeError(tooLong);
    }
    this.#rows.push(recordLength !== null && padded ? row.padEnd(recordLength) : row);
  }
}

const tooLong = "a field, or the header, is longer than a record";
