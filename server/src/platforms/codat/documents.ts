import type { DocumentsPage, DocumentsRequest, PlatformLink } from "../platform.ts";
import type { CodatClient } from "./client.ts";
import { fetchAnew } from "./fresh.ts";
import { booksPath, codatLink, companyPath } from "./ids.ts";
import { type CodatPage, cursorOf, placeOf, readPage } from "./pages.ts";
import { orAccessMissing } from "./push.ts";
import { readDocument } from "./translate-documents.ts";

const documentsPerPage = 200;

/** Open ones; with `modifiedSince` all that changed, so that those that were paid or cancelled are told too. */
const openQuery = {
  invoice: "{status=Submitted||status=PartiallyPaid}",
  expense: "{status=Open||status=PartiallyPaid}",
} as const;

/**
 * A page of invoices, or of bills as expenses. The first one lets Codat fetch them anew. What is changed while they are
 * read comes before all others, and is met by the next pull; what is no longer open moves others to earlier pages, which
 * are then read once more.
 * @throws PlatformFailure
 */
export async function readDocuments(
  client: CodatClient,
  of: PlatformLink,
  request: DocumentsRequest,
): Promise<DocumentsPage> {
  const link = codatLink(of);
  const list = request.kind === "invoice" ? "invoices" : "bills";
  return orAccessMissing(client, booksPath(link), async () => {
    if (request.cursor === null) await fetchAnew(client, link, list);
    const { number, total } = placeOf(request.cursor);
    const since = request.modifiedSince;
    const query = {
      query: since === null ? openQuery[request.kind] : `modifiedDate>=${since.toISOString()}`,
      ...{ orderBy: "-modifiedDate", pageSize: String(documentsPerPage) },
    };
    const page = await readPage(client, `${companyPath(link)}/data/${list}`, query, number);
    const read = page.results.map((row) => readDocument(row, request.kind));
    return {
      documents: read.flatMap((one) => (one.ok ? [one.value] : [])),
      problems: read.flatMap((one) => (one.ok ? [] : [one.problem])),
      next: nextOf(page, number, total),
    };
  });
}

function nextOf(page: CodatPage, number: number, total: number | null): string | null {
  const gone = total !== null && page.total !== null ? Math.max(0, total - page.total) : 0;
  if (gone > 0) return cursorOf(page, Math.max(1, number - Math.ceil(gone / documentsPerPage)));
  return page.hasNext && page.results.length > 0 ? cursorOf(page, number + 1) : null;
}
