import type { LocalDate } from "../../../core/dates.ts";
import { type ArrivedLine, PlatformFailure } from "../../../platforms/platform.ts";
import type { PushContext } from "../push/push-context.ts";

/** More pages than any account of the books fills. */
const pagesMax = 10_000;

/** All lines that the books have in a feed's account from a day on. @throws PlatformFailure */
export async function readBack(
  { feed, opened }: Pick<PushContext, "feed" | "opened">,
  from: LocalDate,
): Promise<ArrivedLine[]> {
  const { externalId: feedExternalId, targetExternalId, currency } = feed;
  if (targetExternalId === null) return [];
  const lines: ArrivedLine[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesMax; page++) {
    const read = await opened.platform.readLines(opened.link, {
      ...{ feedExternalId, targetExternalId, from, currency, cursor },
    });
    for (const line of read.lines) lines.push(line);
    if (read.next === null) return lines;
    cursor = read.next;
  }
  throw new PlatformFailure({
    kind: "final",
    message: "The account of the books has more lines than can be read back.",
    detail: `more than ${pagesMax} pages`,
  });
}
