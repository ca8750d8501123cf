import { formatCount, plural } from "../../lib/format.ts";
import { mutateOrToast } from "../../lib/mutate.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import { CategoriseDocument, UndoCategorisationDocument } from "./documents.ts";
import type { BankTransaction, Category } from "./fragments.ts";

/** The server takes at most this many in one request. */
const linesMax = 500;

interface Options {
  /** Receives the lines as they are afterwards, also when it is taken back. */
  onLines: (lines: BankTransaction[]) => void;
  /** It is done: what to tell, and how it is taken back. */
  onDone: (told: string, takeBack: () => Promise<void>) => void;
}

/** Sets the category of lines, or takes it away (null). @returns whether each has it now */
export async function categorise(
  lines: readonly BankTransaction[],
  category: Category | null,
  { onLines, onDone }: Options,
): Promise<boolean> {
  const categoryId = category?.id ?? null;
  const changing = lines.filter((line) => (line.category?.id ?? null) !== categoryId);
  if (changing.length === 0) return true;
  const ids = changing.map((line) => line.id);
  for (const some of inRequests(ids)) {
    const done = await mutateOrToast(CategoriseDocument, { ids: some, categoryId });
    if (!done) return false;
    onLines(done.transactions);
  }
  const what = ids.length === 1 ? "Category" : `Category of ${plural(ids.length, "transaction")}`;
  onDone(category ? `${what}: ${category.name}` : `${what} taken away`, () =>
    undo(ids, categoryId, onLines),
  );
  return true;
}

/** Each has again what it had before, and from whom it had it; what was changed since stays, and is told. */
async function undo(
  ids: readonly string[],
  categoryId: string | null,
  onLines: (lines: BankTransaction[]) => void,
): Promise<void> {
  let kept = 0;
  for (const some of inRequests(ids)) {
    const done = await mutateOrToast(UndoCategorisationDocument, { ids: some, categoryId });
    if (!done) return;
    kept += done.kept;
    onLines(done.transactions);
  }
  if (kept === 0) toast.info("Undone.");
  else toast.info(keptWords(kept, ids.length));
}

function keptWords(kept: number, of: number): string {
  if (of === 1) return "It was changed since, and stays as it is.";
  const which = `${formatCount(kept)} of ${plural(of, "transaction")}`;
  return kept === 1
    ? `${which} was changed since, and stays as it is.`
    : `${which} were changed since, and stay as they are.`;
}

function inRequests(ids: readonly string[]): string[][] {
  const requests: string[][] = [];
  for (let start = 0; start < ids.length; start += linesMax) {
    requests.push(ids.slice(start, start + linesMax));
  }
  return requests;
}
