import { mutate, mutateOrToast } from "../../../lib/mutate.ts";
import { toast } from "../../../lib/toasts.svelte.ts";
import {
  CheckFeedDocument,
  type FeedLine,
  LeaveOutLineDocument,
  PushFeedDocument,
  PutBackLineDocument,
  RetryPushDocument,
  type RevisedWords,
  ReviseLineDocument,
} from "./documents.ts";
import { lineTitle } from "./lines.ts";

/** Asks for a push of everything that is due. */
export async function push(id: string): Promise<boolean> {
  const feed = await mutateOrToast(PushFeedDocument, { id });
  if (feed) toast.info("The push begins. It goes on if you leave this page.");
  return feed !== undefined;
}

/** Sends what a failed push left, and what has become due since. */
export async function retry(operationId: string): Promise<boolean> {
  const operation = await mutateOrToast(RetryPushDocument, { operationId });
  if (operation) toast.info(`What push ${operation.number} left goes again.`);
  return operation !== undefined;
}

/** Asks for the books to be read and compared. */
export async function check(id: string): Promise<boolean> {
  const feed = await mutateOrToast(CheckFeedDocument, { id });
  if (feed) toast.info("The books are being read. The result shows here.");
  return feed !== undefined;
}

/** @returns why the words were refused; undefined when they are kept */
export async function revise(
  feedId: string,
  line: FeedLine,
  words: RevisedWords,
): Promise<string | undefined> {
  const outcome = await mutate(ReviseLineDocument, keyOf(feedId, line, words));
  if (!outcome.ok) return outcome.message;
  toast.success(`${lineTitle(outcome.value)} goes again with the next push`);
  return undefined;
}

export async function leaveOut(feedId: string, line: FeedLine, reason: string): Promise<boolean> {
  const done = await mutateOrToast(LeaveOutLineDocument, keyOf(feedId, line, { reason }));
  if (done) {
    toast.success(`${lineTitle(line)} is left out`, {
      label: "Undo",
      run: () => void mutateOrToast(PutBackLineDocument, keyOf(feedId, line, {})),
    });
  }
  return done !== undefined;
}

/** A line that was left out, or that is missing there, is due again. */
export async function putBack(feedId: string, line: FeedLine): Promise<boolean> {
  const { leftOutReason: reason } = line;
  const done = await mutateOrToast(PutBackLineDocument, keyOf(feedId, line, {}));
  if (done) {
    toast.success(
      `${lineTitle(line)} goes with the next push`,
      reason
        ? {
            label: "Undo",
            run: () => void mutateOrToast(LeaveOutLineDocument, keyOf(feedId, line, { reason })),
          }
        : undefined,
    );
  }
  return done !== undefined;
}

function keyOf<Rest extends object>(feedId: string, line: FeedLine, rest: Rest) {
  return { feedId, transactionId: line.transaction.id, ...rest };
}
