import type { CurrencyCode } from "../../currencies.ts";
import type { StatementProblem, StatementReader, Tell } from "../statement.ts";
import { descriptionCharactersMax } from "../statement.ts";
import { balancePaths, balancesMax } from "./balances.ts";
import { batchTransactionsMax, entryPaths } from "./entry.ts";
import { createCamtMarkup } from "./markup.ts";
import { CamtStatement, statementPaths } from "./statement.ts";
import {
  type CamtTransaction,
  readCamtTransaction,
  repeatedPaths,
  transactionPaths,
} from "./transaction.ts";

export interface Camt053Options {
  /** What amounts are in where the file names no currency. */
  readonly currency?: CurrencyCode | null;
}

/**
 * Reads CAMT.053, ISO 20022's bank-to-customer statement, in versions 02 to 13 with any namespace prefix, alone or in an
 * envelope. An element is taken by its place and name; what versions move is looked for in each of its places. Of a
 * file's other reports none is taken: CAMT.052 (of the day so far) and CAMT.054 (single notices) are not the books.
 *
 * See `readCamtEntry` for how entries become lines, `readCamtBalances` for the balances, `EntryTotals` for the checks.
 * The source of element names and order is the message definition report "Bank-to-Customer Cash Management".
 */
export function createCamt053Reader(options: Camt053Options, tell: Tell): StatementReader {
  const reader = new CamtReader(options.currency ?? null, tell);
  const markup = createCamtMarkup(reader);
  return {
    write: (text) => markup.write(text),
    end() {
      markup.end();
      reader.end();
    },
  };
}

/** What the elements below are part of. */
type Scope = "file" | "group" | "statement" | "balance" | "entry" | "transaction";

interface Frame {
  readonly scope: Scope;
  /** From the scope's own element down: "Acct/Id/IBAN". */
  readonly path: string;
  /** Of an amount; null elsewhere. */
  readonly currency: string | null;
}

/** The most of a value that is kept. */
const valueCharactersMax = descriptionCharactersMax * 4;

const pathsOfScope: Readonly<Record<Scope, ReadonlySet<string>>> = {
  file: new Set(),
  group: new Set(["MsgPgntn/PgNb", "MsgPgntn/LastPgInd"]),
  statement: statementPaths,
  balance: balancePaths,
  entry: entryPaths,
  transaction: transactionPaths,
};

class CamtReader {
  readonly #currency: CurrencyCode | null;
  readonly #tell: Tell;
  readonly #frames: Frame[] = [];
  /** The values of each scope that is open. */
  #values: Record<Scope, Map<string, string>> = emptyValues();
  #rows = { balance: 0, entry: 0, transaction: 0 };
  #statement: CamtStatement | null = null;
  #transactions: CamtTransaction[] = [];
  #transactionCount = 0;
  #reports = 0;
  #otherReport: string | null = null;
  #refused = false;

  constructor(currency: CurrencyCode | null, tell: Tell) {
    this.#currency = currency;
    this.#tell = tell;
  }

  open(name: string, attributes: Readonly<Record<string, string>>, row: number): void {
    const above = this.#frames.at(-1) ?? { scope: "file", path: "", currency: null };
    const scope = scopeOf(name, above);
    const begins = scope !== above.scope;
    const path = begins ? "" : above.path === "" ? name : `${above.path}/${name}`;
    const currency = Object.hasOwn(attributes, "Ccy") ? (attributes.Ccy ?? null) : null;
    this.#frames.push({ scope, path, currency });
    if (begins) this.#begin(scope, row);
    if (scope === "file") this.#noteReport(name);
    if (scope === "statement" && path === "TxsSummry" && this.#statement) {
      this.#statement.totalsRow ??= row;
    }
  }

  close(_name: string, text: string | null): void {
    const frame = this.#frames.pop();
    if (!frame) return;
    if (text !== null) this.#keep(frame, text);
    const above = this.#frames.at(-1)?.scope ?? "file";
    if (frame.scope !== above) this.#end(frame.scope);
  }

