/** What becomes of one push, decided when it is accepted so that a restart changes nothing about it. */
export interface PushFate {
  readonly how:
    | "processed"
    /** Called timed out, and never written. */
    | "timed_out"
    /** Called timed out, and written later, against the promise. */
    | "written_later"
    /** The package did not take it, for no reason that lies in the lines. */
    | "fails";
  /** Milliseconds that processing takes longer than it would. */
  readonly extraMs: number;
  /** Lines whose words hold this are refused; null: none. */
  readonly refusedWords: string | null;
  /** The place of a line that is refused, from 0; null: none. */
  readonly refusedLine: number | null;
}

export const processed: PushFate = {
  ...{ how: "processed", extraMs: 0 },
  ...{ refusedWords: null, refusedLine: null },
};
