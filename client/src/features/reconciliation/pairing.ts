import { isNegative } from "../../lib/decimal.ts";
import { mutateOrToast } from "../../lib/mutate.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import type { BankTransaction } from "../transactions/fragments.ts";
import { titleOf } from "../transactions/labels.ts";
import { confirmTransfer, type Result } from "./actions.ts";
import { DeclineTransferDocument } from "./transfer-documents.ts";

/** What makes two lines one transfer, and what is said of it. */
export function pairing(line: BankTransaction, other: BankTransaction) {
  const [out, into] = inOrder(line, other);
  return {
    work: (): Promise<Result> => confirmTransfer({ out: out.id, in: into.id }, line.id),
    told: `Paired as transfer: ${out.account.name} to ${into.account.name}`,
  };
}

/** Says that two lines are no transfer. @returns whether that is kept */
export async function declinePair(line: BankTransaction, other: BankTransaction): Promise<boolean> {
  const [out, into] = inOrder(line, other);
  if (!(await mutateOrToast(DeclineTransferDocument, { out: out.id, in: into.id }))) return false;
  toast.info(`${titleOf(other)} is no longer proposed as the other side.`);
  return true;
}

/** Where the money left, then where it came in. */
function inOrder(line: BankTransaction, other: BankTransaction) {
  return isNegative(line.amount.amount) ? ([line, other] as const) : ([other, line] as const);
}
