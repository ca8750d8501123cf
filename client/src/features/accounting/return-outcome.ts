import type { BooksHead } from "./documents.ts";

/**
 * What came of the walk over a package's page. connected: lines can be pushed. one_more: a second access is asked for.
 * refused: the person left or said no. waiting: nobody can say more.
 */
export type ReturnOutcome = "connected" | "one_more" | "refused" | "waiting";

/** What the page ends with when the person left or refused; below 300 is a good end. */
const refusedCode = 403;

/** @param returned the query that the browser came back with; some platforms say in it how it ended */
export function outcomeOf(
  { status, linkedAt }: Pick<BooksHead, "status" | "linkedAt">,
  returned: URLSearchParams,
): ReturnOutcome {
  const code = Number(returned.get("statusCode") ?? Number.NaN);
  if (status === "LINKED") return "connected";
  if (code === refusedCode) return "refused";
  return code >= 200 && code < 300 && linkedAt === null ? "one_more" : "waiting";
}
