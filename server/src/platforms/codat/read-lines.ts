import type { LinesPage, LinesRequest, PlatformLink } from "../platform.ts";
import type { CodatClient } from "./client.ts";
import { stillFetching } from "./failures.ts";
import { fetchAnew } from "./fresh.ts";
import { booksPath, codatLink } from "./ids.ts";
import { cursorOf, placeOf, readPage } from "./pages.ts";
import { orAccessMissing } from "./push.ts";
import { readArrived } from "./translate-push.ts";

const linesPerPage = 1_000;

/**
 * A page of what the books have. The first one lets Codat fetch them anew.
 * @throws PlatformFailure
 */
export async function readLines(
  client: CodatClient,
  of: PlatformLink,
  request: LinesRequest,
): Promise<LinesPage> {
  const link = codatLink(of);
  return orAccessMissing(client, booksPath(link), async () => {
    if (request.cursor === null) await fetchAnew(client, link, "bankTransactions");
    const { number, total } = placeOf(request.cursor);
    const target = encodeURIComponent(request.targetExternalId);
    const path = `${booksPath(link)}/data/bankAccounts/${target}/bankTransactions`;
    const query = {
      query: `clearedOnDate>=${request.from}`,
      ...{ orderBy: "clearedOnDate", pageSize: String(linesPerPage) },
    };
    const page = await readPage(client, path, query, number);
    // A line that came or went has moved others from page to page: one that was passed over would look as if it were missing.
    if (total !== null && page.total !== total) throw stillFetching("lines changed in between");
    return {
      lines: page.results
        .flatMap((row) => readArrived(row, request.currency) ?? [])
        .filter(({ bookedOn }) => bookedOn >= request.from),
      next: page.hasNext && page.results.length > 0 ? cursorOf(page, number + 1) : null,
    };
  });
}
