import type { BankTransactionFilter } from "../../transactions/documents.ts";
import type { BankTransaction } from "../../transactions/fragments.ts";
import type { Block } from "../fragments.ts";

/** Whose lines the module shows: those of one block, or of all. */
export interface Books {
  /** Null: every block. */
  id: string | null;
  blocks: readonly Pick<Block, "id" | "name" | "accounts">[];
}

/** The lines of these books, as the server narrows them. */
export function filterOfBooks({ id }: Pick<Books, "id">): BankTransactionFilter {
  return id === null ? { inBlocks: true } : { blockId: id };
}

/** The block that a line is of: a line tells its account only. */
export function blockOf({ blocks }: Books, line: Pick<BankTransaction, "account">) {
  return blocks.find(({ accounts }) => accounts.some(({ id }) => id === line.account.id));
}

/** Whether a line that came in live is one of these books. */
export function isOfBooks(books: Books, line: Pick<BankTransaction, "account">): boolean {
  const block = blockOf(books, line);
  return block !== undefined && (books.id === null || block.id === books.id);
}

export const unreconciled = ["UNMATCHED", "PART_MATCHED"] as const;
