import type { CsvLayout } from "./documents.ts";

/** What a column of the file can be. A line has one of each, and as many descriptions as it likes. */
export const meanings = [
  { value: "date", label: "Date" },
  { value: "description", label: "Description" },
  { value: "amount", label: "Amount" },
  { value: "credit", label: "Money in" },
  { value: "debit", label: "Money out" },
  { value: "indicator", label: "Debit or credit" },
  { value: "reference", label: "Reference" },
  { value: "counterparty", label: "Counterparty" },
  { value: "balance", label: "Balance" },
  { value: "currency", label: "Currency" },
] as const;

export type Meaning = (typeof meanings)[number]["value"];

const places = {
  date: "dateColumn",
  amount: "amountColumn",
  credit: "creditColumn",
  debit: "debitColumn",
  indicator: "indicatorColumn",
  reference: "referenceColumn",
  counterparty: "counterpartyColumn",
  balance: "balanceColumn",
  currency: "currencyColumn",
} as const satisfies Record<Exclude<Meaning, "description">, keyof CsvLayout>;

const single = Object.entries(places) as [
  keyof typeof places,
  (typeof places)[keyof typeof places],
][];

/** What a column means in a layout; "" where it is left out. */
export function meaningOf(layout: CsvLayout, column: number): Meaning | "" {
  if (layout.descriptionColumns.includes(column)) return "description";
  return single.find(([, place]) => layout[place] === column)?.[0] ?? "";
}

/**
 * The layout with another meaning for one column. Who had that meaning before loses it; a file has
 * either one signed amount or money in and out apart.
 */
export function withMeaning(layout: CsvLayout, column: number, meaning: Meaning | ""): CsvLayout {
  const next: CsvLayout = {
    ...layout,
    descriptionColumns: layout.descriptionColumns.filter((each) => each !== column),
  };
  for (const [, place] of single) {
    if (next[place] === column) next[place] = null;
  }
  if (meaning === "") return next;
  if (meaning === "description") {
    next.descriptionColumns = [...next.descriptionColumns, column].sort((a, b) => a - b);
    return next;
  }
  next[places[meaning]] = column;
  if (meaning === "amount") {
    next.creditColumn = null;
    next.debitColumn = null;
  }
  if (meaning === "credit" || meaning === "debit") {
    next.amountColumn = null;
    next.indicatorColumn = null;
  }
  return next;
}

/** What a layout still lacks, as a sentence; undefined when lines can be read by it. */
export function lackOf(layout: CsvLayout): string | undefined {
  const lacks = [
    ...(layout.dateColumn === null ? ["the date"] : []),
    ...(layout.descriptionColumns.length === 0 ? ["the description"] : []),
    ...(hasAmount(layout) ? [] : ["the amount"]),
  ];
  if (lacks.length === 0) return undefined;
  const all = lacks.length > 1 ? `${lacks.slice(0, -1).join(", ")} and ${lacks.at(-1)}` : lacks[0];
  return `Say which column holds ${all}.`;
}

export function sameLayout(left: CsvLayout, right: CsvLayout): boolean {
  return JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));
}

/** Money in or out alone is enough: some banks print two files. */
function hasAmount({ amountColumn, creditColumn, debitColumn }: CsvLayout): boolean {
  return amountColumn !== null || creditColumn !== null || debitColumn !== null;
}

function ordered(layout: CsvLayout): unknown[] {
  return Object.entries(layout)
    .filter(([name]) => name !== "__typename")
    .toSorted(([left], [right]) => left.localeCompare(right));
}

/** As the API takes it: a layout that came from it carries its type's name. */
export function layoutInput<Layout extends object>(layout: Layout): Layout {
  const { __typename, ...input } = layout as Layout & { __typename?: string };
  return input as Layout;
}

/** Figures stand below each other by their ends. */
export function isRightAligned(meaning: Meaning | ""): boolean {
  return ["amount", "credit", "debit", "balance"].includes(meaning);
}
