import { plural } from "../../lib/format.ts";
import type { Tone } from "../../lib/ui/tone.ts";
import type { Books, BooksHead, FeedHead, Package } from "./documents.ts";

export type BooksStatus = BooksHead["status"];
export type BooksAction = BooksHead["actions"][number];
export type PushMode = FeedHead["pushMode"];

export const statusLabels: Record<BooksStatus, { label: string; tone: Tone }> = {
  PENDING: { label: "Waiting for access", tone: "neutral" },
  LINKED: { label: "Connected", tone: "positive" },
  RECONNECT_REQUIRED: { label: "Access needed", tone: "negative" },
  DISCONNECTED: { label: "Disconnected", tone: "neutral" },
};

export const pushModeLabels: Record<PushMode, { label: string; hint: string }> = {
  MANUAL: { label: "By hand", hint: "Somebody looks at what is due and sends it." },
  SCHEDULED: { label: "On a schedule", hint: "Whatever is due goes by itself, every so often." },
  RECONCILED: {
    label: "As soon as reconciled",
    hint: "A line goes once it is matched or excluded, and not before.",
  },
};

/** A package's own colour: a mark to find it by. */
const packageColours: Record<string, string> = {
  quickbooks_online: "#1f7a1f",
  xero: "#0e6f9e",
  sage: "#00713d",
};

export function packageColour({ name }: Pick<Package, "name">): string | null {
  return packageColours[name] ?? null;
}

/** Whether it is no package that answers, but files for one without an API. */
export function isFiles({ name }: Pick<Package, "name">): boolean {
  return name === "files";
}

/** A package's name within a sentence: files have none of their own. */
export function packageWords(of: Pick<Package, "name" | "label">): string {
  return isFiles(of) ? "the files" : of.label;
}

/** What stands above the rules that its lines keep. */
export function rulesTitle(of: Pick<Package, "name" | "label">): string {
  return isFiles(of) ? "What goes into the files" : `What ${of.label} takes`;
}

/** "every 6 hours", as part of a sentence. */
export function everyHours(hours: number): string {
  if (hours === 1) return "every hour";
  if (hours === 24) return "once a day";
  return hours % 24 === 0 ? `every ${plural(hours / 24, "day")}` : `every ${plural(hours, "hour")}`;
}

/** When a feed is pushed, in a few words. */
export function pushModeWords({
  pushMode,
  pushEveryHours,
}: Pick<FeedHead, "pushMode" | "pushEveryHours">): string {
  if (pushMode !== "SCHEDULED" || pushEveryHours === null) return pushModeLabels[pushMode].label;
  const words = everyHours(pushEveryHours);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Feeds that have not ended. One that the platform broke off counts: somebody has to end it. */
export function liveFeeds({ feeds }: Pick<Books, "feeds">): Books["feeds"] {
  return feeds.filter(({ disconnectedAt }) => disconnectedAt === null);
}

/** Nobody has granted access yet. */
export function isUnfinished({ status }: Pick<BooksHead, "status">): boolean {
  return status === "PENDING";
}

/** On the package's own page a person still has to pick the account that a feed waits for. */
export function waitsForChoice(books: Pick<BooksHead, "status" | "linkUrl" | "package">): boolean {
  return books.status === "LINKED" && books.package.mapsThere && books.linkUrl !== null;
}
