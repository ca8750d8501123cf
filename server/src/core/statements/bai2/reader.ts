import type { LocalDate } from "../../dates.ts";
import {
  linesMax,
  nameCharactersMax,
  plainText,
  quoted,
  type StatementEvent,
  type StatementProblem,
  type StatementReader,
  type Tell,
} from "../statement.ts";
import { accountPlace, Control } from "./control.ts";
import { isTime, parseDay, parsePrinted } from "./fields.ts";
import { type LogicalRecord, LogicalRecords } from "./logical-records.ts";
import { type AccountRecord, type PrintedDecimals, readAccount } from "./read-account.ts";
import { type RecordProblem, readDetail } from "./read-detail.ts";
import { RecordCutter } from "./record-cutter.ts";

export interface Bai2Options {
  /**
   * The digits after the point that a bank's files leave out, where they are not those of ISO 4217: by the group's
   * originator, else the file's sender, and currency. The format's reference lists EUR and BRL with none.
   */
  readonly decimals?: Readonly<Record<string, PrintedDecimals>>;
}

/**
 * Reads BAI2 (Cash Management Balance Reporting Specifications, version 2; BAI 2005 Technical Reference).
 *
 * Each account record (03) is a statement: opening 010, closing 015, available 045, else 060, else 040, on the day that
 * its group is of. Transactions (16) are its lines, all on that day: the value dates of funds type V tell availability,
 * not booking. Control totals and counts of accounts, groups and files are told as checks, passed or not: each total
 * against the stated totals of the level below, so that the place of an error is the one that does not add up.
 *
 * Groups: updates are read. Deletions and tests refuse the file. A correction is read with a problem that loses
 * nothing: lines that it repeats are recognised as those that the books have, but what the bank took back stays until
 * its import is undone. A file that ends, or goes on, without a level's trailer is refused as cut.
 *
 * No line has a file id: banks repeat their references within a day and print them for whole batches. The customer's
 * reference (a cheque's number) is the line's reference, else the bank's; either is left out where it is all noughts.
 */
export function createBai2Reader(options: Bai2Options, tell: Tell): StatementReader {
  return new Bai2Reader(options, tell);
}

interface OpenFile {
  readonly control: Control;
  readonly sender: string;
}

interface OpenGroup {
  readonly control: Control;
  readonly number: number;
  readonly asOf: LocalDate | null;
  /** It is of a part of its day: more may come. */
  readonly interim: boolean;
  readonly currency: string;
  readonly decimals: PrintedDecimals;
}

interface OpenAccount {
  readonly control: Control;
  readonly record: AccountRecord;
}

type FieldRecord = Exclude<LogicalRecord, { code: "16" }>;
type DetailRecord = Extract<LogicalRecord, { code: "16" }>;

