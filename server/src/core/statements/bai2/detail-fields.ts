import { descriptionCharactersMax } from "../statement.ts";
import { fundsFields } from "./fields.ts";

/**
 * A transaction (16) as it comes together from its physical records: type, amount, funds type with what that brings,
 * bank reference, customer reference, and then text, in which commas and slashes mean nothing.
 */
export class DetailFields {
  type = "";
  amount = "";
  bankReference = "";
  customerReference = "";
  text: string | null = null;
  /** A funds type that the format does not know: what follows it cannot be told apart. */
  badFunds: string | null = null;
  #taken = 0;
  #funds = "";
  /** Fields before the text; more once the funds type is known. */
  #expected = fieldsBeforeText;
  /** Whether the next piece of text goes on in the middle of a word. */
  #joined = false;

  /**
   * Takes fields until the text is reached.
   * @returns where in `data` the text begins, or -1: the record ends before it
   */
  takeFields(data: string, from: number): number {
    let at = from;
    while (this.#taken < this.#expected) {
      const comma = data.indexOf(",", at);
      this.#take((comma < 0 ? data.slice(at) : data.slice(at, comma)).trim());
      if (comma < 0) return -1;
      at = comma + 1;
    }
    return at;
  }

  /** @param joined the physical record is full to its last character, so that the text may be cut within a word */
  takeText(piece: string, joined: boolean): void {
    if (this.text === null || this.text === "") this.text = piece;
    else if (this.text.length < textKeptMax) this.text += this.#joined ? piece : ` ${piece}`;
    this.#joined = joined;
  }

  #take(field: string): void {
    this.#taken += 1;
    if (this.#taken === 1) this.type = field;
    else if (this.#taken === 2) this.amount = field;
    else if (this.#taken === 3) this.#takeFunds(field);
    else if (this.#taken === 4 && this.#funds === "D") this.#takeDistribution(field);
    else if (this.#taken === this.#expected - 1) this.bankReference = field;
    else if (this.#taken === this.#expected) this.customerReference = field;
  }

  #takeFunds(field: string): void {
    this.#funds = field;
    // The number of a distribution is the next field: until then at least that one is expected.
    const brings = fundsFields(field, "0");
    if (brings === null) this.badFunds = field;
    else this.#expected += brings;
  }

  #takeDistribution(field: string): void {
    const brings = fundsFields("D", field);
    if (brings === null) this.badFunds = `D,${field}`;
    else this.#expected += brings - 1;
  }
}

const fieldsBeforeText = 5;
/** Far more than is shown of a description: what is longer is not kept while it is read. */
const textKeptMax = descriptionCharactersMax * 4;
