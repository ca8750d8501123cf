/** A run of letters or of digits, and what stands between it and the run before. */
export type Segment = {
  readonly text: string;
  readonly digits: boolean;
  /** `none`: letters and digits touch ("inv12"); `joiner`: one of - / . _ # : between; else `space`. */
  readonly gap: "none" | "joiner" | "space";
  /** Whether what stands between is what people put between the numbers of a list: , + & ; / or "and". */
  readonly listed: boolean;
};

/** The runs of letters and of digits of a folded text (see `foldText`), in their order. */
export function segmentsOf(
  folded: string,
  segmentsMax = Number.POSITIVE_INFINITY,
): readonly Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  let at = 0;
  while (at < folded.length && segments.length < segmentsMax) {
    const kind = kindOf(folded, at);
    if (kind === other) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < folded.length && kindOf(folded, at) === kind) at += 1;
    const between = start === end ? "" : folded.slice(end, start);
    const first = segments.length === 0;
    segments.push({
      text: folded.slice(start, at),
      digits: kind === digit,
      gap: first ? "space" : gapOf(between),
      listed: !first && /^ ?[,+&;/] ?$/.test(between),
    });
    end = at;
  }
  return segments;
}

const [other, letter, digit] = [0, 1, 2] as const;

function kindOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 97 && code <= 122) return letter;
  if (code >= 48 && code <= 57) return digit;
  if (code < 128) return other;
  // A letter beyond the basic plane takes two units, and both are part of it.
  const isLow = code >= 0xdc00 && code <= 0xdfff;
  return /^\p{L}$/u.test(String.fromCodePoint(text.codePointAt(isLow ? at - 1 : at) ?? 0))
    ? letter
    : other;
}

function gapOf(between: string): Segment["gap"] {
  if (between === "") return "none";
  return between.length === 1 && "-/._#:".includes(between) ? "joiner" : "space";
}
