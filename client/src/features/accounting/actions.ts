import { mutateOrToast } from "../../lib/mutate.ts";
import { router } from "../../lib/router.svelte.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import { href } from "../../routes.ts";
import { accountWords } from "../accounts/account-words.ts";
import {
  type BooksHead,
  ChangeFeedDocument,
  CloseFeedDocument,
  DisconnectBooksDocument,
  type FeedHead,
  PullDocumentsDocument,
  ReconnectBooksDocument,
  RefreshBooksDocument,
  SetBooksOptionsDocument,
} from "./documents.ts";
import { isUnfinished, pushModeWords, statusLabels } from "./labels.ts";

/** To the package's page in this tab, which sends the browser back; or past it where no page is needed. */
export function leaveFor(started: {
  linkUrl: string | null;
  connection: Pick<BooksHead, "id" | "linkUrl">;
}): void {
  const page = started.linkUrl ?? started.connection.linkUrl;
  if (page !== null) location.assign(page);
  else router.go(href("/finance/accounting/:id", { id: started.connection.id }));
}

/**
 * To the page on which access is granted, or an account picked. Its address is asked for anew: some serve for an hour
 * only. @returns whether the browser leaves
 */
export async function goOn(id: string): Promise<boolean> {
  const started = await mutateOrToast(ReconnectBooksDocument, { id });
  if (!started) return false;
  const { companyName } = started.connection;
  const leaves = (started.linkUrl ?? started.connection.linkUrl) !== null;
  if (!leaves) toast.success(`${companyName} is connected`);
  leaveFor(started);
  return leaves;
}

/** Asks the platform how access and feeds stand. */
export async function refresh(id: string): Promise<void> {
  const books = await mutateOrToast(RefreshBooksDocument, { id });
  if (!books) return;
  const words = statusLabels[books.status].label.toLowerCase();
  if (books.status === "LINKED") toast.success(`${books.companyName} is ${words}`);
  else toast.info(`${books.companyName}: ${words}`);
}

/** Asks for invoices and expenses; what comes shows as it arrives. */
export async function pullDocuments(id: string): Promise<void> {
  const books = await mutateOrToast(PullDocumentsDocument, { id });
  if (books) toast.info(`Invoices and expenses of ${books.companyName} are being pulled`);
}

export async function disconnect(books: Pick<BooksHead, "id" | "status">): Promise<boolean> {
  const before = isUnfinished(books);
  const gone = await mutateOrToast(DisconnectBooksDocument, { id: books.id });
  if (gone) toast.success(`${gone.companyName} is ${before ? "discarded" : "disconnected"}`);
  return gone !== undefined;
}

type Options = Pick<BooksHead, "pullsDocuments" | "sendsPayments">;

/** Says what is pulled and sent by itself, in words for the toast, which takes it back. */
export async function setOptions(
  books: Pick<BooksHead, "id"> & Options,
  change: Partial<Options>,
  words: string,
): Promise<void> {
  const { id, pullsDocuments, sendsPayments } = books;
  const wanted = { pullsDocuments, sendsPayments, ...change };
  if (!(await mutateOrToast(SetBooksOptionsDocument, { id, ...wanted }))) return;
  toast.success(words, {
    label: "Undo",
    run: () => void mutateOrToast(SetBooksOptionsDocument, { id, pullsDocuments, sendsPayments }),
  });
}

type Timing = Pick<FeedHead, "pushMode" | "pushEveryHours">;

/** Tells that a feed is pushed at other times, with the way back to those before. */
export function tellTiming(feed: FeedHead, before: Timing): void {
  const { id } = feed;
  const { pushMode, pushEveryHours } = before;
  const words = pushModeWords(feed);
  toast.success(
    `${accountWords(feed.account)} is pushed ${words.charAt(0).toLowerCase()}${words.slice(1)}`,
    {
      label: "Undo",
      run: () => void mutateOrToast(ChangeFeedDocument, { id, pushMode, pushEveryHours }),
    },
  );
}

export async function closeFeed(id: string): Promise<boolean> {
  const feed = await mutateOrToast(CloseFeedDocument, { id });
  if (feed) toast.success(`The feed of ${accountWords(feed.account)} has ended`);
  return feed !== undefined;
}
