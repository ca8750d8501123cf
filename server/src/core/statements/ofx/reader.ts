import type { CurrencyCode } from "../../currencies.ts";
import { parseCurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import {
  plainText,
  quoted,
  referenceCharactersMax,
  type StatementFoot,
  type StatementProblem,
  type StatementReader,
  type Tell,
} from "../statement.ts";
import { ofxOwnOrganisation } from "./description.ts";
import { parseOfxAmount, parseOfxDay } from "./fields.ts";
import { createOfxMarkup } from "./markup.ts";
import { readOfxTransaction } from "./transaction.ts";

export interface OfxOptions {
  /** What amounts are in where the file has no CURDEF. */
  readonly currency?: CurrencyCode | null;
}

/**
 * Reads OFX and QFX, SGML (1.x, tags closed or not) and XML (2.x): the bank and card statements of a file, which may be
 * of several accounts (OFX 1.6 and 2.2 specifications, chapter 11). Days are those that are printed; see
 * `parseOfxDay`, `parseOfxAmount` and `readOfxTransaction` for what is made of each value.
 *
 * LEDGERBAL is the closing balance. OFX has no opening balance, so nothing proves its lines. An account is ACCTID; one of
 * fewer than six characters is told with its BANKID, by itself it would name too many. Investment statements and
 * pending transactions are passed over with a word. What a STATUS calls an error is told, and is the end of a file
 * without statements. Where </OFX> never comes the file is truncated.
 */
export function createOfxReader(options: OfxOptions, tell: Tell): StatementReader {
  const reader = new OfxReader(options, tell);
  const markup = createOfxMarkup(reader);
  return {
    write(text) {
      if (!reader.refused) markup.write(text);
    },
    end: () => reader.end(),
  };
}

/** The aggregates whose values are read, and those that tell two values of one name apart. */
const aggregates: ReadonlySet<string> = new Set(
  (
    "OFX SONRS FI STATUS STMTTRNRS CCSTMTTRNRS STMTRS CCSTMTRS BANKACCTFROM CCACCTFROM BANKTRANLIST BANKTRANLISTP " +
    "STMTTRN STMTTRNP PAYEE CURRENCY ORIGCURRENCY BANKACCTTO CCACCTTO LEDGERBAL AVAILBAL BALLIST BAL IMAGEDATA " +
    "INVSTMTMSGSRSV1"
  ).split(" "),
);

/** The values of a transaction that are read. */
const transactionValues: ReadonlySet<string> = new Set(
  (
    "TRNTYPE DTPOSTED DTUSER TRNAMT FITID CORRECTFITID CORRECTACTION CHECKNUM REFNUM NAME EXTDNAME MEMO " +
    "PAYEE.NAME CURRENCY.CURSYM"
  ).split(" "),
);

const statusValues: ReadonlySet<string> = new Set(["CODE", "SEVERITY", "MESSAGE"]);

/** Errors of the bank's server that are kept until it is known whether they cost the file. */
const errorsMax = 10;
const accountCharactersMin = 6;

interface OpenStatement {
  readonly row: number;
  readonly values: Map<string, string>;
  balanceRow: number | null;
  /** Whether its head was told. */
  told: boolean;
}

class OfxReader {
  readonly #options: OfxOptions;
  readonly #tell: Tell;
  /** The open aggregates, outermost first. */
  readonly #within: string[] = [];
  #refused = false;
  #began = false;
  #own = false;
  #statements = 0;
  #statement: OpenStatement | null = null;
  #transaction: { readonly row: number; readonly fields: Map<string, string> } | null = null;
  #status: Map<string, string> = new Map();
  readonly #errors: StatementProblem[] = [];
  #row = 1;

  constructor(options: OfxOptions, tell: Tell) {
    this.#options = options;
    this.#tell = tell;
  }

  get refused(): boolean {
    return this.#refused;
  }

  open(name: string, row: number): void {
    if (this.#refused) return;
    this.#row = row;
    if (!this.#began && name !== "OFX") {
      this.refuse("not_this_format", row, "The file's first element is not OFX.");
      return;
    }
    if (!aggregates.has(name)) return;
    this.#within.push(name);
    switch (name) {
      case "OFX":
        this.#began = true;
        break;
      case "STATUS":
        this.#status = new Map();
        break;
      case "STMTRS":
      case "CCSTMTRS":
        this.#endStatement();
        this.#statements += 1;
        this.#statement = { row, values: new Map(), balanceRow: null, told: false };
        break;
      case "STMTTRN":
        this.#endTransaction();
        if (this.#statement) this.#transaction = { row, fields: new Map() };
        break;
      case "LEDGERBAL":
        if (this.#statement) this.#statement.balanceRow ??= row;
        break;
      case "INVSTMTMSGSRSV1":
        this.#passOver(row, "The file's investment statements are no bank lines: passed over.");
        break;
      case "BANKTRANLISTP":
        this.#passOver(row, "Pending transactions are not in the bank's books yet: passed over.");
        break;
    }
  }

  value(name: string, text: string): void {
    if (this.#refused) return;
    const within = this.#within.at(-1) ?? "";
    if (this.#transaction) {
      const key = within === "STMTTRN" ? name : `${within}.${name}`;
      const { fields } = this.#transaction;
      if (transactionValues.has(key) && !fields.has(key)) fields.set(key, text);
      return;
    }
    if (within === "STATUS" && statusValues.has(name)) this.#status.set(name, text);
    if (within === "FI" && name === "ORG") this.#own = text === ofxOwnOrganisation;
    const key = statementValue(within, name);
    const values = this.#statement?.values;
    if (key !== null && values && !values.has(key)) values.set(key, text);
  }

  close(name: string): void {
    if (this.#refused || !aggregates.has(name)) return;
    this.#within.splice(Math.max(0, this.#within.lastIndexOf(name)));
    if (name === "STMTTRN") this.#endTransaction();
    if (name === "STMTRS" || name === "CCSTMTRS") this.#endStatement();
    if (name === "STATUS") this.#endStatus();
  }

  refuse(code: StatementProblem["code"], row: number, message: string): void {
    if (this.#refused) return;
    this.#problem({ row, code, text: "", message, loss: "file" });
    this.#refused = true;
  }

  end(): void {
    if (this.#refused) return;
    if (!this.#began) {
      this.refuse("not_this_format", 0, "The file has no OFX element.");
    } else if (this.#within.length > 0) {
      this.refuse("truncated", this.#row, "The file ends before its end tag </OFX>: it was cut.");
    } else if (this.#statements > 0) {
      for (const error of this.#errors) this.#problem(error);
    } else if (this.#errors[0]) {
      this.#problem({ ...this.#errors[0], loss: "file" });
    } else {
      this.refuse("no_lines", 0, "The file has no bank or card statement.");
    }
    this.#refused = true;
  }

  #endStatus(): void {
    const [severity, code] = [this.#status.get("SEVERITY"), this.#status.get("CODE")];
    if (severity?.toUpperCase() !== "ERROR" || this.#errors.length >= errorsMax) return;
    const said = plainText(this.#status.get("MESSAGE") ?? "", referenceCharactersMax);
    const message = `The bank's server answered with an error instead of transactions${said ? `: ${said}` : "."}`;
    this.#errors.push({
      ...{ row: this.#row, code: "bad_record", text: quoted(code ?? ""), message, loss: "none" },
    });
  }

  #endTransaction(): void {
    const [statement, transaction] = [this.#statement, this.#transaction];
    this.#transaction = null;
    if (!statement || !transaction) return;
    this.#tellHead(statement);
    const { line, problem } = readOfxTransaction(transaction.fields, transaction.row, {
      currency: this.#currencyOf(statement).used,
      own: this.#own,
    });
    if (problem) this.#problem(problem);
    if (line) this.#tell({ kind: "line", line });
  }

  #endStatement(): void {
    this.#endTransaction();
    const statement = this.#statement;
    if (!statement) return;
    this.#tellHead(statement);
    this.#tell({ kind: "end", foot: this.#footOf(statement) });
    this.#statement = null;
  }

  #tellHead(statement: OpenStatement): void {
    if (statement.told) return;
    statement.told = true;
    const { row, values } = statement;
    const currency = this.#currencyOf(statement).named;
    const head = { row, account: accountOf(values), accountName: null, currency, number: null };
    this.#tell({ kind: "statement", head: { ...head, openingMinor: null } });
    const named = values.get("CURDEF");
    if (named !== undefined && currency === null) {
      const message = "The statement's currency (CURDEF) is none that is known.";
      this.#problem({ row, code: "unknown_currency", text: quoted(named), message, loss: "none" });
    }
  }

  #currencyOf({ values }: OpenStatement) {
    const text = values.get("CURDEF");
    const named = text === undefined ? null : parseCurrencyCode(text);
    return { named, used: text === undefined ? (this.#options.currency ?? null) : named };
  }

  #footOf(statement: OpenStatement): StatementFoot {
    const { values, row, balanceRow } = statement;
    const closingMinor = this.#balance(statement, "LEDGERBAL.BALAMT");
    return {
      ...(balanceRow !== null && balanceRow !== row ? { row: balanceRow } : {}),
      openingMinor: null,
      closingMinor,
      availableMinor: this.#balance(statement, "AVAILBAL.BALAMT"),
      closingOn: closingMinor === null ? null : dayOf(values, "LEDGERBAL.DTASOF"),
      firstOn: dayOf(values, "BANKTRANLIST.DTSTART"),
      lastOn: dayOf(values, "BANKTRANLIST.DTEND"),
      continued: false,
    };
  }

  #balance(statement: OpenStatement, key: string): bigint | null {
    const text = statement.values.get(key);
    const currency = this.#currencyOf(statement).used;
    if (text === undefined || currency === null) return null;
    const amount = parseOfxAmount(text, currency);
    if (amount.ok) return amount.value.amountMinor;
    const message = "The balance is no amount that can be read: it was left out.";
    const row = statement.balanceRow ?? statement.row;
    this.#problem({ row, code: "bad_balance", text: quoted(text), message, loss: "none" });
    return null;
  }

  #passOver(row: number, message: string): void {
    this.#problem({ row, code: "not_for_the_books", text: "", message, loss: "none" });
  }

  #problem(problem: StatementProblem): void {
    if (!this.#refused) this.#tell({ kind: "problem", problem });
  }
}

/** The key of a statement's own value, or null for what is not read. */
function statementValue(within: string, name: string): string | null {
  switch (within) {
    case "STMTRS":
    case "CCSTMTRS":
      return name === "CURDEF" ? name : null;
    case "BANKACCTFROM":
    case "CCACCTFROM":
      return name === "BANKID" || name === "ACCTID" ? name : null;
    case "BANKTRANLIST":
      return name === "DTSTART" || name === "DTEND" ? `${within}.${name}` : null;
    case "LEDGERBAL":
    case "AVAILBAL":
      return name === "BALAMT" || name === "DTASOF" ? `${within}.${name}` : null;
    default:
      return null;
  }
}

function accountOf(values: ReadonlyMap<string, string>): string | null {
  const account = plainText(values.get("ACCTID") ?? "", referenceCharactersMax);
  const bank = plainText(values.get("BANKID") ?? "", referenceCharactersMax);
  if (account === null || account.length >= accountCharactersMin) return account;
  return bank === null || /^0+$/.test(bank) ? account : `${bank}/${account}`;
}

function dayOf(values: ReadonlyMap<string, string>, key: string): LocalDate | null {
  const text = values.get(key);
  return text === undefined ? null : parseOfxDay(text);
}
