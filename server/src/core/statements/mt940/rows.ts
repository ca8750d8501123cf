/** A row of the file: a longer one is no bank's, and its rest is dropped. */
export const rowCharactersMax = 10_000;

export interface RowSplitter {
  write(text: string): void;
  end(): void;
}

/**
 * Takes text that comes in parts, cut anywhere, apart into rows that end with CR LF, LF, CR or the end of the file, and
 * gives each without its end, with its number from 1, and whether its rest was dropped. Holds back one row at most.
 */
export function createRowSplitter(
  take: (row: string, number: number, cut: boolean) => void,
): RowSplitter {
  let held = "";
  let cut = false;
  let number = 1;
  /** The last part ended with CR: an LF that follows belongs to it. */
  let afterReturn = false;

  function hold(part: string): void {
    const room = rowCharactersMax - held.length;
    if (part.length > room) cut = true;
    held += part.slice(0, Math.max(room, 0));
  }

  function close(): void {
    take(held, number, cut);
    held = "";
    cut = false;
    number += 1;
  }

  return {
    write(text) {
      let start = afterReturn && text.startsWith("\n") ? 1 : 0;
      if (text.length > 0) afterReturn = false;
      const ends = /[\r\n]/g;
      ends.lastIndex = start;
      for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
        hold(text.slice(start, end.index));
        close();
        start = end.index + 1;
        if (end[0] !== "\r") continue;
        if (start === text.length) afterReturn = true;
        else if (text[start] === "\n") start += 1;
        ends.lastIndex = start;
      }
      hold(text.slice(start));
    },
    end() {
      if (held !== "") close();
    },
  };
}
