import { unreachable } from "./assert.ts";

export const announcementKinds = [
  /** The consent at the bank ends soon. */
  "consent_ending",
  /** Nothing has been fetched from the bank for a long time. */
  "connection_stale",
  /** A month's statement is to be brought in. */
  "statement_due",
  /** It should have been brought in. */
  "statement_late",
] as const;

export type AnnouncementKind = (typeof announcementKinds)[number];

export function isAnnouncementKind(text: string): text is AnnouncementKind {
  return announcementKinds.some((kind) => kind === text);
}

/**
 * What is announced, as a sentence for people.
 * @param subject the bank of a connection, or the account
 * @param occasion for `consent_ending` the day, for `connection_stale` the moment of the last success, for statements a
 *   day of the month: ISO 8601 throughout. What does not read as one is left out of the sentence.
 */
export function announcementSentence(
  kind: AnnouncementKind,
  subject: string,
  occasion: string,
): string {
  switch (kind) {
    case "consent_ending":
      return `The consent at ${subject} ends${on(occasion)}: sign in again before.`;
    case "connection_stale":
      return `Nothing has been fetched from ${subject}${since(occasion)}.`;
    case "statement_due":
      return `The statement of ${subject}${forMonth(occasion)} is due.`;
    case "statement_late":
      return `The statement of ${subject}${forMonth(occasion)} is late.`;
    default:
      return unreachable(kind);
  }
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

function on(occasion: string): string {
  const day = dayIn(occasion);
  return day === null ? " soon" : ` on ${day}`;
}

function since(occasion: string): string {
  const day = dayIn(occasion);
  return day === null ? " for a long time" : ` since ${day}`;
}

function forMonth(occasion: string): string {
  const [, year, month] = /^(\d{4})-(\d{2})/.exec(occasion) ?? [];
  const name = months[Number(month) - 1];
  return name === undefined ? "" : ` for ${name} ${year}`;
}

/** "2026-12-01T…" → "1 December 2026" */
function dayIn(occasion: string): string | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(occasion) ?? [];
  const name = months[Number(month) - 1];
  return name === undefined ? null : `${Number(day)} ${name} ${year}`;
}