  refuse(code: StatementProblem["code"], row: number, message: string): void {
    if (this.#refused) return;
    this.#refused = true;
    this.#tell({ kind: "problem", problem: { row, code, text: "", message, loss: "file" } });
  }

  end(): void {
    if (this.#refused || this.#reports > 0) return;
    if (this.#otherReport !== null) {
      const message = `The file is ${this.#otherReport}: a statement of booked entries, CAMT.053, is expected.`;
      this.refuse("not_for_the_books", 0, message);
      return;
    }
    this.refuse("not_this_format", 0, "The file has no CAMT.053 statement (BkToCstmrStmt).");
  }

  #begin(scope: Scope, row: number): void {
    this.#values[scope] = new Map();
    if (scope === "balance" || scope === "transaction") this.#rows[scope] = row;
    if (scope === "statement") {
      this.#statement = new CamtStatement(row, this.#currency, this.#values.group, this.#tell);
    }
    if (scope === "entry") {
      this.#rows.entry = row;
      this.#transactions = [];
      this.#transactionCount = 0;
    }
  }

  #end(scope: Scope): void {
    const statement = this.#statement;
    const values = this.#values[scope];
    if (!statement) return;
    switch (scope) {
      case "balance":
        if (statement.balances.length < balancesMax) {
          statement.balances.push({ row: this.#rows.balance, values });
        }
        break;
      case "transaction":
        this.#transactionCount += 1;
        if (this.#transactions.length < batchTransactionsMax) {
          const currency = statement.currency(this.#values.statement, this.#values.entry);
          this.#transactions.push(readCamtTransaction(values, this.#rows.transaction, currency));
        }
        break;
      case "entry":
        statement.entry(this.#values.statement, {
          row: this.#rows.entry,
          values,
          transactions: this.#transactions,
          transactionCount: this.#transactionCount,
        });
        this.#transactions = [];
        break;
      case "statement":
        statement.end(values);
        this.#statement = null;
        break;
    }
  }

  #keep({ scope, path, currency }: Frame, text: string): void {
    if (!pathsOfScope[scope].has(path)) return;
    const values = this.#values[scope];
    const before = values.get(path);
    const value = text.slice(0, valueCharactersMax).trim();
    if (before === undefined) {
      values.set(path, value);
      if (currency !== null) values.set(`${path}@Ccy`, currency);
    } else if (scope === "transaction" && repeatedPaths.has(path)) {
      values.set(path, `${before} ${value}`.slice(0, valueCharactersMax));
    }
  }

  #noteReport(name: string): void {
    if (name === "BkToCstmrStmt") this.#reports += 1;
    else this.#otherReport ??= otherReports.get(name) ?? null;
  }
}

/** The scope of an element below another: its own where it begins one. */
function scopeOf(name: string, { scope, path }: Frame): Scope {
  switch (scope) {
    case "file":
      if (!/(?:^|\/)BkToCstmrStmt$/.test(path)) return scope;
      return name === "Stmt" ? "statement" : name === "GrpHdr" ? "group" : scope;
    case "statement":
      if (path !== "") return scope;
      return name === "Ntry" ? "entry" : name === "Bal" ? "balance" : scope;
    case "entry":
      return path === "NtryDtls" && name === "TxDtls" ? "transaction" : scope;
    default:
      return scope;
  }
}

function emptyValues(): Record<Scope, Map<string, string>> {
  const none = () => new Map<string, string>();
  return {
    ...{ file: none(), group: none(), statement: none() },
    ...{ balance: none(), entry: none(), transaction: none() },
  };
}

const otherReports: ReadonlyMap<string, string> = new Map([
  ["BkToCstmrAcctRpt", "a CAMT.052 report of the day so far"],
  ["BkToCstmrDbtCdtNtfctn", "a CAMT.054 notice of single movements"],
  ["CstmrCdtTrfInitn", "a payment order (PAIN.001)"],
  ["CstmrDrctDbtInitn", "a direct debit order (PAIN.008)"],
]);
