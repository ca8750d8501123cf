import { json, type Reply, type Request } from "../http/exchange.ts";
import { problems } from "./problems.ts";
import { comparable, compare, parseQuery, propertyOf } from "./query.ts";

const sizeDefault = 100;
const sizeMax = 5_000;

/**
 * One page of records, filtered and ordered as the request asks.
 * @param path as links name the list
 * @param options.unchanging the list is never changed in place, so that what was chosen of it serves its other pages
 */
export function page<T>(
  { query }: Pick<Request, "query">,
  path: string,
  all: readonly T[],
  toRecord: (one: T) => object,
  options: { unchanging?: boolean } = {},
): Reply {
  const number = wholeNumber(query.get("page"), 1, Number.MAX_SAFE_INTEGER);
  const size = wholeNumber(query.get("pageSize"), sizeDefault, sizeMax);
  const asked = query.get("query") ?? "";
  const orderBy = query.get("orderBy") ?? "";
  const from = (number - 1) * size;
  const plain = asked === "" && orderBy === "";
  const choose = () => ordered(filtered(all.map(toRecord), asked), orderBy);
  const chosen = () =>
    options.unchanging ? kept(all, JSON.stringify([asked, orderBy]), choose) : choose();
  // Only what is on the page has to be translated where all are wanted as they come.
  const records = plain ? all : chosen();
  const results = plain
    ? all.slice(from, from + size).map(toRecord)
    : records.slice(from, from + size);
  const href = (at: number) => {
    const params = new URLSearchParams({ page: String(at), pageSize: String(size) });
    if (asked !== "") params.set("query", asked);
    if (orderBy !== "") params.set("orderBy", orderBy);
    return { href: `${path}?${params}` };
  };
  return json(200, {
    ...{ results, pageNumber: number, pageSize: size, totalResults: records.length },
    _links: {
      ...{ self: { href: path }, current: href(number) },
      ...(from + size < records.length ? { next: href(number + 1) } : {}),
      ...(number > 1 ? { previous: href(number - 1) } : {}),
    },
  });
}

const keptOf = new WeakMap<readonly unknown[], Map<string, object[]>>();

function kept(all: readonly unknown[], key: string, choose: () => object[]): object[] {
  const known = keptOf.get(all) ?? new Map<string, object[]>();
  keptOf.set(all, known);
  const records = known.get(key) ?? choose();
  // Of the last question alone: who pages asks the same one again.
  known.clear();
  known.set(key, records);
  return records;
}

function filtered(records: object[], asked: string): object[] {
  if (asked === "") return records;
  const test = parseQuery(asked);
  if (test === undefined) throw problems.query();
  return records.filter(test);
}

function ordered(records: object[], orderBy: string): object[] {
  if (orderBy === "") return records;
  const property = /^-?([A-Za-z][\w.]*)$/.exec(orderBy)?.[1];
  if (property === undefined) throw problems.query();
  const sign = orderBy.startsWith("-") ? -1 : 1;
  return records
    .map((record) => ({ record, value: comparable(propertyOf(record, property)) }))
    .sort((a, b) => sign * compare(a.value, b.value))
    .map(({ record }) => record);
}

function wholeNumber(text: string | null, otherwise: number, max: number): number {
  if (text === null) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > max) {
    throw problems.invalid("The page or its size is not valid.");
  }
  return number;
}
