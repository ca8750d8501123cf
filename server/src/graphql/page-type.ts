import { builder } from "./builder.ts";

/** A page of rows as a list operation answers it. */
export interface PageShape<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** How many there are in all pages; reads them all, so only when called. */
  countAll(): Promise<number>;
}

/**
 * The Relay page of one kind of row: `${name}Connection` with edges, nodes, page info and a count that is only made
 * when it is asked for. A field of it answers what a list operation returned, as it is.
 * @param words what one row is called ("an open item") and what the page is ("open items, the last issued first")
 * @param cursorOf the row's place in its list, which `after` and `before` take again
 */
export function pageType<Row extends object>(
  name: string,
  row: ReturnType<typeof builder.objectRef<Row>>,
  words: { row: string; page: string },
  cursorOf: (row: Row) => string,
) {
  const edge = builder
    .objectRef<{ readonly cursor: string; readonly node: Row }>(`${name}Edge`)
    .implement({
      description: `${words.row[0]?.toUpperCase()}${words.row.slice(1)} with its cursor.`,
      fields: (t) => ({
        cursor: t.exposeString("cursor", { description: "Its place in the list." }),
        node: t.field({
          type: row,
          description: "The row.",
          // Pothos asks whether a row is itself a list, which it cannot know of a type that is still open.
          resolve: (one) => one.node as never,
        }),
      }),
    });
  return builder.objectRef<PageShape<Row>>(`${name}Connection`).implement({
    description: `A page of ${words.page}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: "The rows with their cursors.",
        resolve: ({ rows }) => rows.map((node) => ({ cursor: cursorOf(node), node })),
      }),
      nodes: t.field({
        type: [row],
        description: "The rows.",
        resolve: ({ rows }) => [...rows],
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: "Where this page stands in the list.",
        resolve: ({ rows, hasNextPage, hasPreviousPage }) => ({
          hasNextPage,
          hasPreviousPage,
          startCursor: rows[0] ? cursorOf(rows[0]) : null,
          endCursor: rows.length > 0 ? cursorOf(rows[rows.length - 1] as Row) : null,
        }),
      }),
      totalCount: t.int({
        description:
          "How many there are in all pages. Counts them all: ask only where it is shown.",
        resolve: (page) => page.countAll(),
      }),
    }),
  });
}
