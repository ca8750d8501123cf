import { formatDate, formatMoney } from "../../../lib/format.ts";
import type { BooksTransaction, InBooks } from "./documents.ts";

/** How a bank transaction stands in a feed of its account, as a sentence. */
export function standingWords({ line, heldBack }: Pick<InBooks, "line" | "heldBack">): string {
  switch (line?.state) {
    case undefined:
    case "DUE":
      return heldBack ?? "It was not pushed yet, and goes with the next push.";
    case "RELEASED":
      return heldBack ?? "It goes again with the next push.";
    case "UNDER_WAY":
      return "It is on its way.";
    case "PUSHED":
      return "The package took it. It was not read back yet.";
    case "CONFIRMED":
      return "It arrived as it was sent.";
    case "MISSING":
      return "The package took it, and it is not in the books.";
    case "CHANGED":
      return changedWords(line);
    case "REJECTED":
      return "The package refused it.";
    case "LEFT_OUT":
      return `Left out by ${line.leftOutBy ?? "somebody"}: ${line.leftOutReason ?? "no reason given"}`;
  }
}

/** What becomes there of a line that went as reconciled, and is not any more; undefined where there is nothing to say. */
export function sinceWords(
  status: BooksTransaction["status"],
  {
    feed,
    line,
  }: {
    feed: Pick<InBooks["feed"], "pushMode">;
    line: Pick<NonNullable<InBooks["line"]>, "state"> | null;
  },
): string | undefined {
  const went =
    line !== null && ["UNDER_WAY", "PUSHED", "CONFIRMED", "CHANGED"].includes(line.state);
  const isOpen = status === "UNMATCHED" || status === "PART_MATCHED";
  return went && isOpen && feed.pushMode === "RECONCILED"
    ? "It is not reconciled any more. It stays in the books as it went, and does not go again."
    : undefined;
}

function changedWords({
  arrivedOn,
  arrivedAmount,
}: Pick<NonNullable<InBooks["line"]>, "arrivedOn" | "arrivedAmount">): string {
  const as = arrivedAmount ? ` as ${formatMoney(arrivedAmount)}` : "";
  const on = arrivedOn ? ` on ${formatDate(arrivedOn)}` : "";
  return `Somebody changed it: the books have it${as}${on}.`;
}
