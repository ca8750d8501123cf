import type { CurrencyCode } from "../../currencies.ts";
import { parseCurrencyCode } from "../../currencies.ts";
import type { LocalDate } from "../../dates.ts";
import { statementPlace } from "../proof.ts";
import {
  nameCharactersMax,
  plainText,
  quoted,
  referenceCharactersMax,
  type StatementHead,
  type Tell,
} from "../statement.ts";
import { type CamtBalance, readCamtBalances } from "./balances.ts";
import { type CamtEntry, readCamtEntry } from "./entry.ts";
import { type CamtValues, parseCamtDay } from "./fields.ts";
import { EntryTotals, totalPaths } from "./totals.ts";

/** The values of Stmt itself that are read. */
export const statementPaths: ReadonlySet<string> = new Set([
  ...["Id", "ElctrncSeqNb", "LglSeqNb", "StmtPgntn/PgNb", "StmtPgntn/LastPgInd"],
  ...["FrToDt/FrDtTm", "FrToDt/ToDtTm", "Acct/Ccy", "Acct/Nm", "Acct/Ownr/Nm", "Acct/Ownr/Pty/Nm"],
  ...["Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/BBAN", "Acct/Id/PrtryAcct/Id"],
  ...totalPaths,
]);

/** One Stmt from its head to its foot: tells each as soon as it is known. */
export class CamtStatement {
  readonly balances: CamtBalance[] = [];
  totalsRow: number | null = null;
  readonly #row: number;
  readonly #given: CurrencyCode | null;
  /** The message's group header, which pages a statement up to version 5. */
  readonly #group: CamtValues;
  readonly #tell: Tell;
  readonly #totals = new EntryTotals();
  #head: StatementHead | null = null;
  #used: CurrencyCode | null = null;

  constructor(row: number, given: CurrencyCode | null, group: CamtValues, tell: Tell) {
    this.#row = row;
    this.#given = given;
    this.#group = group;
    this.#tell = tell;
  }

  /** What amounts are read in: the account's currency, or else the first one that a balance or entry names. */
  currency(values: CamtValues, entry: CamtValues | null): CurrencyCode | null {
    if (this.#head) return this.#used;
    const named = this.#named(values, entry);
    return named === undefined ? this.#given : parseCurrencyCode(named);
  }

  entry(values: CamtValues, entry: CamtEntry): void {
    this.#tellHead(values, entry.values);
    const ownerName = values.get("Acct/Ownr/Nm") ?? values.get("Acct/Ownr/Pty/Nm") ?? null;
    const read = readCamtEntry(entry, { currency: this.#used, ownerName });
    this.#totals.add(read);
    for (const problem of read.problems) this.#tell({ kind: "problem", problem });
    for (const line of read.lines) this.#tell({ kind: "line", line });
  }

  end(values: CamtValues): void {
    const head = this.#tellHead(values, null);
    const balances = readCamtBalances(this.balances, this.#used);
    for (const problem of balances.problems) this.#tell({ kind: "problem", problem });
    const page = this.#page(values);
    // What is said of a whole statement cannot be seen from one of its pages.
    if (page === null) {
      const at = { row: this.totalsRow ?? this.#row, place: statementPlace(head) };
      for (const check of this.#totals.checks(values, { ...at, currency: this.#used })) {
        this.#tell({ kind: "check", check });
      }
    }
    const { openingMinor, closingMinor, closingOn, closingRow, availableMinor } = balances;
    this.#tell({
      kind: "end",
      foot: {
        ...(closingRow !== null && closingRow !== this.#row ? { row: closingRow } : {}),
        ...{ openingMinor, closingMinor, availableMinor, closingOn },
        firstOn: periodDay(values, "FrToDt/FrDtTm"),
        lastOn: periodDay(values, "FrToDt/ToDtTm"),
        continued: page === null ? balances.interim : !page.last,
      },
    });
  }

  #tellHead(values: CamtValues, entry: CamtValues | null): StatementHead {
    if (this.#head) return this.#head;
    const named = this.#named(values, entry);
    this.#used = this.currency(values, entry);
    const { openingMinor } = readCamtBalances(this.balances, this.#used);
    this.#head = {
      row: this.#row,
      account: accountOf(values),
      accountName: text(
        values.get("Acct/Nm") ?? values.get("Acct/Ownr/Nm") ?? values.get("Acct/Ownr/Pty/Nm"),
        nameCharactersMax,
      ),
      currency: named === undefined ? null : this.#used,
      number: this.#number(values),
      openingMinor,
    };
    this.#tell({ kind: "statement", head: this.#head });
    if (named !== undefined && this.#used === null) {
      const message = "The account's currency is none that is known.";
      this.#tell({
        kind: "problem",
        problem: {
          ...{ row: this.#row, code: "unknown_currency", text: quoted(named) },
          ...{ message, loss: "none" },
        },
      });
    }
    return this.#head;
  }

  #named(values: CamtValues, entry: CamtValues | null): string | undefined {
    const balance = this.balances.find((one) => one.values.has("Amt@Ccy"));
    return values.get("Acct/Ccy") ?? balance?.values.get("Amt@Ccy") ?? entry?.get("Amt@Ccy");
  }

  #number(values: CamtValues): string | null {
    const number =
      text(values.get("ElctrncSeqNb"), referenceCharactersMax) ??
      text(values.get("LglSeqNb"), referenceCharactersMax) ??
      text(values.get("Id"), referenceCharactersMax);
    const page = this.#page(values);
    return page === null ? number : `${number ?? ""}/${page.number}`;
  }

  /** Null for a statement that is whole: not paged, or its own first and last page. */
  #page(values: CamtValues): { readonly number: string; readonly last: boolean } | null {
    const own = values.has("StmtPgntn/PgNb");
    const number = own ? values.get("StmtPgntn/PgNb") : this.#group.get("MsgPgntn/PgNb");
    if (number === undefined || !/^\d{1,5}$/.test(number)) return null;
    const said = own ? values.get("StmtPgntn/LastPgInd") : this.#group.get("MsgPgntn/LastPgInd");
    const last = said !== "false" && said !== "0";
    return last && Number(number) <= 1 ? null : { number, last };
  }
}

function accountOf(values: CamtValues): string | null {
  const kinds = ["IBAN", "Othr/Id", "BBAN", "PrtryAcct/Id"];
  const found = kinds.map((kind) => values.get(`Acct/Id/${kind}`)).find((id) => id !== undefined);
  return text(found, referenceCharactersMax);
}

function periodDay(values: CamtValues, path: string): LocalDate | null {
  const printed = values.get(path);
  return printed === undefined ? null : parseCamtDay(printed);
}

function text(value: string | undefined, charactersMax: number): string | null {
  return value === undefined ? null : plainText(value, charactersMax);
}
