import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { page } from "../../server/sandbox/codat/paging.ts";
import { parseQuery } from "../../server/sandbox/codat/query.ts";

const records = [
  { n: 1, name: "Acme", status: "Open", due: "2026-03-01T00:00:00", of: { id: "7" }, gone: null },
  { n: 20, name: "Harbour & Vale", status: "Paid", due: "2026-03-02T00:00:00Z", of: { id: "8" } },
  { n: 3, name: "Zeta", status: "Open", due: "2026-03-03T10:00:00.1234567Z", of: { id: "9" } },
];

function numbers(query: string): number[] | undefined {
  const test = parseQuery(query);
  return test && records.filter(test).map(({ n }) => n);
}

describe("the query language", () => {
  it("compares numbers, texts and instants, each as what it is", () => {
    expect(numbers("n>3")).toEqual([20]);
    expect(numbers("n>=3&&n<20")).toEqual([3]);
    expect(numbers("status=Open")).toEqual([1, 3]);
    expect(numbers("status!=Open")).toEqual([20]);
    expect(numbers("name~bour & va")).toEqual([20]);
    expect(numbers("due>=2026-03-02")).toEqual([20, 3]);
    expect(numbers("due=2026-03-01T01:00:00+01:00")).toEqual([1]);
    expect(numbers("of.id=8")).toEqual([20]);
  });

  it("binds && closer than ||, and braces closest", () => {
    expect(numbers("n=20||status=Open&&n=3")).toEqual([20, 3]);
    expect(numbers("{n=20||status=Open}&&n=3")).toEqual([3]);
    expect(numbers("{ {n = 1} || {n = 3} } && status = Open")).toEqual([1, 3]);
  });

  it("finds nothing by what a record does not have, save by being other", () => {
    expect(numbers("nothing=1")).toEqual([]);
    expect(numbers("gone=x")).toEqual([]);
    expect(numbers("nothing!=1")).toEqual([1, 20, 3]);
  });

  it("says what it cannot read, and never throws", () => {
    for (const text of ["n", "n=", "=1", "{n=1", "n=1}", "n=1&&", "||n=1", "n 1", "{}"]) {
      expect(parseQuery(text), text).toBeUndefined();
    }
    expect(parseQuery(`n=${"1".repeat(3_000)}`)).toBeUndefined();
    expect(parseQuery(`${"{".repeat(500)}n=1${"}".repeat(500)}`)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const test = parseQuery(text);
        return test === undefined || typeof test({ n: 1 }) === "boolean";
      }),
      { seed: 6 },
    );
  });
});

describe("pages", () => {
  it("give every record once, in the order that is asked for", () => {
    const sizes = fc.record({ count: fc.nat(40), size: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(sizes, fc.boolean(), ({ count, size }, unchanging) => {
        const all = Array.from({ length: count }, (_, n) => ({ n: (n * 7) % 41 }));
        const seen: number[] = [];
        for (let number = 1; number <= count + 1; number += 1) {
          const query = new URLSearchParams({ orderBy: "-n", query: "n>=5" });
          query.set("page", String(number));
          query.set("pageSize", String(size));
          const reply = page({ query }, "/list", all, (one) => one, { unchanging });
          const body = JSON.parse(String(reply === "reset" ? "" : reply.body));
          seen.push(...body.results.map((one: { n: number }) => one.n));
          if (body._links.next === undefined) break;
        }
        const wanted = all.map(({ n }) => n).filter((n) => n >= 5);
        expect(seen).toEqual(wanted.sort((a, b) => b - a));
      }),
      { seed: 6, numRuns: 50 },
    );
  });
});
