import { unreachable } from "../assert.ts";
import type { HoldReason, PushRules } from "./push-rules.ts";

/** Why lines are not pushed now, for people. */
export function holdSentence(reason: HoldReason, rules: PushRules): string {
  switch (reason) {
    case "pending":
      return "The bank has not booked it yet.";
    case "before_feed_start":
      return "It was booked before the feed starts.";
    case "in_the_future":
      return "It is dated in the future.";
    case "too_old":
      return `The package takes nothing that was booked more than ${daysWords(rules.daysBackMax ?? 0)} ago.`;
    case "older_than_last_push":
      return "It is older than the newest line that was pushed, and the package no longer takes it.";
    case "not_reconciled":
      return "It is not reconciled yet.";
    case "behind_unreconciled":
      return "An earlier line is not reconciled yet, and could not follow any more.";
    case "no_balance":
      return "The bank has told no balance, and the package wants one with each line.";
    default:
      return unreachable(reason);
  }
}

/** What a package takes and refuses, told before anything is pushed. */
export function ruleSentences(rules: PushRules): string[] {
  const sentences = [
    "Lines go in the order of their days, once each.",
    "Nothing that is dated in the future, or that was booked before the feed starts.",
  ];
  if (rules.daysBackMax !== null) {
    sentences.push(`Nothing that was booked more than ${daysWords(rules.daysBackMax)} ago.`);
  }
  if (rules.refusesOlderThanLast) {
    sentences.push("Nothing older than the newest line that was pushed.");
  }
  if (rules.needsBalance) sentences.push("Each line with the account's balance behind it.");
  sentences.push(`At most ${grouped(rules.batchLinesMax)} lines in one push.`);
  sentences.push(`Descriptions are cut to ${grouped(rules.descriptionCharactersMax)} characters.`);
  return sentences;
}

function daysWords(days: number): string {
  if (days === 365) return "a year";
  return days === 1 ? "one day" : `${grouped(days)} days`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
