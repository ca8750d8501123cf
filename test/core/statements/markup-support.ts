import fc from "fast-check";
import { type LocalDate, localDate } from "../../../server/src/core/dates.ts";
import {
  descriptionCharactersMax,
  plainText,
  type StatementEvent,
  type StatementReader,
  type Tell,
} from "../../../server/src/core/statements/statement.ts";

export type Open = (tell: Tell) => StatementReader;

/** What a reader tells of a text that is given to it in one part, or cut at the given places. */
export function readAll(open: Open, text: string, cuts: readonly number[] = []): StatementEvent[] {
  const events: StatementEvent[] = [];
  const reader = open((event) => events.push(event));
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    reader.write(text.slice(from, cut));
    from = Math.max(from, cut);
  }
  reader.write(text.slice(from));
  reader.end();
  return events;
}

export const linesOf = (events: readonly StatementEvent[]) =>
  events.flatMap((event) => (event.kind === "line" ? [event.line] : []));
export const headsOf = (events: readonly StatementEvent[]) =>
  events.flatMap((event) => (event.kind === "statement" ? [event.head] : []));
export const feetOf = (events: readonly StatementEvent[]) =>
  events.flatMap((event) => (event.kind === "end" ? [event.foot] : []));
export const checksOf = (events: readonly StatementEvent[]) =>
  events.flatMap((event) => (event.kind === "check" ? [event.check] : []));
export const problemsOf = (events: readonly StatementEvent[]) =>
  events.flatMap((event) =>
    event.kind === "problem" ? [`${event.problem.code} ${event.problem.loss}`] : [],
  );

/** A text as a reader tells it: on one line, not empty, of characters that a file can hold. */
export function plain(charactersMax: number = descriptionCharactersMax): fc.Arbitrary<string> {
  const hostile = fc.constantFrom(
    ...[
      "&",
      "<",
      ">",
      "&amp;",
      "</OFX>",
      "<STMTTRN>",
      "]]>",
      "<![CDATA[",
      "<!--",
      "=1+1",
      "é",
      "€",
    ],
    ...["\u00a0", "漢字", "🙂", "  ", "\t", "\r\n", "&#60;", "&lt;", "'", '"', "Zoë & Co <GmbH>"],
  );
  return (
    fc
      .array(fc.oneof(hostile, fc.string({ unit: "grapheme", maxLength: 40 })), {
        minLength: 1,
        maxLength: 8,
      })
      .map((parts) => parts.join("").replace(/[\ud800-\udfff\ufffe\uffff]/gu, ""))
      .map((text) => plainText(text, charactersMax))
      .filter((text) => text !== null)
      // A second time, as a text that was cut may be shorter by a space.
      .map((text) => plainText(text, charactersMax) ?? "x")
  );
}

export const days: fc.Arbitrary<LocalDate> = fc
  .date({ min: new Date("1990-01-01"), max: new Date("2090-12-31"), noInvalidDate: true })
  .map((date) => localDate(date.toISOString().slice(0, 10)));

export const amounts: fc.Arbitrary<bigint> = fc
  .oneof(
    fc.bigInt({ min: -99_999_99n, max: 99_999_99n }),
    fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
  )
  .filter((amount) => amount !== 0n);

/** A text with some of its pieces left out, doubled, moved, or replaced by what breaks readers. */
export function mutated(texts: readonly string[]): fc.Arbitrary<string> {
  const splice = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 60 }),
    kind: fc.nat({ max: 3 }),
    text: fc.oneof(
      fc.constantFrom(
        ...[
          "<",
          ">",
          "</",
          "/>",
          "<!",
          "<!--",
          "-->",
          "<![CDATA[",
          "]]>",
          "<?",
          "?>",
          "&",
          ";",
          '"',
        ],
        ...["&lol;", "&#0;", "&#x110000;", "<!DOCTYPE a>", "\0", "\ud800", "999999999999999999999"],
        ...["-", "NaN", "1e9", "hasOwnProperty='1' b='2'", "__proto__", "<Ntry>", "</Stmt>", "\r"],
        ...[
          "<STMTTRN>",
          "</STMTTRN>",
          "<OFX>",
          "</OFX>",
          "<TxDtls>",
          "0",
          "2026-02-30",
          " ",
          "=",
          "x:",
        ],
      ),
      fc.string({ maxLength: 12 }),
    ),
  });
  return fc
    .record({ text: fc.constantFrom(...texts), splices: fc.array(splice, { maxLength: 6 }) })
    .map(({ text, splices }) =>
      splices.reduce((now, { at, length, kind, text: put }) => {
        const from = at % (now.length + 1);
        const piece = now.slice(from, from + length);
        if (kind === 0) return now.slice(0, from) + now.slice(from + length);
        if (kind === 1) return now.slice(0, from) + piece + now.slice(from);
        if (kind === 2) return now.slice(0, from) + put + now.slice(from + length);
        return now.slice(from) + now.slice(0, from);
      }, text),
    );
}
