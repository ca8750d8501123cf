import { assert } from "../../../core/assert.ts";
import type { CurrencyCode } from "../../../core/currencies.ts";
import {
  checkPasses,
  createProof,
  type Proof,
  type StatementTotals,
} from "../../../core/statements/proof.ts";
import {
  type BalanceCheck,
  linesMax,
  type StatementEvent,
  type StatementFoot,
  type StatementHead,
  type StatementLine,
  type StatementProblem,
} from "../../../core/statements/statement.ts";
import { copied } from "../../../db/copy-in.ts";
import { idSequence } from "../../../db/ids.ts";
import type { Identities } from "../identity.ts";

/** One statement as it was read. */
export interface ReadStatement {
  readonly head: StatementHead;
  foot: StatementFoot | null;
  totals: StatementTotals | null;
}

/** Problems that are kept one by one; of more only the count. */
export const problemsKeptMax = 10_000;
/** Failed checks that are kept one by one. */
export const checksKeptMax = 100;
/** A file of more statements is none that a bank sends. */
export const statementsMax = 20_000;

const pieceCharacters = 32_768;

/**
 * What the reader of one file tells, gathered: its lines as rows for the database, which the caller takes away again and
 * again, so that memory does not grow with the file; its statements, checks and problems to their bounds.
 */
export class Collected {
  readonly statements: ReadStatement[] = [];
  readonly problems: StatementProblem[] = [];
  readonly failedChecks: BalanceCheck[] = [];
  checksPassed = 0;
  checksFailed = 0;
  problemCount = 0;
  lines = 0;
  skipped = 0;
  /** What makes the file as a whole unusable. */
  fatal: StatementProblem | null = null;
  readonly #identities: Identities;
  readonly #proof: Proof;
  /** Lines that an earlier attempt has staged. */
  readonly #staged: number;
  readonly #nextId = idSequence();
  #accountKey = "";
  #rows = "";
  #pieces: Buffer[] = [];

  constructor(identities: Identities, staged: number) {
    this.#identities = identities;
    this.#staged = staged;
    this.#proof = createProof((check) => this.#check(check));
  }

  readonly tell = (event: StatementEvent): void => {
    if (this.fatal) return;
    const totals = this.#proof.observe(event);
    switch (event.kind) {
      case "line":
        this.#line(event.line);
        break;
      case "statement":
        this.#open(event.head);
        break;
      case "end":
        this.#close(event.foot, totals);
        break;
      case "check":
        this.#check(event.check);
        break;
      case "problem":
        this.#problem(event.problem);
        break;
    }
  };

  /** The rows gathered since the last call, in COPY's text format. */
  takeRows(): Buffer[] {
    this.#packRows();
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  /** As bytes, thousands of texts no longer keep the collector of garbage busy. */
  #packRows(): void {
    if (this.#rows === "") return;
    this.#pieces.push(Buffer.from(this.#rows, "utf8"));
    this.#rows = "";
  }

  #open(head: StatementHead): void {
    if (this.statements.length >= statementsMax) {
      this.#problem(fileProblem(head.row, "bad_record", "The file has more statements than any."));
      return;
    }
    this.#accountKey = accountKey(head);
    this.statements.push({ head, foot: null, totals: null });
  }

  #close(foot: StatementFoot, totals: StatementTotals | null): void {
    const statement = this.statements.at(-1);
    assert(statement, "a statement ends after it has begun");
    statement.foot = foot;
    statement.totals = totals;
  }

  #line(line: StatementLine): void {
    const at = this.statements.length - 1;
    assert(at >= 0, "a line is of a statement");
    if (this.lines >= linesMax) {
      const most = linesMax.toLocaleString("en");
      const message = `The file has more than ${most} lines: bring it in in parts.`;
      this.#problem(fileProblem(line.row, "too_many_lines", message));
      return;
    }
    const position = this.lines;
    this.lines += 1;
    const identity = this.#identities.identify(this.#accountKey, line);
    if (position < this.#staged) return;
    // One text and no list of values: a million times, that is felt.
    this.#rows +=
      `${position}\t${at}\t${line.row}\t${this.#nextId()}\t${identity}\t${line.bookedOn}\t${line.amountMinor}\t` +
      `${copied(line.description)}\t${copied(line.counterpartyName)}\t${copied(line.reference)}\n`;
    if (this.#rows.length >= pieceCharacters) this.#packRows();
  }

  #check(check: BalanceCheck): void {
    if (checkPasses(check)) {
      this.checksPassed += 1;
      return;
    }
    this.checksFailed += 1;
    if (this.failedChecks.length < checksKeptMax) this.failedChecks.push(check);
  }

  #problem(problem: StatementProblem): void {
    this.problemCount += 1;
    if (problem.loss === "line") this.skipped += 1;
    if (problem.loss === "file") this.fatal = problem;
    if (this.problems.length < problemsKeptMax || problem.loss === "file") {
      this.problems.push(problem);
    }
  }
}

/** What tells a file's accounts apart. */
function accountKey({
  account,
  currency,
}: {
  account: string | null;
  currency: CurrencyCode | null;
}): string {
  return `${account ?? ""} ${currency ?? ""}`;
}

function fileProblem(
  row: number,
  code: StatementProblem["code"],
  message: string,
): StatementProblem {
  return { row, code, text: "", message, loss: "file" };
}
