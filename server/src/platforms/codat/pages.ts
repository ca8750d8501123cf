import { addAll } from "../../core/lists.ts";
import { wireList, wireObject } from "../../core/wire-values.ts";
import type { CodatClient } from "./client.ts";
import { unreadable } from "./failures.ts";

export interface CodatPage {
  readonly results: readonly unknown[];
  readonly hasNext: boolean;
  /** How many records all pages had when this one was read; null where it is not told. */
  readonly total: number | null;
}

const pagesMax = 1_000;

/** One page of a list. @param number from 1 @throws PlatformFailure */
export async function readPage(
  client: CodatClient,
  path: string,
  query: Readonly<Record<string, string>>,
  number: number,
): Promise<CodatPage> {
  const body = await client.get(path, { ...query, page: String(number) });
  const { results, totalResults, _links } = wireObject(body);
  if (!Array.isArray(results)) throw unreadable("a page without results");
  return {
    results: wireList(results),
    hasNext: wireObject(_links).next != null,
    total: Number.isSafeInteger(totalResults) ? Number(totalResults) : null,
  };
}

/** Where a list is read on, by a page's number and by how many records there were. */
export interface PagePlace {
  readonly number: number;
  readonly total: number | null;
}

export function placeOf(cursor: string | null): PagePlace {
  const [number, total] = (cursor ?? "1").split(":");
  return { number: Number(number), total: total === undefined ? null : Number(total) };
}

/** @param number of the page that is read next */
export function cursorOf({ total }: CodatPage, number: number): string {
  return total === null ? String(number) : `${number}:${total}`;
}

/** A whole list. @throws PlatformFailure, also for one that does not end */
export async function readAll(
  client: CodatClient,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let number = 1; number <= pagesMax; number += 1) {
    const { results, hasNext } = await readPage(client, path, query, number);
    addAll(all, results);
    if (!hasNext) return all;
    // A list that says there is more and gives nothing would be read forever.
    if (results.length === 0) break;
  }
  throw unreadable("a list without an end");
}
