import { wireId, wireList, wireObject } from "../../core/wire-values.ts";
import { unreadable } from "./failures.ts";

/** More credentials of one user than will ever be left over from links that were replaced. */
export const formerMax = 20;

/** What a flow has to remember: whose it is, and how things stood, to tell what it changed. */
export interface StartedFlow {
  readonly userId: string;
  /** The credentials that there were, with the time of their state in milliseconds. */
  readonly before: readonly { readonly id: string; readonly at: number }[];
}

export function writeFlow(flow: StartedFlow): string {
  return JSON.stringify(flow);
}

export function readFlow(linkToken: string): StartedFlow {
  const { userId, before } = wireObject(JSON.parse(linkToken));
  const known = wireList(before).map((one) => {
    const { id, at } = wireObject(one);
    return { id: String(id), at: Number(at) };
  });
  return { userId: userIn(userId), before: known };
}

/** A user's id as Tink gave it. */
export function userIn(value: unknown): string {
  const userId = wireId(value);
  if (userId === null) throw unreadable("no user id");
  return userId;
}
