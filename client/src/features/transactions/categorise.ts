import { plural } from "../../lib/format.ts";
import { mutate } from "../../lib/mutate.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import { CategoriseDocument } from "./documents.ts";
import type { BankTransaction, Category } from "./fragments.ts";

/** The server takes at most this many in one request. */
const linesMax = 500;

/**
 * Sets the category of lines, or takes it away (null), and offers to take that back.
 * @param onLines receives the lines as they are afterwards, also after Undo
 */
export async function categorise(
  lines: readonly BankTransaction[],
  category: Category | null,
  onLines: (lines: BankTransaction[]) => void,
): Promise<boolean> {
  const changing = lines.filter((line) => (line.category?.id ?? null) !== (category?.id ?? null));
  if (changing.length === 0) return true;
  const done = await send(changing, category?.id ?? null, onLines);
  if (!done) return false;
  const what =
    changing.length === 1 ? "Category" : `Category of ${plural(changing.length, "transaction")}`;
  toast.success(category ? `${what}: ${category.name}` : `${what} taken away`, {
    label: "Undo",
    run: () => void restore(changing, onLines),
  });
  return true;
}

/** What each line had before, a request for each former category. */
async function restore(
  before: readonly BankTransaction[],
  onLines: (lines: BankTransaction[]) => void,
): Promise<void> {
  const groups = new Map<string | null, BankTransaction[]>();
  for (const line of before) {
    const id = line.category?.id ?? null;
    groups.set(id, [...(groups.get(id) ?? []), line]);
  }
  for (const [id, lines] of groups) await send(lines, id, onLines);
}

async function send(
  lines: readonly BankTransaction[],
  categoryId: string | null,
  onLines: (lines: BankTransaction[]) => void,
): Promise<boolean> {
  for (let start = 0; start < lines.length; start += linesMax) {
    const ids = lines.slice(start, start + linesMax).map((line) => line.id);
    const outcome = await mutate(CategoriseDocument, { ids, categoryId });
    if (!outcome.ok) {
      toast.error(outcome.message);
      return false;
    }
    onLines(outcome.value.transactions);
  }
  return true;
}