class Bai2Reader implements StatementReader {
  readonly #options: Bai2Options;
  readonly #tell: Tell;
  readonly #logical = new LogicalRecords({
    record: (record) => this.#take(record),
    problem: (row, problem) => this.#tellProblem(row, problem),
  });
  readonly #cutter = new RecordCutter(
    (text, row) => {
      this.#row = row;
      this.#logical.take(text, row);
    },
    (row, text) => this.#refuse(row, "too_long", text, "No record of BAI2 is as long as this."),
  );
  #file: OpenFile | null = null;
  #group: OpenGroup | null = null;
  #account: OpenAccount | null = null;
  #files = 0;
  #lines = 0;
  #row = 0;
  #done = false;

  constructor(options: Bai2Options, tell: Tell) {
    this.#options = options;
    this.#tell = tell;
  }

  write(text: string): void {
    if (!this.#done) this.#cutter.write(text);
  }

  end(): void {
    if (this.#done) return;
    this.#cutter.end();
    this.#logical.end();
    if (this.#files === 0) this.#refuse(0, "empty", "", "The file is empty.");
    this.#refuseOpen(this.#row, this.#account, this.#group, this.#file);
    this.#done = true;
  }

  #take(record: LogicalRecord): void {
    if (this.#done) return;
    switch (record.code) {
      case "16":
        this.#line(record);
        break;
      case "01":
        this.#beginFile(record);
        break;
      case "02":
        this.#beginGroup(record);
        break;
      case "03":
        this.#beginAccount(record);
        break;
      case "49":
        this.#endAccount(record);
        break;
      case "98":
        this.#endGroup(record);
        break;
      case "99":
        this.#endFile(record);
        break;
    }
  }

  #beginFile({ row, fields }: FieldRecord): void {
    if (this.#refuseOpen(row, this.#account, this.#group, this.#file)) return;
    this.#files += 1;
    const [sender = "", , day = "", time = "", , , , version = ""] = fields;
    const place = this.#files > 1 ? `file ${this.#files}` : "file";
    this.#file = { control: new Control(place, 0), sender };
    if (version === "1") {
      const message = "This is version 1 of BAI, which has other records: ask the bank for BAI2.";
      this.#refuse(row, "not_this_format", version, message);
    } else if (version !== "" && version !== "2") {
      this.#problem(row, "bad_field", version, "The version is not 2.", "none");
    }
    if (day !== "" && parseDay(day) === null) {
      this.#problem(row, "bad_date", day, "The file's day is none as YYMMDD.", "none");
    }
    this.#checkTime(row, time);
  }

  #beginGroup({ row, index, start, fields }: FieldRecord): void {
    const file = this.#file;
    if (file === null) {
      this.#misplaced(row, start, "A group (02) belongs into a file (01).");
      return;
    }
    if (this.#refuseOpen(row, this.#account, this.#group)) return;
    const [, originator = "", status = "", day = "", time = "", currency = "", modifier = ""] =
      fields;
    file.control.members += 1;
    const number = file.control.members;
    const asOf = parseDay(day);
    this.#group = {
      control: new Control(`group ${number}`, index - 1),
      number,
      asOf,
      interim: modifier === "1" || modifier === "3",
      currency,
      decimals: this.#decimalsOf(originator) ?? this.#decimalsOf(file.sender) ?? {},
    };
    this.#checkStatus(row, number, status);
    if (asOf === null) {
      const message = "The group's day is none as YYMMDD: its transactions cannot be dated.";
      this.#problem(row, day === "" ? "missing_date" : "bad_date", day, message, "none");
    }
    this.#checkTime(row, time);
    if (!/^[1-4]?$/.test(modifier)) {
      this.#problem(row, "bad_field", modifier, "The day's modifier is not 1 to 4.", "none");
    }
  }

  #decimalsOf(bank: string): PrintedDecimals | undefined {
    const { decimals = {} } = this.#options;
    return Object.hasOwn(decimals, bank) ? decimals[bank] : undefined;
  }

  #checkStatus(row: number, number: number, status: string): void {
    const group = `Group ${number}`;
    if (status === "1") return;
    if (status === "") {
      const message = `${group} does not say whether it is an update: it was read as one.`;
      this.#problem(row, "missing_field", status, message, "none");
    } else if (status === "2") {
      const message = `${group} takes back what the bank sent before: undo that import instead.`;
      this.#refuse(row, "not_for_the_books", status, message);
    } else if (status === "3") {
      const message = `${group} corrects one sent before: its lines were read, and those that they replace stay until their import is undone.`;
      this.#problem(row, "not_for_the_books", status, message, "none");
    } else if (status === "4") {
      const message = `${group} is a test by the bank: nothing in it has happened.`;
      this.#refuse(row, "not_for_the_books", status, message);
    } else {
      this.#refuse(row, "unknown_code", status, `The status of group ${number} is not 1 to 4.`);
    }
  }

  #beginAccount({ row, index, start, fields, rowEnds }: FieldRecord): void {
    const group = this.#group;
    if (group === null) {
      this.#misplaced(row, start, "An account (03) belongs into a group (02).");
      return;
    }
    if (this.#refuseOpen(row, this.#account)) return;
    group.control.members += 1;
    const record = readAccount(fields, rowEnds, group.currency, group.decimals);
    const place = accountPlace(record.number, group.control.members, group.number);
    const control = new Control(place, index - 1);
    control.total = record.total;
    control.printedIn(record.money);
    this.#account = { control, record };
    const head = {
      row,
      account: plainText(record.number, nameCharactersMax),
      accountName: null,
      currency: record.money?.currency ?? null,
      number: null,
      openingMinor: record.openingMinor,
    };
    this.#say({ kind: "statement", head });
    for (const problem of record.problems) this.#tellProblem(row, problem);
  }

  #line({ row, start, detail }: DetailRecord): void {
    const [account, group] = [this.#account, this.#group];
    if (account === null || group === null) {
      this.#misplaced(row, start, "A transaction (16) belongs into an account (03).");
      return;
    }
    account.control.total += parsePrinted(detail.amount) ?? 0n;
    const { line, problem } = readDetail(detail, row, start, group.asOf, account.record.money);
    if (line !== null) {
      this.#lines += 1;
      if (this.#lines > linesMax) {
        const message = `The file has more than ${linesMax} transactions.`;
        this.#refuse(row, "too_many_lines", "", message);
      }
      this.#say({ kind: "line", line });
    }
    if (problem !== null) this.#tellProblem(row, problem);
  }

  #endAccount({ row, index, start, fields }: FieldRecord): void {
    const [account, group] = [this.#account, this.#group];
    if (account === null || group === null) {
      this.#misplaced(row, start, "There is no account that this record could end.");
      return;
    }
    const [total = "", records = ""] = fields;
    const { control, record } = account;
    group.control.total += this.#checkTotal(control, row, total);
    group.control.printedIn(control.money);
    this.#checkCount("record_count", control, row, records, index - control.recordsBefore);
    this.#account = null;
    const day = group.interim ? null : group.asOf;
    const foot = {
      openingMinor: record.openingMinor,
      closingMinor: record.closingMinor,
      availableMinor: record.availableMinor,
      closingOn: group.asOf,
      firstOn: day,
      lastOn: day,
      continued: false,
    };
    this.#say({ kind: "end", foot });
  }

  #endGroup({ row, index, start, fields }: FieldRecord): void {
    const [file, group] = [this.#file, this.#group];
    if (file === null || group === null) {
      this.#misplaced(row, start, "There is no group that this record could end.");
      return;
    }
    if (this.#refuseOpen(row, this.#account)) return;
    const [total = "", accounts = "", records = ""] = fields;
    const { control } = group;
    file.control.total += this.#checkTotal(control, row, total);
    if (control.members > 0) file.control.printedIn(control.money);
    this.#checkCount("account_count", control, row, accounts, control.members);
    this.#checkCount("record_count", control, row, records, index - control.recordsBefore);
    this.#group = null;
  }

  #endFile({ row, index, start, fields }: FieldRecord): void {
    const file = this.#file;
    if (file === null) {
      this.#misplaced(row, start, "There is no file that this record could end.");
      return;
    }
    if (this.#refuseOpen(row, this.#account, this.#group)) return;
    const [total = "", groups = "", records = ""] = fields;
    const { control } = file;
    this.#checkTotal(control, row, total);
    this.#checkCount("group_count", control, row, groups, control.members);
    this.#checkCount("record_count", control, row, records, index);
    this.#file = null;
  }

  /** @returns what the level above adds up: the total as stated, as far as it is stated */
  #checkTotal(control: Control, row: number, text: string): bigint {
    const stated = parsePrinted(text);
    if (stated === null) this.#unstated(control, row, text, "control total");
    else this.#say({ kind: "check", check: control.checkTotal(row, stated) });
    return stated ?? control.total;
  }

  #checkCount(
    what: "record_count" | "account_count" | "group_count",
    control: Control,
    row: number,
    text: string,
    computed: number,
  ): void {
    const stated = parsePrinted(text);
    if (stated === null) this.#unstated(control, row, text, what.replace("_", " "));
    else this.#say({ kind: "check", check: control.checkCount(what, row, stated, computed) });
  }

  #unstated(control: Control, row: number, text: string, what: string): void {
    if (text === "") {
      const message = `No ${what} is stated for the ${control.place}: it could not be checked.`;
      this.#problem(row, "missing_field", text, message, "none");
    } else {
      const message = `The ${what} of the ${control.place} is no number, so that nothing proves it.`;
      this.#refuse(row, "bad_field", text, message);
    }
  }

  /** Refuses the file when one of the levels is still open, which its trailer should have ended. Inmost first. */
  #refuseOpen(row: number, ...levels: ({ readonly control: Control } | null)[]): boolean {
    const open = levels.find((level) => level !== null);
    if (!open) return false;
    const message = `The record that ends the ${open.control.place} is missing: the file was cut.`;
    this.#refuse(row, "truncated", "", message);
    return true;
  }

  #checkTime(row: number, time: string): void {
    if (time !== "" && !isTime(time)) {
      this.#problem(row, "bad_field", time, "This is no time as HHMM.", "none");
    }
  }

  #misplaced(row: number, text: string, message: string): void {
    this.#problem(row, "misplaced_record", text, message, "line");
  }

  #refuse(row: number, code: StatementProblem["code"], text: string, message: string): void {
    this.#problem(row, code, text, message, "file");
  }

  #problem(
    row: number,
    code: StatementProblem["code"],
    text: string,
    message: string,
    loss: StatementProblem["loss"],
  ): void {
    this.#tellProblem(row, { code, text, message, loss });
  }

  /** Nothing more is told after a problem that loses the file. */
  #tellProblem(row: number, problem: RecordProblem): void {
    this.#say({ kind: "problem", problem: { row, ...problem, text: quoted(problem.text) } });
    if (problem.loss !== "file") return;
    this.#done = true;
    this.#cutter.stop();
  }

  #say(event: StatementEvent): void {
    if (!this.#done) this.#tell(event);
  }
}
