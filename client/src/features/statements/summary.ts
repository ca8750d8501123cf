import { formatCount, formatDate, plural } from "../../lib/format.ts";
import type { ImportDetails, ImportSummary, RecognisedSource } from "./documents.ts";
import { formatLabels, questionLabels } from "./labels.ts";
import { groupStatements } from "./statement-groups.ts";

/** "BAI2 · 3 accounts · 128 lines · 1 Jan 2026 to 31 Jan 2026": what was found in a file. */
export function foundIn(
  batch: Pick<ImportDetails, "format" | "statements" | "statementCount" | "lines">,
): string {
  const groups = groupStatements(batch.statements);
  // The last day is known only where every statement is at hand.
  const period = batch.statementCount > batch.statements.length ? undefined : periodOf(batch);
  return [
    batch.format ? formatLabels[batch.format] : "",
    groups.length > 1 ? plural(groups.length, "account") : "",
    batch.lines > 0 ? plural(batch.lines, "line") : "",
    period ? daysOf(period.from, period.to) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** "1 Jan 2026 to 31 Jan 2026"; a single day alone. */
export function daysOf(from: string, to: string): string {
  return from === to ? formatDate(from) : `${formatDate(from)} to ${formatDate(to)}`;
}

/** The first and the last day of the file; undefined where it isn't known. */
export function periodOf({
  statements,
}: Pick<ImportDetails, "statements">): { from: string; to: string } | undefined {
  const days = statements.flatMap(({ firstOn, lastOn }) => [firstOn, lastOn]);
  const known = days.filter((day) => day !== null).toSorted();
  const [from, to] = [known[0], known.at(-1)];
  return from && to ? { from, to } : undefined;
}

/** Why "Import" can't be pressed; undefined when it can. */
export function whyNotYet(
  batch: Pick<ImportSummary, "questions" | "toAdd" | "lines">,
  balanceAccepted: boolean,
): string | undefined {
  const open = batch.questions.filter((each) => each !== "BALANCE" || !balanceAccepted);
  const [first] = open;
  if (first) return questionLabels[first];
  if (batch.lines === 0) return "There is no line to import.";
  return undefined;
}

/**
 * The primary button's words: a file whose lines are all there is still worth noting as brought in, and of one whose
 * lines wait for an answer nothing is known yet.
 */
export function importLabel({ toAdd, lines }: Pick<ImportSummary, "toAdd" | "lines">): string {
  if (lines === 0) return "Import";
  return toAdd === 0 ? "Nothing to add: finish" : `Import ${plural(toAdd, "transaction")}`;
}

/** "37 of 52 lines are already in the books." */
export function alreadyHere({ recognised, lines }: Pick<ImportSummary, "recognised" | "lines">) {
  if (recognised === lines) {
    return lines === 1
      ? "The one line is already in the books."
      : `All ${formatCount(lines)} lines are already in the books.`;
  }
  const verb = recognised === 1 ? "is" : "are";
  return `${formatCount(recognised)} of ${plural(lines, "line")} ${verb} already in the books.`;
}

/** Where lines were known from, as a name: the earlier file, or the bank's feed. */
export function sourceName({ importBatch, connection }: RecognisedSource): string {
  if (importBatch) return importBatch.fileName;
  if (connection) return `${connection.institutionName}, by ${connection.provider.label}`;
  return "The books";
}
