import { createProof, type StatementTotals } from "../../../server/src/core/statements/proof.ts";
import type {
  BalanceCheck,
  StatementEvent,
  StatementFoot,
  StatementHead,
  StatementLine,
  StatementProblem,
  StatementReader,
  Tell,
} from "../../../server/src/core/statements/statement.ts";

export interface Collected {
  readonly events: StatementEvent[];
  readonly heads: StatementHead[];
  readonly feet: StatementFoot[];
  readonly lines: StatementLine[];
  readonly problems: StatementProblem[];
  /** Those of the reader and those of the proof. */
  readonly checks: BalanceCheck[];
  readonly totals: StatementTotals[];
}

/** Reads a text with a reader, in parts when it is given in parts, and sorts what it tells. */
export function collect(
  open: (tell: Tell) => StatementReader,
  text: string | readonly string[],
): Collected {
  const told: Collected = {
    events: [],
    heads: [],
    feet: [],
    lines: [],
    problems: [],
    checks: [],
    totals: [],
  };
  const proof = createProof((check) => told.checks.push(check));
  const reader = open((event) => {
    told.events.push(event);
    const totals = proof.observe(event);
    if (totals) told.totals.push(totals);
    if (event.kind === "statement") told.heads.push(event.head);
    else if (event.kind === "line") told.lines.push(event.line);
    else if (event.kind === "end") told.feet.push(event.foot);
    else if (event.kind === "check") told.checks.push(event.check);
    else told.problems.push(event.problem);
  });
  for (const part of typeof text === "string" ? [text] : text) reader.write(part);
  reader.end();
  return told;
}

/** The text in parts that end at the given places. */
export function cutAt(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, at) => text.slice(ends[at - 1] ?? 0, end));
}
