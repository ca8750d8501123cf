import { isLocalDate } from "../../../server/src/core/dates.ts";
import { amountMinorMax, magnitude } from "../../../server/src/core/money.ts";
import { describeCheck } from "../../../server/src/core/statements/describe-check.ts";
import { createProof } from "../../../server/src/core/statements/proof.ts";
import {
  type BalanceCheck,
  descriptionCharactersMax,
  nameCharactersMax,
  problemTextCharactersMax,
  referenceCharactersMax,
  type StatementEvent,
  type StatementFoot,
  type StatementHead,
  type StatementLine,
  type StatementProblem,
} from "../../../server/src/core/statements/statement.ts";

/** No contract bounds these, but a database row and a screen do. */
const headTextMax = 1_000;
const fileIdMax = 1_000;
const messageMax = 600;

/**
 * Holds a reader's events to what `statement.ts` promises, as they are told, without keeping any.
 * @throws Error that says which promise is broken
 */
export function createExaminer(): { take(event: StatementEvent): void; lines: number } {
  let open = false;
  let dead = false;
  const proof = createProof(examineCheck);
  const examiner = {
    lines: 0,
    take(event: StatementEvent): void {
      hold(!dead, `a ${event.kind} after a problem that loses the file`);
      proof.observe(event);
      switch (event.kind) {
        case "statement":
          hold(!open, "a statement within a statement");
          open = true;
          examineHead(event.head);
          break;
        case "line":
          hold(open, "a line outside a statement");
          examiner.lines += 1;
          examineLine(event.line);
          break;
        case "end":
          hold(open, "an end without a statement");
          open = false;
          examineFoot(event.foot);
          break;
        case "check":
          examineCheck(event.check);
          break;
        default:
          dead = event.problem.loss === "file";
          examineProblem(event.problem);
      }
    },
  };
  return examiner;
}

function examineLine(line: StatementLine): void {
  examineRow(line.row, 1);
  hold(isLocalDate(line.bookedOn), `the day ${line.bookedOn}`);
  hold(line.amountMinor !== 0n, "an amount of nothing");
  examineMinor(line.amountMinor);
  examineText(line.description, descriptionCharactersMax, "description");
  if (line.counterpartyName !== null) {
    examineText(line.counterpartyName, nameCharactersMax, "counterparty's name");
  }
  if (line.reference !== null) examineText(line.reference, referenceCharactersMax, "reference");
  if (line.fileId !== null) examineText(line.fileId, fileIdMax, "file id");
}

function examineHead(head: StatementHead): void {
  examineRow(head.row, 1);
  for (const text of [head.account, head.accountName, head.number]) {
    if (text !== null) examineText(text, headTextMax, "text of the head");
  }
  examineMinor(head.openingMinor);
}

function examineFoot(foot: StatementFoot): void {
  examineMinor(foot.openingMinor);
  examineMinor(foot.closingMinor);
  examineMinor(foot.availableMinor);
  for (const day of [foot.closingOn, foot.firstOn, foot.lastOn]) {
    hold(day === null || isLocalDate(day), `the day ${day}`);
  }
  if (foot.row !== undefined) examineRow(foot.row, 1);
}

function examineCheck(check: BalanceCheck): void {
  examineRow(check.row, 0);
  examineText(check.place, headTextMax, "place");
  hold(!/\d{9}/.test(check.place), `a whole number in ${check.place}`);
  hold(describeCheck(check).length < messageMax * 4, "an endless sentence");
}

function examineProblem(problem: StatementProblem): void {
  examineRow(problem.row, 0);
  hold(problem.text.length <= problemTextCharactersMax, "a problem quotes too much");
  hold(problem.message !== "" && problem.message.length <= messageMax, "a problem's sentence");
  hold(!/[\p{Cc}]/u.test(problem.text), "a problem quotes control characters");
}

function examineText(text: string, charactersMax: number, what: string): void {
  hold(text.trim() !== "", `an empty ${what}`);
  hold(text.length <= charactersMax, `a ${what} of ${text.length} characters`);
  hold(!/\p{Cc}/u.test(text), `control characters in a ${what}: ${JSON.stringify(text)}`);
}

function examineMinor(amountMinor: bigint | null): void {
  hold(amountMinor === null || magnitude(amountMinor) <= amountMinorMax, "an amount out of range");
}

function examineRow(row: number, least: number): void {
  hold(Number.isSafeInteger(row) && row >= least, `row ${row}`);
}

function hold(holds: boolean, what: string): void {
  if (!holds) throw new Error(`The reader broke its promise: ${what}`);
}
