import { assert } from "../../assert.ts";
import type { CurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import { amountMinorMax, formatDecimal, magnitude, money } from "../../money.ts";
import type { StatementFoot, StatementHead, StatementLine } from "../statement.ts";
import { givenId } from "./transaction.ts";

export interface CamtPrintedStatement {
  readonly head: Omit<StatementHead, "row" | "currency"> & { readonly currency: CurrencyCode };
  readonly lines: readonly Omit<StatementLine, "row">[];
  readonly foot: Omit<StatementFoot, "row">;
}

export interface CamtPrinting {
  /** A version of each layout that the standard has had: 7 moved the status, 8 the parties. */
  readonly version: 2 | 4 | 8 | 13;
  /** Of the namespace; without one it is the default namespace. */
  readonly prefix?: string;
  readonly style?: CamtStyle;
}

export interface CamtStyle {
  /** The most lines of one day that are printed as one batch entry; 1 by default. */
  readonly batch?: number;
  /** Whether TxsSummry tells the numbers and sums. */
  readonly summary?: boolean;
  /** Where a reference stands: structured, or as the end-to-end id where it can be one. */
  readonly reference?: "structured" | "endToEnd";
  /** Zeros behind an amount's own decimals. */
  readonly zeros?: number;
  readonly createdAt?: string;
}

/**
 * CAMT.053 of statements, which `createCamt053Reader` reads back as they are: for tests, samples and measurements. Texts
 * are written whole, also where the standard's fields are shorter. A page ("123/2", not the first or continued) is
 * printed with StmtPgntn, which versions before 8 lack: there it needs a file of its own, which MsgPgntn pages.
 */
export function printCamt053(
  statements: readonly CamtPrintedStatement[],
  printing: CamtPrinting,
): string {
  const printer = new CamtPrinter(printing);
  return printer.document(statements);
}

class CamtPrinter {
  readonly #version: CamtPrinting["version"];
  readonly #prefix: string;
  readonly #style: CamtStyle;

  constructor({ version, prefix, style }: CamtPrinting) {
    this.#version = version;
    this.#prefix = prefix ? `${prefix}:` : "";
    this.#style = style ?? {};
  }

  document(statements: readonly CamtPrintedStatement[]): string {
    const version = String(this.#version).padStart(2, "0");
    const root = `${this.#prefix}Document`;
    const binding = this.#prefix === "" ? "xmlns" : `xmlns:${this.#prefix.slice(0, -1)}`;
    const [only] = statements;
    const messagePage = this.#version < 8 && only ? this.#pagination("MsgPgntn", only) : "";
    assert(messagePage === "" || statements.length === 1, "a paged message has one statement");
    const header = this.#group("GrpHdr", [
      this.#leaf("MsgId", "TIEOUT-1"),
      this.#leaf("CreDtTm", this.#style.createdAt ?? "2026-01-31T18:00:00+01:00"),
      messagePage,
    ]);
    const body = statements.map((statement) => this.#statement(statement));
    return (
      `<?xml version="1.0" encoding="UTF-8"?>\n<${root} ${binding}="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}">` +
      `${this.#group("BkToCstmrStmt", [header, ...body])}\n</${root}>\n`
    );
  }

  #statement(statement: CamtPrintedStatement): string {
    const { head, foot, lines } = statement;
    const number = pageOf(statement)?.number ?? head.number;
    const entries = this.#entries(lines);
    return this.#group("\nStmt", [
      this.#leaf("Id", number ?? ""),
      this.#version < 8 ? "" : this.#pagination("StmtPgntn", statement),
      number !== null && /^\d{1,18}$/.test(number) ? this.#leaf("ElctrncSeqNb", number) : "",
      this.#leaf("CreDtTm", this.#style.createdAt ?? "2026-01-31T18:00:00+01:00"),
      this.#period(foot),
      this.#account(head),
      this.#balances(statement),
      this.#style.summary ? this.#summary(entries, head.currency) : "",
      ...entries.map((entry) => this.#entry(entry, head.currency)),
    ]);
  }

  #pagination(name: "StmtPgntn" | "MsgPgntn", statement: CamtPrintedStatement): string {
    const page = pageOf(statement);
    if (page === null) return "";
    return this.#group(name, [
      this.#leaf("PgNb", page.page),
      this.#leaf("LastPgInd", String(!statement.foot.continued)),
    ]);
  }

  #period({ firstOn, lastOn }: Pick<StatementFoot, "firstOn" | "lastOn">): string {
    if (firstOn === null && lastOn === null) return "";
    return this.#group("FrToDt", [
      firstOn === null ? "" : this.#leaf("FrDtTm", `${firstOn}T00:00:00+01:00`),
      lastOn === null ? "" : this.#leaf("ToDtTm", `${lastOn}T23:59:59+01:00`),
    ]);
  }

  #account({ account, accountName, currency }: CamtPrintedStatement["head"]): string {
    const iban = account !== null && /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(account);
    const id = iban
      ? this.#leaf("IBAN", account)
      : this.#group("Othr", [this.#leaf("Id", account ?? "")]);
    return this.#group("Acct", [
      account === null ? "" : this.#group("Id", [id]),
      this.#leaf("Ccy", currency),
      accountName === null ? "" : this.#leaf("Nm", accountName),
    ]);
  }

  #balances(statement: CamtPrintedStatement): string {
    const { openingMinor, closingMinor, availableMinor, closingOn, firstOn } = statement.foot;
    const { currency } = statement.head;
    const interim = statement.foot.continued && pageOf(statement) === null;
    const opening = openingMinor ?? statement.head.openingMinor;
    return [
      opening === null ? "" : this.#balance("OPBD", opening, currency, firstOn ?? closingOn),
      closingMinor === null
        ? ""
        : this.#balance(interim ? "ITBD" : "CLBD", closingMinor, currency, closingOn),
      availableMinor === null ? "" : this.#balance("CLAV", availableMinor, currency, closingOn),
    ].join("");
  }

  #balance(code: string, amount: bigint, currency: CurrencyCode, on: LocalDate | null): string {
    return this.#group("Bal", [
      this.#group("Tp", [this.#group("CdOrPrtry", [this.#leaf("Cd", code)])]),
      this.#amount(amount, currency),
      this.#direction(amount),
      on === null ? "" : this.#group("Dt", [this.#leaf("Dt", on)]),
    ]);
  }

  #summary(entries: readonly Entry[], currency: CurrencyCode): string {
    const sums = entries.map(({ amountMinor }) => amountMinor);
    const of = (name: string, amounts: readonly bigint[]) => {
      const sum = amounts.reduce((total, amount) => total + magnitude(amount), 0n);
      return this.#group(name, [
        this.#leaf("NbOfNtries", String(amounts.length)),
        this.#leaf("Sum", formatDecimal(money(sum, currency))),
      ]);
    };
    return this.#group("TxsSummry", [
      of("TtlNtries", sums),
      ...[
        of(
          "TtlCdtNtries",
          sums.filter((sum) => sum > 0n),
        ),
      ],
      ...[
        of(
          "TtlDbtNtries",
          sums.filter((sum) => sum < 0n),
        ),
      ],
    ]);
  }

  /** Lines of one day that follow each other become a batch, where it reads back as the same lines. */
  #entries(lines: CamtPrintedStatement["lines"]): readonly Entry[] {
    const entries: Entry[] = [];
    for (const line of lines) {
      const last = entries.at(-1);
      const joined = last && {
        lines: [...last.lines, line],
        amountMinor: last.amountMinor + line.amountMinor,
      };
      if (joined && joined.lines.length <= (this.#style.batch ?? 1) && this.#canBatch(joined)) {
        entries[entries.length - 1] = joined;
      } else {
        entries.push({ lines: [line], amountMinor: line.amountMinor });
      }
    }
    // A batch may only come to nothing on its way: what is printed must not.
    return entries.flatMap((entry) =>
      entry.amountMinor === 0n
        ? entry.lines.map((line) => ({ lines: [line], amountMinor: line.amountMinor }))
        : [entry],
    );
  }

  #canBatch({ lines, amountMinor }: Entry): boolean {
    const ids = lines.flatMap(({ fileId }) => (fileId === null ? [] : [fileId]));
    const oneWay = lines.every((line) => line.amountMinor > 0n === amountMinor > 0n);
    return (
      new Set(ids).size === ids.length &&
      lines.every(({ bookedOn }) => bookedOn === lines[0]?.bookedOn) &&
      magnitude(amountMinor) <= amountMinorMax &&
      // Before version 4 a transaction has no direction of its own.
      (oneWay || this.#version >= 4)
    );
  }

  #entry({ lines, amountMinor }: Entry, currency: CurrencyCode): string {
    const [first] = lines;
    assert(first, "an entry has a line");
    const single = lines.length === 1;
    const status = this.#version < 7 ? "BOOK" : "";
    const id = single && first.fileId !== null ? this.#leaf("AcctSvcrRef", first.fileId) : "";
    const family = amountMinor < 0n ? "ICDT" : "RCDT";
    return this.#group("\nNtry", [
      this.#amount(amountMinor, currency),
      this.#direction(amountMinor),
      status === "" ? this.#group("Sts", [this.#leaf("Cd", "BOOK")]) : this.#leaf("Sts", status),
      this.#group("BookgDt", [this.#leaf("Dt", first.bookedOn)]),
      id,
      this.#group("BkTxCd", [
        this.#group("Domn", [
          this.#leaf("Cd", "PMNT"),
          this.#group("Fmly", [this.#leaf("Cd", family), this.#leaf("SubFmlyCd", "OTHR")]),
        ]),
      ]),
      this.#group(
        "NtryDtls",
        lines.map((line) => this.#transaction(line, currency, single)),
      ),
    ]);
  }

  #transaction(line: Omit<StatementLine, "row">, currency: CurrencyCode, single: boolean): string {
    const { reference, fileId, amountMinor, counterpartyName } = line;
    const asId =
      this.#style.reference === "endToEnd" &&
      reference !== null &&
      givenId(reference) === reference;
    const amount = this.#amount(amountMinor, currency);
    const party = amountMinor > 0n ? "Dbtr" : "Cdtr";
    const name = counterpartyName === null ? "" : this.#leaf("Nm", counterpartyName);
    return this.#group("TxDtls", [
      this.#group("Refs", [
        single || fileId === null ? "" : this.#leaf("AcctSvcrRef", fileId),
        this.#leaf("EndToEndId", asId ? reference : "NOTPROVIDED"),
      ]),
      this.#version < 4
        ? this.#group("AmtDtls", [this.#group("TxAmt", [amount])])
        : amount + this.#direction(amountMinor),
      name === ""
        ? ""
        : this.#group("RltdPties", [
            this.#group(party, [this.#version < 8 ? name : this.#group("Pty", [name])]),
          ]),
      this.#group("RmtInf", [
        ...pieces(line.description).map((piece) => this.#leaf("Ustrd", piece)),
        reference === null || asId
          ? ""
          : this.#group("Strd", [this.#group("CdtrRefInf", [this.#leaf("Ref", reference)])]),
      ]),
    ]);
  }

  #amount(amountMinor: bigint, currency: CurrencyCode): string {
    const decimal = formatDecimal(money(magnitude(amountMinor), currency));
    const zeros = "0".repeat(this.#style.zeros ?? 0);
    const printed = zeros === "" || decimal.includes(".") ? decimal + zeros : `${decimal}.${zeros}`;
    return `<${this.#prefix}Amt Ccy="${currency}">${printed}</${this.#prefix}Amt>`;
  }

  #direction(amountMinor: bigint): string {
    return this.#leaf("CdtDbtInd", amountMinor < 0n ? "DBIT" : "CRDT");
  }

  /** @param name a line break before it is printed before the element */
  #group(name: string, content: readonly string[]): string {
    const element = `${this.#prefix}${name.trim()}`;
    const before = name.startsWith("\n") ? "\n" : "";
    return `${before}<${element}>${content.join("")}</${element}>`;
  }

  #leaf(name: string, value: string): string {
    const element = `${this.#prefix}${name}`;
    return `<${element}>${escaped(value)}</${element}>`;
  }
}

interface Entry {
  readonly lines: CamtPrintedStatement["lines"];
  readonly amountMinor: bigint;
}

/** The page that a statement is of a longer one: "123/2". */
function pageOf({ head, foot }: CamtPrintedStatement) {
  const [, number, page] = /^(.+)\/(\d{1,5})$/.exec(head.number ?? "") ?? [];
  if (number === undefined || page === undefined) return null;
  return Number(page) > 1 || foot.continued ? { number, page } : null;
}

/** Ustrd has 140 characters: a longer text is parted at its spaces, where it has some. */
function pieces(text: string): readonly string[] {
  return text.match(/.{1,140}(?:$| )|\S+(?:$| )/gsu)?.map((piece) => piece.trimEnd()) ?? [];
}

/** Characters that XML cannot hold become a space or U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/\p{Cc}/gu, " ")
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
